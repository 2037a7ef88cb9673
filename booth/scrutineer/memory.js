// What this browser remembers: the key that is being made, until it was handed in (this tab alone), and which sums a key has opened.
//
// A photo of the backup can push the page out of a small phone's memory, so the unfinished key waits in sessionStorage; it goes with the
// answer to handing it in. Where storage is blocked everything still works, until the page is reloaded.
const UNFINISHED = "yipiao.scrutineer.";
const OPENED = "yipiao.opened.";

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

/** Remember one more. */
export function remember(key, election, tally) {
  attempt(() => localStorage.setItem(OPENED + key, JSON.stringify({ ...opened(key), [election]: tally })));
}

/** The setup of a panel's box, as this browser saw it first: a server that shows another one later is found out. */
export function setupSeen(panel, setup) {
  const before = attempt(() => localStorage.getItem(`yipiao.setup.${panel}`), null);
  if (before === null) attempt(() => localStorage.setItem(`yipiao.setup.${panel}`, setup));
  return before === null || before === setup;
}
