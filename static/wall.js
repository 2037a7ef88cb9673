// The wall asks for its figures every few seconds while it can be seen. All its words are in the page; here only figures change.
"use strict";
const wall = document.querySelector("[data-turnout]");
const each = (name, act) => { for (const part of document.querySelectorAll(`[data-${name}]`)) act(part); };

const show = (turnout) => {
  each("stage", (part) => { part.hidden = part.dataset.stage !== turnout.stage; });
  each("closes", (part) => { part.textContent = turnout.closes; part.hidden = !turnout.closes; });
  each("at", (part) => { part.textContent = turnout.at; });
  for (const panel of turnout.panels) {
    const part = document.querySelector(`[data-panel="${panel.key}"]`);
    const figure = part.querySelector(".wall-figure");
    if (figure.textContent !== String(panel.returned)) figure.textContent = panel.returned;
    part.querySelector(".bar rect").setAttribute("width", panel.percent);
    part.querySelector("[data-short]").hidden = panel.reached;
  }
};

const trouble = (kind) => each("trouble", (part) => { part.hidden = part.dataset.trouble !== kind; });

let timer = 0;
const ask = async () => {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(wall.dataset.turnout, { redirect: "manual", cache: "no-cache", signal: AbortSignal.timeout(8000) });
    if (answer.type === "opaqueredirect") trouble("signed-out");
    else if (!answer.ok) trouble("lost");
    else { show(await answer.json()); trouble(""); }
  } catch { trouble("lost"); }
  clearTimeout(timer);
  timer = setTimeout(ask, 3000 + 2000 * Math.random());
};
document.addEventListener("visibilitychange", ask);
ask();

const full = document.querySelector("[data-full]");
if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
}
