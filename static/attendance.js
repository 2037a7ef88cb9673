// The attendance desk: a tap goes out at once and shows what the server says; other phones' taps come every few seconds; the search filters
// while one types. Without this every button is a form, and the server searches.
"use strict";
const room = document.querySelector("[data-attendance]");
const form = room.querySelector("form[method=post]");
const said = room.querySelector("[data-said]");
const failed = room.querySelector("[data-failed]");
const rows = [...room.querySelectorAll("[data-line]")];

const tell = (part, words) => { part.textContent = words; part.hidden = !words; };
const show = (button, on) => {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-pressed", String(on));
};
const count = (counts) => {
  for (const [name, number] of Object.entries(counts)) for (const part of room.querySelectorAll(`[data-count="${name}"]`)) part.textContent = number;
};
const buttonOf = (row, what) => row.querySelector(`[data-what=${what}]`);

// how everything stands by what the server knows
let asking = 0;
const look = async () => {
  const number = ++asking;
  const answer = await fetch(room.dataset.attendance, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(8000) });
  if (!answer.ok) throw new Error(answer.type);
  const stands = await answer.json();
  if (number !== asking) return; // a tap went out meanwhile: this answer is older
  count(stands.counts);
  for (const row of rows) for (const what of ["present", "slip"]) show(buttonOf(row, what), stands[what][row.dataset.line] === "1");
  if (!stands.takes) tell(failed, form.dataset.over);
};

const send = async (name, value) => {
  const fields = new FormData(form);
  fields.set(name, value);
  asking += 1;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(10_000) });
  if (answer.type === "opaqueredirect") throw new Error(form.dataset.out);
  const stands = await answer.json().catch(() => { throw new Error(form.dataset.out); });
  if (!answer.ok) throw new Error(stands.message);
  return stands;
};

const tap = async (button) => {
  const row = button.closest("[data-line]");
  const busy = row ? [...row.querySelectorAll("button")] : [button];
  if (busy.some((one) => one.getAttribute("aria-busy") === "true")) return;
  const before = busy.map((one) => one.getAttribute("aria-pressed"));
  const on = before[busy.indexOf(button)] !== "true";
  const { what } = button.dataset;
  tell(said, "");
  tell(failed, "");
  if (row) {
    button.setAttribute("aria-pressed", String(on));
    if (what === (on ? "slip" : "present")) buttonOf(row, on ? "present" : "slip").setAttribute("aria-pressed", String(on));
  }
  for (const one of busy) one.setAttribute("aria-busy", "true");
  const done = () => { for (const one of busy) one.removeAttribute("aria-busy"); };
  try {
    const stands = await (row ? send("tick", `${row.dataset.line} ${what} ${on ? "on" : "off"}`) : send("move", button.value));
    done();
    count(stands.counts);
    tell(said, stands.message);
  } catch (error) {
    done();
    // a network's own errors have no words for people
    const words = error.name === "Error" && error.message ? error.message : form.dataset.lost;
    tell(failed, row ? `${row.querySelector(".who").firstChild.textContent.trim()}：${words}` : words);
    // until the server can be asked, as it was before
    if (row) busy.forEach((one, place) => one.setAttribute("aria-pressed", before[place]));
    look().catch(() => {});
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter) tap(event.submitter);
});

const search = room.querySelector("[type=search]");
const left = room.querySelector("[name=left]");
if (search && room.dataset.all === "yes") {
  const none = room.querySelector("[data-none]");
  const filter = () => {
    const words = search.value.normalize("NFC").toLowerCase().replace(/\s+/gu, "");
    let hits = 0;
    for (const row of rows) {
      const hit = row.dataset.find.includes(words) && !(left.checked && buttonOf(row, "slip").getAttribute("aria-pressed") === "true");
      row.hidden = !hit;
      hits += Number(hit);
    }
    none.hidden = hits > 0;
  };
  search.addEventListener("input", filter);
  left.addEventListener("change", filter);
  search.form.addEventListener("submit", (event) => { event.preventDefault(); filter(); search.blur(); });
  // the next name is typed over the last one
  search.addEventListener("focus", () => search.select());
}

let timer = 0;
const again = async () => {
  clearTimeout(timer);
  if (document.hidden) return;
  if (!room.querySelector("[aria-busy=true]")) await look().catch(() => {});
  clearTimeout(timer);
  timer = setTimeout(again, 8000 + 4000 * Math.random());
};
document.addEventListener("visibilitychange", again);
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
timer = setTimeout(again, 8000);
