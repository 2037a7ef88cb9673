// The election as the page got it: its exact text is what every ballot names.
import { compact, utf8 } from "./group.js";
import { sha256 } from "./hashes.js";

/** Read an election of a panel: one question a subject, one answer or blank. Throws for any other. */
export function readElection(text) {
  const { version, group, uuid, public_key: key, questions } = JSON.parse(text);
  const known = questions.every(({ blank, min, max }) => blank && min === 1 && max === 1);
  if (version !== 1 || group !== "Ed25519" || !known) throw new Error("no election of a panel");
  return { uuid, key, questions, fingerprint: compact(sha256(utf8(text))) };
}
