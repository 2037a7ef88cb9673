"""Titles of the project's packs in the reader's language: what a ballot's buttons and header say, and the pages and tables of results.

Election, slip, report and signed document are in Chinese for everybody; a screen in another language shows these words in the same places
(docs/decisions/0084, 0094).
"""

from collections.abc import Callable, Iterable

from polling.marks import N_

ABSTAIN = N_("弃权")

# tests/ballots/test_titles.py: nothing of a pack is missing
KNOWN = frozenset(
    {
        ABSTAIN,
        N_("不了解"),
        # options
        N_("优秀"),
        N_("称职"),
        N_("基本称职"),
        N_("不称职"),
        N_("很满意"),
        N_("满意"),
        N_("一般"),
        N_("基本满意"),
        N_("不满意"),
        # panels
        N_("民主测评"),
        N_("民主测评（四档计分，供参考）"),
        N_("个别谈话"),
        N_("个别谈话（四档计分，供参考）"),
        N_("村民代表和老党员代表"),
        N_("乡镇（街道）干部和村“两委”班子成员"),
    }
)


def title_words(title: str, _: Callable[[str], str]) -> str:
    """A title in the language of `_`; a county's own word stays as the county wrote it."""
    return _(title) if title in KNOWN else title


def heading(title: str, _: Callable[[str], str]) -> str:
    """The same where it stands alone: on a button, above a column, beside a bar."""
    word = title_words(title, _)
    return word if word == title else word[:1].upper() + word[1:]


def button_words(answers: Iterable[str], _: Callable[[str], str]) -> dict[str, str]:
    """What the buttons of a ballot say instead of its answers, and of abstaining, where that is something else."""
    said = {title: heading(title, _) for title in (*answers, ABSTAIN)}
    return {title: word for title, word in said.items() if word != title}
