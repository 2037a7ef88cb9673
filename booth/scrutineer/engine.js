// Keys as the views hold them: {secret, publicPart, decrypted}, and where the ballots of an archive are checked: on all cores that the device has.
import { Refused, backupText, fingerprint, newKey, publicPartOf, readBackup, readKeyFile, serveBallots, writeKeyFile } from "./core/index.js";

const MOST_WORKERS = 8;

/** A fresh key. */
export const freshKey = () => ({ ...newKey(), decrypted: {} });

/** A key of its private number alone; the proof in its public part is made anew. */
export const keyOf = (secret) => ({ secret, publicPart: publicPartOf(secret), decrypted: {} });

/** The key of a backup's text; raises what `readBackup` does. */
export const keyOfBackup = (text) => keyOf(readBackup(text));

/** The key in a key file's text. `confirmed` false: the file was saved before the backup was read back, so perhaps no poll has this key. */
export const keyOfFile = (text) => readKeyFile(text);

/** Refuse a key that no poll needs to have. Where a poll has it (`known`), its backup was read back after the file was saved. */
export function demandConfirmed(key, known) {
  if (key.confirmed === false && !known) throw new Refused("unconfirmed");
}

/** A key file. `confirmed`: the backup was read back. */
export const fileOf = (key, confirmed = true) => writeKeyFile({ ...key, confirmed });

/** The backup on paper: eight groups with hyphens between. */
export const backupOf = (key) => backupText(key.secret);

/** What two people compare. */
export const nameOf = (key) => fingerprint(JSON.parse(key.publicPart).public_key);

/** Workers that run this very page's program: a strict policy admits no other. */
export function parallel() {
  if (typeof Worker === "undefined") return null;
  const program = document.getElementById("program").textContent;
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  return { workers: Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS), start: () => new Worker(address) };
}

export { serveBallots };
