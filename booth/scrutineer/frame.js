// What every view of this page is put into: one heading that takes the focus, a line that is read out, and the small parts of views.
import { generate } from "lean-qr";
import { button, make, say } from "../voter/nodes.js";
import { _, fill, speak } from "../voter/words.js";

const SVG = "http://www.w3.org/2000/svg";
let shown = null;
let english = false;

/** Show a view: a function that gives [title, ...parts]. `still`: the same view again, so the focus stays where it is. */
export function show(view, still) {
  const main = document.getElementById("main");
  const typed = new Map(still ? [...main.querySelectorAll("input:not([type=file])")].map((field) => [field.id, field.value]) : []);
  const at = still && document.activeElement ? document.activeElement.id : "";
  shown = view;
  const [title, ...parts] = view();
  const heading = make("h1", { tabindex: "-1" }, title);
  main.textContent = "";
  main.append(heading, ...parts.flat().filter(Boolean));
  document.title = `${title} ${_("一票")}`;
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  if (still) document.getElementById(at)?.focus();
  else {
    heading.focus();
    scrollTo(0, 0);
  }
}

/** Show the present view again. */
export const again = () => shown && show(shown, true);

/** Say something to who listens rather than looks. */
export function tell(text) {
  document.getElementById("spoken").textContent = text;
}

/** Put the page into the reader's language, and let the button beside the title change it in place. */
export function languages() {
  const asked = new URLSearchParams(location.search).get("lang") || navigator.language || "zh";
  english = asked.startsWith("en");
  const change = document.getElementById("language");
  const dress = () => {
    speak(english ? "en" : "zh");
    change.textContent = english ? "中文" : "English";
    change.lang = english ? "zh" : "en";
    document.getElementById("brand").textContent = _("一票 钥匙保管人");
  };
  change.addEventListener("click", () => {
    english = !english;
    dress();
    again();
  });
  dress();
}

/** What the server is asked in, so that its refusals come in the reader's language. */
export const asked = () => `?lang=${english ? "en" : "zh_CN"}`;

function drawn(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A notice: kind "", "good", "warn" or "bad"; "bad" is read out at once. */
export function note(kind, ...sentences) {
  const sign = { good: "check", warn: "warning", bad: "stop" }[kind] || "check";
  const icon = drawn("svg", { class: "icon", "aria-hidden": "true" }, drawn("use", { href: `#${sign}` }));
  return make("div", { class: `note ${kind}`, role: kind === "bad" && "alert" }, icon, make("div", null, ...sentences.map((text) => say(text))));
}

/** A QR code as a drawing, with the quiet zone that readers need. */
export function picture(text, label) {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y += 1) for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  const size = code.size + 8;
  return drawn(
    "svg",
    { class: "code-picture", viewBox: `-4 -4 ${size} ${size}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" },
    drawn("path", { d: path, fill: "#000" }),
  );
}

/** A key's fingerprint in large type. */
export const fingerprintLine = (text) => make("p", { class: "fingerprint" }, text);

/** A button that is a file field. */
export function fileButton(id, text, chosen, more) {
  const field = make("input", { type: "file", id, onchange: () => field.files[0] && chosen(field.files[0]), ...more });
  return make("label", { class: "file", for: id }, text, field);
}

/** Hand a text to the person as a file. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export { _, button, fill, make, say };
