// The encrypted tally and shares of its decryption (belenios/tallying.py; specification 4.18, 4.20). Public arithmetic only.
import { identity, powers, sum, tableOf, timesPower } from "./curve.js";
import { baseTable, hashToScalar, isPointText, isScalar, readPointOrIdentity, writePoints } from "./group.js";
import { canonical, hasKeys } from "./json.js";
import { Refused } from "./refused.js";

/** An empty tally of an election: rows of [alpha, beta]. */
export function emptyTally({ questions }) {
  return questions.map(({ width }) => Array.from({ length: width }, () => [identity(), identity()]));
}

/** The tally with the ciphertexts of one more answer. */
export function withAnswer(row, ciphers) {
  return row.map(([alpha, beta], at) => [sum([alpha, ciphers[at][0]]), sum([beta, ciphers[at][1]])]);
}

/** A tally as canonical JSON. */
export function writeTally(tally) {
  const rows = tally.map((row) => row.map((cipher) => writePoints(cipher)));
  return JSON.stringify(rows.map((row) => row.map(([alpha, beta]) => ({ alpha, beta }))));
}

/** The prefix of the hash of a decryption proof. */
export function decryptionPrefix(phi, keyText) {
  return `decrypt|${phi}|${keyText}|`;
}

const isRows = (value, fits) => Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(fits));
const isPair = (value) => hasKeys(value, "challenge", "response") && isScalar(value.challenge) && isScalar(value.response);
const isDecryption = (value) =>
  hasKeys(value, "decryption_factors", "decryption_proofs") && isRows(value.decryption_factors, isPointText) && isRows(value.decryption_proofs, isPair);

/** Check the share of the trustee `owner` (from 1), given as bytes; throws Refused. `breathe` is awaited between ciphertexts. */
export async function checkShare({ phi, tally, trustees }, owner, payload, breathe) {
  const where = { owner };
  const point = trustees.points[owner - 1];
  if (!point) throw new Refused("decryption_owner", where);
  let found = null;
  try {
    found = canonical(payload, isDecryption);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused("decryption_form", where);
  }
  const shape = tally.map((row) => row.length).join();
  const rows = [found.decryption_factors, found.decryption_proofs];
  if (rows.some((half) => half.map((row) => row.length).join() !== shape)) throw new Refused("decryption_form", where);
  const [factors, proofs] = rows.map((half) => half.flat());
  const points = factors.map((text) => {
    try {
      return readPointOrIdentity(text);
    } catch {
      throw new Refused("decryption_form", where);
    }
  });
  const prefix = decryptionPrefix(phi, trustees.texts[owner - 1]);
  const table = tableOf(point);
  const alphas = tally.flat().map(([alpha]) => alpha);
  for (let at = 0; at < alphas.length; at += 1) {
    const challenge = BigInt(proofs[at].challenge);
    const response = BigInt(proofs[at].response);
    const key = timesPower(timesPower(identity(), baseTable(), response), table, challenge);
    const commitments = writePoints([key, sum([...powers(alphas[at], [response]), ...powers(points[at], [challenge])])]);
    if (hashToScalar(prefix, commitments) !== challenge) throw new Refused("decryption_proof", where);
    await breathe();
  }
}
