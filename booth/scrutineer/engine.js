// Keys as the views hold them: {secret, publicPart, decrypted}, and where the ballots of an archive are checked: on all cores that the device has.
import { Refused, backupText, fingerprint, newKey, publicPartOf, readBackup, readKeyFile, serveBallots, writeKeyFile } from "./core/index.js";

const MOST_WORKERS = 8;

/** A fresh key. */
export const freshKey = () => ({ ...newKey(), decrypted: {} });

/** A key of its private number alone; the proof in its public part is made anew. */
export const keyOf = (secret) => ({ secret, publicPart: publicPartOf(secret), decrypted: {} });

/** The key of a backup's text; raises what `readBackup` does. */
export const keyOfBackup = (text) => keyOf(readBackup(text));

/** The key in a key file's text. */
export function keyOfFile(text) {
  const key = readKeyFile(text);
  if (!key.confirmed) throw new Refused("unconfirmed");
  return key;
}

/** A key file: the page gives a key's public part away only when its backup was read back, so the file needs no second state. */
export const fileOf = (key) => writeKeyFile({ ...key, confirmed: true });

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
