// Scalars and points as the protocol writes them (docs/protocol.md section 1; belenios/group.py): decimal numbers below q, points as 64
// hexadecimal digits, most significant first, the highest bit telling whether x is odd.
import { sha256 } from "@noble/hashes/sha256";
import { bytesToHex } from "@noble/hashes/utils";
import { BASE, ORDER, compress, decompress, identity, isIdentity, powersOfMember, tableOf, timesPower } from "./curve.js";
import { P } from "./field.js";
import { Refused } from "./refused.js";

const IDENTITY = "1".padStart(64, "0");
let table = null;

/** The table of the base point g, made when it is first needed. */
export function baseTable() {
  table ??= tableOf(BASE);
  return table;
}

/** g^scalar. */
export function basePower(scalar) {
  return timesPower(identity(), baseTable(), scalar);
}

/** Whether a text is a scalar: decimal, no leading zero, below q. */
export function isScalar(text) {
  return typeof text === "string" && /^(0|[1-9][0-9]{0,75})$/.test(text) && BigInt(text) < ORDER;
}

/** A value modulo q, in 0..q-1. */
export function modulo(value) {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** Whether a text is 64 hexadecimal digits. */
export function isPointText(text) {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}

/** A point of the curve out of its text, NOT asked whether it is in the group (`powersOfMember` asks); null where there is none. */
export function curvePoint(text) {
  const value = BigInt("0x" + text);
  const y = BigInt.asUintN(255, value);
  return y < P ? decompress(y, value !== y) : null;
}

/** A point of order q out of its text; throws `outside_group` for anything else, the identity included. */
export function readPoint(text) {
  const point = isPointText(text) ? curvePoint(text) : null;
  if (!point || !powersOfMember(point, [])) throw new Refused("outside_group");
  return point;
}

/** A point of order q or the identity, which tallies and factors of an empty box hold. */
export function readPointOrIdentity(text) {
  return text === IDENTITY ? identity() : readPoint(text);
}

/** The texts of points. */
export function writePoints(points) {
  return compress(points).map(([odd, y]) => (odd ? y + 2n ** 255n : y).toString(16).padStart(64, "0"));
}

/** A scalar from 64 fresh bytes: the bias is below 2^-256. */
export function randomScalar() {
  return BigInt("0x" + bytesToHex(crypto.getRandomValues(new Uint8Array(64)))) % ORDER;
}

/** H(prefix, A1..An) of the points' texts. */
export function hashToScalar(prefix, texts) {
  return BigInt("0x" + hexadecimalHash(new TextEncoder().encode(prefix + texts.join(",")))) % ORDER;
}

/** SHA-256 in hexadecimal digits. */
export function hexadecimalHash(bytes) {
  return bytesToHex(sha256(bytes));
}

/** The unpadded base64 SHA-256 of fingerprints and trackers. */
export function compactHash(bytes) {
  return btoa(String.fromCharCode(...sha256(bytes))).replace(/=+$/, "");
}

export { isIdentity };
