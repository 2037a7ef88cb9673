// The ballot: one group of buttons a subject, always the same order, and the page on which everything is looked at once more.
import { button, make, say } from "./nodes.js";
import { _, answer, fill } from "./words.js";

// as the scheme's rules name them: an answer without a level, and the blank
const DONT_KNOW = "不了解";
const ABSTAIN = "弃权";

/** How many of a question's answers are levels. */
function levels({ answers }) {
  return answers.length - (answers[answers.length - 1] === DONT_KNOW);
}

/** The bars of an answer: full for the first level, one for the last; a sign for what is no level. */
function bars(question, pick) {
  const count = levels(question);
  if (!pick || pick > count) return make("span", { class: "b", "aria-hidden": "true" }, pick ? "?" : "○");
  const colour = count > 1 ? Math.round((3 * (pick - 1)) / (count - 1)) : 0;
  const each = Array.from({ length: count }, (_none, at) => make("i", { class: at <= count - pick && "f" }));
  return make("span", { class: `b c${colour}`, "aria-hidden": "true" }, each);
}

/** The word of an answer; 0 is the blank. */
function word({ answers }, pick) {
  return answer(pick ? answers[pick - 1] : ABSTAIN);
}

/** The form. `picks` is changed by it; `go` is called when every subject has one. */
export function form(questions, picks, go) {
  const count = make("output");
  const groups = [];
  const paper = make("form", { autocomplete: "off", onsubmit: (event) => event.preventDefault() });
  const add = () => {
    const at = groups.length;
    const question = questions[at];
    const choose = (pick) => () => {
      picks[at] = pick;
      groups[at].classList.remove("miss");
      tally();
    };
    const option = (pick) =>
      make(
        "label",
        { class: "o" },
        make("input", { type: "radio", name: `q${at}`, value: pick, autocomplete: "off", onchange: choose(pick) }),
        make("span", null, word(question, pick)),
        bars(question, pick),
      );
    const all = question.answers.map((_answer, index) => option(index + 1));
    const rest = make("div", { class: "two" }, all.splice(levels(question)), option(0));
    const group = make("fieldset", null, make("legend", null, make("small", null, `${at + 1} / ${questions.length}`), question.question), all, rest);
    // after the element is there: no browser's memory of forms gets a say
    for (const input of group.querySelectorAll("input")) input.checked = picks[at] === Number(input.value);
    groups.push(group);
    paper.append(group);
  };
  const addTo = (number) => {
    while (groups.length < Math.min(number, questions.length)) add();
  };
  // a slow phone shows the first ones at once and the others one by one; who comes back finds all of them
  const more = () => {
    addTo(groups.length + 1);
    if (groups.length < questions.length) setTimeout(more);
  };
  addTo(picks.length ? questions.length : 2);
  setTimeout(more);
  const tally = () => {
    count.className = "";
    count.value = fill(_("已选 %(done)s / %(all)s"), { done: picks.filter((pick) => pick >= 0).length, all: questions.length });
  };
  const next = () => {
    addTo(questions.length);
    const open = questions.findIndex((_question, at) => !(picks[at] >= 0));
    if (open < 0) return go();
    count.className = "bad";
    count.value = fill(_("第 %(number)s 项还没有选"), { number: open + 1 });
    groups[open].classList.add("miss");
    groups[open].querySelector("input").focus();
    groups[open].scrollIntoView();
    return undefined;
  };
  tally();
  return [
    say(_("给每一项选一个。还没有投出，随时可以改。")),
    paper,
    make("div", { class: "bar" }, count, button(_("下一步：核对"), next)),
  ];
}

/** What was chosen, to be looked at once more; `back(at)` changes one, `cast` sends. */
export function review(questions, picks, back, cast) {
  const rows = questions.map((question, at) =>
    make(
      "li",
      null,
      make("div", null, question.question),
      make("b", null, bars(question, picks[at]), word(question, picks[at])),
      button(_("改"), () => back(at), true, { "aria-label": _("改") + " " + question.question }),
    ),
  );
  const send = button(_("确认投票"), () => {
    send.disabled = true;
    cast();
  });
  return [make("ol", { class: "r" }, rows), say(_("投出以后不能再改。")), make("div", { class: "bar" }, send)];
}
