// The start page: a panel number and a code typed by hand. The code goes behind `#` of the next address and is never sent.
import { asPrinted, wrongGroups } from "../protocol/typed_code.js";

const PANEL = /^[1-9A-HJ-NP-Za-km-z]{14}$/;
const at = (id) => document.getElementById(id);
const form = at("typed");
const panel = at("panel");
const code = at("code");
const groups = [...document.querySelectorAll("[data-group]")];

const plain = (text) => text.normalize("NFKC").replace(/\s/g, "");

/** Show an error line or not, and say so of the field it is about. */
function mark(line, wrong, field) {
  if (line) line.hidden = !wrong;
  field?.setAttribute("aria-invalid", String(wrong));
}

/** What can't be right is said; true when all can be. */
function looksRight() {
  const shape = PANEL.test(plain(panel.value));
  const wrong = new Set(wrongGroups(code.value));
  mark(at("panel-unknown"), false);
  mark(at("panel-shape"), !shape, panel);
  for (const line of groups) mark(line, wrong.has(Number(line.dataset.group)));
  mark(null, wrong.size > 0, code);
  mark(at("no-network"), false);
  if (!shape) panel.focus();
  else if (wrong.size > 0) code.focus();
  return shape && wrong.size === 0;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!looksRight()) return;
  const address = `/v/${plain(panel.value)}`;
  try {
    const answer = await fetch(address, { method: "HEAD" });
    if (answer.status === 404) {
      mark(at("panel-unknown"), true, panel);
      panel.focus();
    } else {
      location.assign(`${address}#${asPrinted(code.value)}`);
    }
  } catch {
    mark(at("no-network"), true);
  }
});

// the next person at this phone finds nothing typed, not even by going back
addEventListener("pagehide", () => {
  code.value = "";
});
at("code-field").hidden = false;
code.required = true;
