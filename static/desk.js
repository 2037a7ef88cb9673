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
const waited = sessionStorage.getItem("waited");
sessionStorage.removeItem("waited");
const waiting = document.querySelector("[data-again]");
if (waiting) {
  const again = () => { sessionStorage.setItem("waited", waiting.dataset.waits); location.reload(); };
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
  const said = begins.querySelector(".said"), stay = begins.querySelector("[data-stay]");
  const soon = setTimeout(() => begins.requestSubmit(), 5000);
  said.textContent = begins.dataset.said;
  stay.hidden = false;
  // the browser first goes back to where the page stood
  addEventListener("load", () => setTimeout(() => begins.scrollIntoView({ block: "nearest" }), 100));
  stay.addEventListener("click", () => { clearTimeout(soon); stay.hidden = true; said.textContent = ""; });
}
