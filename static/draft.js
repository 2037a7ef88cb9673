// Drafts, printing, trials: every page works without this (the preview of a draft is unfolded by hand then). A form with data-once goes out once, says in data-said that it is at work,
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
