// Trustees' keys: making one, its public part with the proof of knowledge, and reading others' (belenios/trustees.py).
import { powersOfMember, timesPower } from "./curve.js";
import { basePower, baseTable, curvePoint, hashToScalar, hexadecimalHash, isPointText, isScalar, modulo, randomScalar, writePoints } from "./group.js";
import { isMessage, strict } from "./json.js";
import { Refused } from "./refused.js";

const FINGERPRINT_DIGITS = 20;

/** Shorten a public key for eyes: five groups of four digits. */
export function fingerprint(pointHex) {
  return hexadecimalHash(new TextEncoder().encode(pointHex)).slice(0, FINGERPRINT_DIGITS).match(/.{4}/g).join(" ");
}

/** A new key: {secret, publicPart}. */
export function newKey() {
  let secret = 0n;
  while (secret === 0n) secret = randomScalar();
  return { secret, publicPart: publicPartOf(secret) };
}

/** The public part of a key: canonical JSON of public key and a fresh proof of knowledge. */
export function publicPartOf(secret) {
  const blind = randomScalar();
  const [key, commitment] = writePoints([basePower(secret), basePower(blind)]);
  const challenge = hashToScalar(possession(key), [commitment]);
  const response = modulo(blind - secret * challenge);
  return JSON.stringify({ pok: { challenge: String(challenge), response: String(response) }, public_key: key });
}

/** Read a public part and check its proof: {publicKey, fingerprint, text}, `text` canonical. White space around it is allowed. */
export function checkPublicPart(text) {
  let value = null;
  try {
    value = strict(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused("malformed");
  }
  const { text: publicKey } = readKey(value);
  const { challenge, response } = value.pok;
  return { publicKey, fingerprint: fingerprint(publicKey), text: JSON.stringify({ pok: { challenge, response }, public_key: publicKey }) };
}

/** A trustee's key out of a parsed public part whose proof holds: {text, point}. */
export function readKey(value) {
  if (!isMessage(value, ["pok", "public_key"]) || !isMessage(value.pok, ["challenge", "response"])) throw new Refused("malformed");
  const { pok, public_key: text } = value;
  if (!isScalar(pok.challenge) || !isScalar(pok.response) || typeof text !== "string") throw new Refused("malformed");
  const point = isPointText(text) ? curvePoint(text) : null;
  const known = point && powersOfMember(point, [BigInt(pok.challenge)]);
  if (!known) throw new Refused("outside_group");
  const commitments = writePoints([timesPower(known[0], baseTable(), BigInt(pok.response))]);
  if (hashToScalar(possession(text), commitments) !== BigInt(pok.challenge)) throw new Refused("false_proof");
  return { text, point };
}

function possession(key) {
  return `pok|Ed25519|${key}|`;
}
