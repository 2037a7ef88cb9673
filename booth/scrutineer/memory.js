// What this browser remembers: the key that is being made, until it was handed in (this tab alone), which sums a key has opened, the setup
// values of boxes, and the keys with which the server signs.
//
// A photo of the backup can push the page out of a small phone's memory, so the unfinished key waits in sessionStorage; it goes with the
// answer to handing it in. Where storage is blocked everything still works, until the page is reloaded.
const UNFINISHED = "yipiao.scrutineer.";
const OPENED = "yipiao.opened.";
const SETUP = "yipiao.setup.";
const SIGNING = "yipiao.signing.";

const attempt = (act, otherwise) => {
  try {
    return act();
  } catch {
    return otherwise; // storage blocked, or what lies there was not written by us
  }
};

/** The unfinished key of a poll: {token, secret, public, step}, or null. */
export const unfinished = (poll) => attempt(() => JSON.parse(sessionStorage.getItem(UNFINISHED + poll)), null);

/** Keep it; null forgets it. */
export function keepUnfinished(poll, record) {
  attempt(() => {
    if (record) sessionStorage.setItem(UNFINISHED + poll, JSON.stringify(record));
    else sessionStorage.removeItem(UNFINISHED + poll);
  });
}

/** Which sums this browser saw a key open: {election fingerprint: hash of its encrypted tally}. */
export const opened = (key) => attempt(() => JSON.parse(localStorage.getItem(OPENED + key)), null) || {};

/** Remember one more; returns whether it is remembered. */
export function remember(key, election, tally) {
  attempt(() => localStorage.setItem(OPENED + key, JSON.stringify({ ...opened(key), [election]: tally })));
  return opened(key)[election] === tally;
}

const setupOf = (panel) => attempt(() => JSON.parse(localStorage.getItem(SETUP + panel)), null);

/** A setup value of a panel's box against the one that this browser noted: "new" (it noted none), "same" or "other". */
export function setupSeen(panel, setup) {
  const before = setupOf(panel);
  if (!before) return "new";
  return before.setup === setup ? "same" : "other";
}

/** Note it: seen while people voted, or found equal to what a person wrote down. Never merely because a server shows it after closing. */
export function noteSetup(panel, setup) {
  attempt(() => localStorage.setItem(SETUP + panel, JSON.stringify({ setup, at: Date.now() })));
}

/** When it was noted, by this device's clock. */
export const setupNoted = (panel) => new Date(setupOf(panel)?.at || 0);

/** The server's signing keys as they were when a key was handed in: {id: base64}; null where this browser knows none. */
export const signingKeys = (poll) => attempt(() => JSON.parse(localStorage.getItem(SIGNING + poll)), null);

/** Keep them; the first stay. A server that has none yet is not pinned to none. */
export function keepSigningKeys(poll, keys) {
  if (Object.keys(keys).length && !signingKeys(poll)) attempt(() => localStorage.setItem(SIGNING + poll, JSON.stringify(keys)));
}
