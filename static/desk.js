// Forms whose work takes a while: the button says so and takes no second click. Pages that wait for somebody look again by themselves.
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
const waiting = document.querySelector("[data-again]");
if (waiting) {
  const look = () => {
    const touched = document.querySelector("form[data-sent]") || document.activeElement.matches("input, textarea, select, button");
    if (document.hidden || touched) setTimeout(look, 3000);
    else location.reload();
  };
  setTimeout(look, 1000 * waiting.dataset.again * (0.9 + 0.2 * Math.random()));
}
