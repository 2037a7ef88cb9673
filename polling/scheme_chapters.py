"""A pack for people: chapter by chapter, each rule with its article beside it. `yipiao scheme show` prints it, the desk has it as a page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from polling.scheme_terms import BOUNDS, KINDS, PERIODS, ROUNDINGS, STRICTNESS, VIEWS, number, percent
from schemes.assessment import Bound, Fact, Force, Grade, GradeCount, Quota, SignOffKind, SignOffOf
from schemes.rules import OutcomeKind, PanelRule, Scheme
from schemes.vocabulary import DayKind, PeriodKind

Words = Callable[[str], str]
# what is said, and where it stands
Rule = tuple[str, str]
Chapter = tuple[str, list[Rule]]


def chapters(scheme: Scheme, gettext: Words) -> list[Chapter]:
    """The chapters of a pack that have something to say."""
    page = _Page(scheme, gettext)
    _ = gettext
    return [
        (title, rules)
        for title, rules in (
            (_("考核对象"), list(page.subjects())),
            (_("测评组别"), list(page.panels())),
            (_("综合得分和等次"), list(page.scores())),
            (_("等次比例"), list(page.quotas())),
            (_("一票否决和其他事实"), list(page.facts())),
            (_("结果运用"), list(page.consequences())),
            (_("签字和公示"), list(page.signatures())),
            (_("时限和抽查"), list(page.days())),
            (_("票上的告知和显示"), list(page.slip())),
        )
        if rules
    ]


def marked(source: str, gettext: Words) -> str:
    """An article with the marks of what is ours or custom in the reader's language."""
    return source.replace("(ours)", gettext("〔自定〕")).replace("(custom)", gettext("〔惯例〕"))


def examples_of(scheme: Scheme) -> int:
    """How many worked examples of all kinds a pack carries."""
    kinds = (name for name in scheme.__struct_fields__ if name.endswith("examples"))
    return sum(len(getattr(scheme, name)) for name in kinds)


class _Page:
    """The sentences of one pack."""

    def __init__(self, scheme: Scheme, gettext: Words) -> None:
        self.scheme = scheme
        self._ = gettext
        self.kinds = {each.key: each.title for each in scheme.subjects}
        scales = (scheme.grades, *(scale.grades for scale in scheme.grade_scales))
        self.grades = {grade.key: grade.title for scale in scales for grade in scale}
        self.bars = {each.key: each.title for each in scheme.bars}
        self.proposals = {each.key: each.title for each in scheme.consequences}
        self.attributes = {each.key: each.title for each in scheme.attributes}
        self.titles = {each.key: each.title for each in scheme.panels}

    def join(self, texts: Iterable[str]) -> str:
        return self._("、").join(texts)

    def period(self, kind: PeriodKind) -> str:
        return self._(PERIODS[kind])

    def whose(self, subjects: Sequence[str], periods: Sequence[PeriodKind] = ()) -> str:
        """In brackets: for whom and for which periods; nothing where it is for all."""
        said = [*(self.kinds[each] for each in subjects), *map(self.period, periods)]
        return self._("（{whom}）").format(whom=self.join(said)) if said else ""

    def subjects(self) -> Iterator[Rule]:
        _ = self._
        for each in self.scheme.subjects:
            yield (
                _("{title}：{periods}").format(title=each.title, periods=self.join(map(self.period, each.periods))),
                each.source,
            )
        for known in self.scheme.attributes:
            yield _("登记：{title}{whose}").format(title=known.title, whose=self.whose(known.subjects)), known.source

    def panels(self) -> Iterator[Rule]:
        _ = self._
        for each in self.scheme.panels:
            yield self._panel(each), each.source
            if each.raters:
                yield _("{panel}的范围：{raters}").format(panel=each.title, raters=self.join(each.raters)), each.source
            if each.dissatisfied is not None:
                yield self._dissatisfied(each), each.dissatisfied.source
        if not self.scheme.panels:
            yield _("这个办法没有投票"), self.scheme.source

    def _panel(self, panel: PanelRule) -> str:
        _ = self._
        options = [
            option.title if option.weight is None else f"{option.title} {number(option.weight)}"
            for option in panel.options
        ]
        said = [
            _("{panel}：{kind}").format(panel=panel.title, kind=_(KINDS[panel.kind])),
            _("应到至少 {expected} 人，收回至少 {returned} 张").format(
                expected=panel.minimum_expected, returned=panel.minimum_returned
            ),
            self.join(options),
            _("计分") if panel.outcome is OutcomeKind.SCORED else _("只计票，不计分"),
        ]
        if panel.at_least_share is not None:
            said.append(_("收回不少于应到的 {share}").format(share=number(panel.at_least_share)))
        if panel.more_than_share is not None:
            said.append(_("收回超过应到的 {share}").format(share=number(panel.more_than_share)))
        if panel.dont_know:
            said.append(_("另有“不了解”，不算有效票"))
        if panel.on_request:
            said.append(_("选用时才有"))
        return _("；").join([*said, _(VIEWS[panel.public])])

    def _dissatisfied(self, panel: PanelRule) -> str:
        _ = self._
        rule = panel.dissatisfied
        assert rule is not None
        titles = {option.key: option.title for option in panel.options}
        said = _("{panel}的不满意票：{options}").format(
            panel=panel.title, options=self.join(titles[key] for key in rule.options)
        )
        if rule.above is not None:
            said += _("，超过有效票的 {share} 就提示").format(share=percent(rule.above))
        if rule.grades:
            said += _("，可确定为{grades}").format(grades=self.join(self.grades[key] for key in rule.grades))
        return said

    def scores(self) -> Iterator[Rule]:
        _ = self._
        scheme = self.scheme
        for composite in (*((scheme.composite,) if scheme.composite else ()), *scheme.composites):
            for part in composite.parts:
                how = (
                    _("测评：{panels}").format(panels=self.join(self.titles[key] for key in part.panels))
                    if part.panels
                    else _("人工录入")
                )
                if part.several:
                    how += _("，多人的取平均")
                yield (
                    _("{part}占 {share}（{how}）{whose}").format(
                        part=part.title, share=percent(part.weight), how=how, whose=self.whose(composite.subjects)
                    ),
                    composite.source,
                )
        yield from self._scale(scheme.grades, scheme.source)
        for scale in scheme.grade_scales:
            yield from self._scale(scale.grades, scale.source, self.whose(scale.subjects, scale.periods))
        if (floor := scheme.satisfaction_floor) is not None:
            yield (
                _("{title}：{panels}的得分低于 {threshold} 分，等次为{grade}").format(
                    title=floor.title,
                    panels=self.join(self.titles[key] for key in floor.panels),
                    threshold=number(floor.threshold),
                    grade=self.grades[floor.grade],
                ),
                floor.source,
            )
        for each in scheme.aggregates:
            said = _("{over}得分：各{of}得分的平均{whose}").format(
                over=self.period(each.over), of=self.period(each.of), whose=self.whose(each.subjects)
            )
            if each.only is not None:
                said += _("，只限{attribute}在 {least} 及以上的").format(
                    attribute=self.attributes[each.only.attribute], least=each.only.at_least
                )
            yield said, each.source

    def _scale(self, grades: Sequence[Grade], source: str, whose: str = "") -> Iterator[Rule]:
        """The grades, best first: neighbours of one article in one line."""
        for article, same in groupby(grades, key=lambda grade: grade.source or source):
            yield self.join(map(self._grade, same)) + whose, article

    def _grade(self, grade: Grade) -> str:
        if grade.at_least is None:
            return grade.title
        return self._("{grade} {line} 分及以上").format(grade=grade.title, line=number(grade.at_least))

    def quotas(self) -> Iterator[Rule]:
        for each in self.scheme.quotas:
            yield self._quota(each), each.source

    def _quota(self, quota: Quota) -> str:
        _ = self._
        amount = _("{number} 名").format(number=quota.number) if quota.share is None else percent(quota.share)
        said = [
            quota.title + self.whose(quota.subjects, quota.periods),
            _(BOUNDS[quota.bound]).format(amount=amount),
            _(STRICTNESS[quota.strictness]),
        ]
        if quota.share is not None and quota.bound is not Bound.EXACTLY:
            said.append(_(ROUNDINGS[quota.rounding]))
        if quota.alternative is not None:
            said.append(_("经批准可到 {share}").format(share=percent(quota.alternative)))
        if quota.alternative_rounding is not None:
            said.append(_("另列：{rounding}").format(rounding=_(ROUNDINGS[quota.alternative_rounding])))
        if quota.by_score:
            said.append(_("按得分从高到低，末位同分由人决定"))
        if quota.least_pool:
            said.append(_("不足 {number} 人只提示").format(number=quota.least_pool))
        return _("；").join(said)

    def facts(self) -> Iterator[Rule]:
        for fact in self.scheme.facts:
            yield fact.title + self.whose(fact.subjects, fact.periods) + self._follows(fact), fact.source
        for count in self.scheme.grade_counts:
            yield count.title + self.whose(count.subjects) + self._follows(count), count.source
        for bar in self.scheme.bars:
            yield self._("可能失去的：{bar}").format(bar=bar.title), bar.source

    def _follows(self, rule: Fact | GradeCount) -> str:
        """What comes of it: of itself or for people to choose."""
        _ = self._
        shall = rule.force is Force.SHALL
        said = [_("失去{bar}").format(bar=self.bars[key]) for key in rule.bars]
        if rule.grades:
            lead = _("一律定为{grades}") if shall else _("可以定为{grades}")
            said.insert(0, lead.format(grades=_("或").join(self.grades[key] for key in rule.grades)))
        if rule.consequences:
            lead = _("提出{what}") if shall else _("可以提出{what}")
            said.append(lead.format(what=self.join(self.proposals[key] for key in rule.consequences)))
        return _("：{what}").format(what=_("，").join(said)) if said else ""

    def consequences(self) -> Iterator[Rule]:
        _ = self._
        for each in self.scheme.consequences:
            grades = (
                _("{grades}：").format(grades=self.join(self.grades[key] for key in each.grades)) if each.grades else ""
            )
            said = grades + each.title + self.whose(each.subjects, each.periods)
            if each.yuan is not None:
                said += _("，{yuan} 元").format(yuan=each.yuan)
            if each.step is not None:
                said += _("，责任追究第 {step} 级").format(step=each.step)
            if each.to is not None:
                said += _("，对象：{to}").format(to=each.to)
            yield said, each.source

    def signatures(self) -> Iterator[Rule]:
        _ = self._
        for each in self.scheme.sign_off:
            what = _("测评结果") if each.of is SignOffOf.RESULT else _("等次")
            said = _("{what}：{title}，{who}").format(what=what, title=each.title, who=each.who)
            said += self.whose(each.subjects, each.periods)
            if each.kind is SignOffKind.OPINION:
                said += _("，只征求意见")
            if each.grades:
                said += _("，拟评{grades}时才要").format(grades=self.join(self.grades[key] for key in each.grades))
            if each.one_by_one:
                said += _("，逐一签")
            if each.subject_signs:
                said += _("，由考核对象本人签")
            yield said, each.source
        notice = self.scheme.notice
        days = _("{days} 个工作日") if notice.day_kind is DayKind.WORKING else _("{days} 天")
        yield (
            _("公示 {days}，最短 {least}").format(
                days=days.format(days=notice.days), least=days.format(days=notice.minimum_days)
            ),
            notice.source,
        )

    def days(self) -> Iterator[Rule]:
        _ = self._
        if (year := self.scheme.assessment_year) is not None:
            yield _("考核年度从 {day} 起").format(day=year.starts), year.source
        for each in self.scheme.deadlines:
            if each.until is None:
                when = _("{period}结束后 {days} 天内").format(period=self.period(each.period), days=each.days_after)
            elif each.since is None:
                when = _("{until} 前（含当日）").format(until=each.until)
            else:
                when = _("{since} 至 {until}").format(since=each.since, until=each.until)
            yield (
                _("{title}：{when}{whose}").format(title=each.title, when=when, whose=self.whose(each.subjects)),
                each.source,
            )
        for drawn in self.scheme.inspections:
            yield (
                _("{title}：每{period}抽 {share}，进到整数，{who}{whose}").format(
                    title=drawn.title,
                    period=self.period(drawn.period),
                    share=percent(drawn.share),
                    who=drawn.who,
                    whose=self.whose(drawn.subjects),
                ),
                drawn.source,
            )

    def slip(self) -> Iterator[Rule]:
        _ = self._
        slip, display = self.scheme.slip, self.scheme.display
        for each in (slip.asked_by, slip.purpose, slip.retention):
            yield each, slip.source
        yield _("分数显示 {decimals} 位小数，四舍五入，不跨过等次线").format(decimals=display.decimals), display.source
