// "Check my ballot": is the ballot of this tracker in the box? All sentences stand in the page; this script shows the one that is true.
import { fromPhoto, hasCamera, watch } from "./scan.js";

const RECEIPT = /\/check\/([1-9A-HJ-NP-Za-km-z]{14})#([A-Za-z0-9+/_-]{43})=?$/;
const SLIP = /\/v\/[1-9A-HJ-NP-Za-km-z]{14}#/;
const TRACKER = /^[A-Za-z0-9+/_-]{43}$/;
const at = (id) => document.getElementById(id);
const panel = at("panel");
const tracker = at("tracker");

const plain = (text) => text.normalize("NFKC").replace(/\s/g, "");

/** Show one answer and no other. */
function say(name) {
  for (const answer of document.querySelectorAll("[data-answer]")) answer.hidden = answer.id !== name;
  at(name)?.scrollIntoView({ block: "nearest" });
}

/** Which answer is true. The public list is asked first: searching it here tells the server nothing. */
async function answerFor(number, text) {
  if (!TRACKER.test(text)) return "malformed";
  const address = `/v/${encodeURIComponent(number)}/ballots`;
  const list = await fetch(address);
  if (list.ok) {
    const { trackers } = await list.json();
    return trackers.includes(text.replace(/-/g, "+").replace(/_/g, "/")) ? "in_list" : "not_in_list";
  }
  if (list.status === 404) return "unknown_panel";
  if (list.status === 410) return "annulled";
  if (list.status !== 409) return "no_network";
  const one = await fetch(`${address}/${text.replace(/\+/g, "-").replace(/\//g, "_")}`);
  return { 200: "in_box", 404: "not_in_box", 409: "not_open", 410: "annulled" }[one.status] ?? "no_network";
}

async function ask() {
  say("");
  try {
    say(await answerFor(plain(panel.value), plain(tracker.value).replace(/=$/, "")));
  } catch {
    say("no_network");
  }
}

/** Take what a QR code says; true when it was a receipt. */
function take(text) {
  const receipt = text && RECEIPT.exec(text.trim());
  if (receipt) {
    [, panel.value, tracker.value] = receipt;
    ask();
    return true;
  }
  say(!text ? "no_code" : SLIP.test(text) ? "slip" : "other_code");
  return false;
}

/** A receipt's address was opened: the tracker stands behind `#`. */
function fromAddress() {
  for (const link of document.querySelectorAll("footer a[hreflang]")) link.hash = location.hash;
  if (location.hash.length < 2) return;
  tracker.value = location.hash.slice(1);
  if (panel.value) ask();
}

at("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  // a whole address may be pasted as well
  if (!RECEIPT.test(plain(tracker.value)) || !take(plain(tracker.value))) ask();
});
at("photo").addEventListener("change", async ({ target }) => {
  if (target.files.length) take(await fromPhoto(target.files[0]));
  target.value = "";
});

let stop = null;
function showCamera(on) {
  at("picture").hidden = !on;
  at("stop").hidden = !on;
  at("camera").hidden = on || !hasCamera();
}
at("camera").addEventListener("click", async () => {
  showCamera(true);
  try {
    stop = await watch(at("picture"), (text) => {
      const done = take(text);
      if (done) showCamera(false);
      return done;
    });
    if (at("picture").hidden) stop(); // turned off before it came on
  } catch {
    showCamera(false);
    say("no_camera");
  }
});
at("stop").addEventListener("click", () => {
  stop?.();
  showCamera(false);
});

showCamera(false);
at("scan").hidden = false;
addEventListener("hashchange", fromAddress);
fromAddress();
