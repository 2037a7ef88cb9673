// Forms whose work takes a while: the button says so and takes no second click. The page that waits for keys looks again by itself.
"use strict";
for (const form of document.querySelectorAll("form[data-busy]")) {
  const button = form.querySelector("button");
  const words = button.textContent;
  form.addEventListener("submit", (event) => {
    if (button.disabled) { event.preventDefault(); return; }
    button.disabled = true;
    button.textContent = form.dataset.busy;
    form.dataset.sent = "yes";
  });
  // the back button shows the page as it was left
  addEventListener("pageshow", (event) => { if (event.persisted) { button.disabled = false; button.textContent = words; delete form.dataset.sent; } });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
// Who has the page open that waits for keys waits for the count: once they are there it begins, in that person's name, unless told to stay.
// The mark that the page leaves itself is good for a minute: what comes later is another visit.
const [left, ...mark] = (sessionStorage.getItem("waited") || "").split(" ");
const waited = Date.now() - left < 60000 ? mark.join(" ") : "";
sessionStorage.removeItem("waited");
const waiting = document.querySelector("[data-again]");
if (waiting) {
  const again = () => { sessionStorage.setItem("waited", `${Date.now()} ${waiting.dataset.waits}`); location.reload(); };
  const look = () => {
    const touched = document.querySelector("form[data-sent]") || document.activeElement.matches("input, textarea, select, button");
    if (document.hidden || touched) setTimeout(look, 3000);
    else again();
  };
  setTimeout(look, 1000 * waiting.dataset.again * (0.9 + 0.2 * Math.random()));
  document.querySelector("[data-now]").addEventListener("click", (event) => { event.preventDefault(); again(); });
}
const begins = document.querySelector("form[data-begin]");
if (begins && begins.dataset.begin === waited) {
  const said = begins.querySelector(".said"), count = begins.querySelector("button"), stay = begins.querySelector("[data-stay]");
  let soon;
  const begin = () => {
    // where nobody sees it the ten seconds are counted anew once somebody does
    if (document.hidden) document.addEventListener("visibilitychange", soonBegin, { once: true });
    else begins.requestSubmit();
  };
  const soonBegin = () => { soon = setTimeout(begin, 10000); };
  const stop = () => {
    clearTimeout(soon);
    document.removeEventListener("visibilitychange", soonBegin);
    stay.hidden = true;
    said.textContent = "";
  };
  begins.addEventListener("submit", stop);
  stay.addEventListener("click", () => { stop(); count.focus(); });
  // once the browser has gone back to where the page stood, and a screen reader listens
  addEventListener("load", () => setTimeout(() => {
    said.textContent = begins.dataset.said;
    stay.hidden = false;
    stay.focus();
    begins.scrollIntoView({ block: "nearest" });
    soonBegin();
  }, 100));
}
