// The one place where a private key meets ciphertexts (belenios/decryption.py; specification 4.20). No oracle: it is not told what to decrypt, it takes
// what `checkArchive` found out and decrypts the sum recomputed there.
import { powers } from "./curve.js";
import { basePower, hashToScalar, modulo, randomScalar, writePoints } from "./group.js";
import { Refused } from "./refused.js";
import { checkShare, decryptionPrefix } from "./tally.js";
import { inside } from "./verify.js";

/**
 * This key's share of a checked box, as canonical text. Throws `too_few_ballots`, `already_decrypted` (by this key, in this archive),
 * `decrypted_other` (this key has decrypted another archive of this election), `fault` (what was made did not pass its own check).
 */
export async function decryptTally(checked, secret, decrypted = {}) {
  const known = inside(checked);
  const { phi, tally, trustees } = known;
  const keyText = trustees.texts[checked.owner - 1];
  if (writePoints([basePower(secret)])[0] !== keyText) throw new Refused("foreign_key");
  if (checked.decryptedBy.includes(checked.owner)) throw new Refused("already_decrypted");
  if (!(checked.ballots >= checked.minimum)) throw new Refused("too_few_ballots", { ballots: checked.ballots, minimum: checked.minimum });
  if ((own(decrypted, phi) ?? checked.tallyHash) !== checked.tallyHash) throw new Refused("decrypted_other");
  const prefix = decryptionPrefix(phi, keyText);
  const rows = tally.map((row) => row.map(([alpha]) => share(prefix, alpha, secret)));
  const payload = JSON.stringify({
    decryption_factors: rows.map((row) => row.map(({ factor }) => factor)),
    decryption_proofs: rows.map((row) => row.map(({ proof }) => proof)),
  });
  // a fault of memory or of randomness while the key was in use must not leave the room
  try {
    await checkShare(known, checked.owner, new TextEncoder().encode(payload), async () => {});
  } catch {
    throw new Refused("fault");
  }
  return payload;
}

/** alpha^secret, and the proof that it has the exponent of the key; fresh randomness for each. */
function share(prefix, alpha, secret) {
  const blind = randomScalar();
  const [factor, second] = powers(alpha, [secret, blind]);
  const [factorText, ...commitments] = writePoints([factor, basePower(blind), second]);
  const challenge = hashToScalar(prefix, commitments);
  return { factor: factorText, proof: { challenge: String(challenge), response: String(modulo(blind - secret * challenge)) } };
}

/** A key file's memory with this box in it: to be stored before the share leaves, so that no second archive of the box is decrypted. */
export function remember(decrypted, checked) {
  return { ...decrypted, [checked.phi]: checked.tallyHash };
}

function own(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
}
