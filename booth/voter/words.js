// The page's sentences in both languages, switched in place.
import texts from "texts";

let language = 0;
let buttons = new Map();

/** The sentence in the reader's language; `number` is what the build makes of the Chinese text. */
export function _(number) {
  return texts[language][number];
}

/** What a button says for an answer of the election: the county's own word where the page knows no other. */
export function answer(title) {
  return (language && buttons.get(title)) || title;
}

/** Know the English of the answers. */
export function learn(english) {
  buttons = new Map(Object.entries(english || {}));
}

/** Put values into a sentence's %(name)s. */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
}

/** Read in this language: "zh" or "en". */
export function speak(name) {
  language = Number(name === "en");
  document.documentElement.lang = name;
}
