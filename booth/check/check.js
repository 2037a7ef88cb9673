// "Check my ballot": is the ballot of this tracker in the box? After closing a slip tells its own. All sentences stand in the page; this script shows the one that is true.
import { readCode } from "../protocol/credential.js";
import { fromPhoto, hasCamera, watch } from "./scan.js";
import { trackerOf } from "./slip.js";

const RECEIPT = /\/check\/([1-9A-HJ-NP-Za-km-z]{14})#([A-Za-z0-9+/_-]{43})=?$/;
const SLIP = /\/v\/([1-9A-HJ-NP-Za-km-z]{14})#([1-9A-HJ-NP-Za-km-z-]+)$/;
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

/** What became of a slip. Its code stays on this phone; before closing it is a vote that others could cast, and nothing is said of it. */
async function answerForSlip(number, code) {
  const answer = await fetch(`/v/${encodeURIComponent(number)}/archive.bel`);
  if (!answer.ok) return { 404: "unknown_panel", 409: "slip", 410: "annulled" }[answer.status] ?? "no_network";
  const found = trackerOf(new Uint8Array(await answer.arrayBuffer()), number, code);
  at("slip_tracker").textContent = found;
  return found ? "slip_cast" : "slip_unused";
}

async function show(answer) {
  say("looking");
  try {
    say(await answer);
  } catch {
    say("no_network");
  }
}

const ask = () => show(answerFor(plain(panel.value), plain(tracker.value).replace(/=$/, "")));

/** A slip's panel and code in an address; null when it is none. */
function slipIn(text) {
  const found = SLIP.exec(text);
  return found && readCode(found[2]) && found.slice(1);
}

/** Take what a QR code says; true when it was a receipt or a slip. */
function take(text) {
  const receipt = text && RECEIPT.exec(text.trim());
  if (receipt) {
    [, panel.value, tracker.value] = receipt;
    ask();
    return true;
  }
  const slip = text && slipIn(text.trim());
  if (slip) show(answerForSlip(...slip));
  else say(text ? "other_code" : "no_code");
  return !!slip;
}

/** A receipt's address was opened: the tracker stands behind `#`; or a slip's page led here after closing, then it is the slip's code. */
function fromAddress() {
  const code = location.hash.slice(1);
  if (readCode(code)) {
    history.replaceState(null, "", location.pathname + location.search);
    show(answerForSlip(panel.value, code));
    return;
  }
  for (const link of document.querySelectorAll("footer a[hreflang]")) link.hash = location.hash;
  if (location.hash.length < 2) return;
  tracker.value = location.hash.slice(1);
  if (panel.value) ask();
}

at("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  // a whole address may be pasted as well
  const typed = plain(tracker.value);
  if (RECEIPT.test(typed) || slipIn(typed)) take(typed);
  else ask();
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
