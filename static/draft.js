// Drafts, printing, trials: every page works without this (the preview of a draft is unfolded by hand then, and shows what is saved). A form with data-once goes out once, says in data-said that it is at work,
// and shows what is data-after; an element with data-come asks whether the trial's ballot has come.
"use strict";

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    const said = form.querySelector(".said");
    if (said) said.textContent = form.dataset.said;
    form.querySelectorAll("[data-after]").forEach((each) => { each.hidden = false; });
    // after the form has gone out: a button that is disabled before is not sent
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
}
// beside the form there is room for the preview; on a phone it stays folded below
for (const folded of document.querySelectorAll("details[data-wide]")) folded.open = matchMedia("(min-width: 64rem)").matches;
// what raters will meet, as it is being typed: the server makes it of the form and saves nothing
const shown = document.querySelector("[data-preview]");
if (shown) {
  const form = document.querySelector(".draft form");
  let asked = 0;
  const look = async (number) => {
    const typed = new FormData(form);
    for (const name of [...typed.keys()]) if (typed.get(name) instanceof File) typed.delete(name);
    try {
      const answer = await fetch(shown.dataset.preview, { method: "POST", body: typed });
      const made = answer.ok ? await answer.text() : "";
      if (!made || number !== asked) return;
      const open = [...shown.querySelectorAll("details")].map((each) => each.open);
      shown.innerHTML = made;
      shown.querySelectorAll("details").forEach((each, at) => { each.open = open[at] ?? each.open; });
    } catch { /* the next letter asks again */ }
  };
  form.addEventListener("input", () => {
    asked += 1;
    setTimeout((number) => { if (number === asked) look(number); }, 500, asked);
  });
}
// who comes back by the browser's arrow finds the page as it was left
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });


const waits = document.querySelector("[data-come]");
if (waits) {
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(waits.dataset.come, { cache: "no-store" });
        if (answer.ok && (await answer.json()).come) {
          waits.textContent = waits.dataset.yes;
          return;
        }
      } catch { /* the network comes back, or the button is pressed */ }
    }
    setTimeout(ask, 3000);
  };
  setTimeout(ask, 3000);
}
