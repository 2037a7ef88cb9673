// Drafts, printing, trials: every page works without this. A form with data-once goes out once, and says in data-said that it is at work;
// an element with data-come asks whether the trial's ballot has come.
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
    // after the form has gone out: a button that is disabled before is not sent
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
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
