// The group Ed25519 (docs/protocol.md section 1), as little of it as a voter needs: tests hold it against noble-ed25519.
//
// A point is extended coordinates [X, Y, Z, T] modulo P, possibly negative: remainders are brought home when it is written. What is added
// to a point is an entry [Y + X, Y - X, 2dT, 2Z]. BigInt is not constant-time: all that depends on a secret is done before the voter chooses.
import { sha256 } from "./hashes.js";

export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const HALF = 64; // entries of a window of 7 bits: -63..64 times its base
const WINDOWS = 37;

/** The remainder from 0 up. */
export function mod(number, by = ORDER) {
  const rest = number % by;
  return rest < 0n ? rest + by : rest;
}

function raise(number, exponent) {
  let result = 1n;
  for (let base = number; exponent; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
}

const inverse = (number) => raise(mod(number, P), P - 2n);
const D = mod(-121665n * inverse(121666n), P);

/** The sum of a point and an entry; complete, so it doubles too. */
export function add([x, y, z, t], [plus, minus, product, twice]) {
  const a = ((y - x) * minus) % P;
  const b = ((y + x) * plus) % P;
  const c = (t * product) % P;
  const d = (z * twice) % P;
  const e = b - a;
  const f = d - c;
  const g = d + c;
  const h = b + a;
  return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
}

/** A point as what can be added. */
export function entry([x, y, z, t]) {
  return [y + x, y - x, (2n * D * t) % P, 2n * z];
}

/** What subtracts where the entry adds. */
export function negative([plus, minus, product, twice]) {
  return [minus, plus, -product, twice];
}

const IDENTITY = [0n, 1n, 1n, 0n];

/** A multiple of any point, the slow way. */
export function times(point, number) {
  let sum = IDENTITY;
  for (let power = point; number; number >>= 1n, power = add(power, entry(power))) if (number & 1n) sum = add(sum, entry(power));
  return sum;
}

/** The same points with Z = 1 and nothing negative: one inversion for all. */
function homely(points) {
  const before = [];
  let product = 1n;
  for (const [, , z] of points) {
    before.push(product);
    product = (product * z) % P;
  }
  let back = inverse(product);
  for (let at = points.length; at--; ) {
    const [x, y, z] = points[at];
    const own = back * before[at];
    back = (back * z) % P;
    const pair = [mod(x * own, P), mod(y * own, P)];
    before[at] = [...pair, 1n, (pair[0] * pair[1]) % P];
  }
  return before;
}

/** Points as the protocol writes them: 64 hexadecimal digits, most significant first, the sign of x above y. */
export function texts(points) {
  return homely(points).map(([x, y]) => hex(y | ((x & 1n) << 255n)));
}

function hex(number) {
  return number.toString(16).padStart(64, "0");
}

/** Read a point of order q; throws for anything else, the identity included. */
export function readPoint(text) {
  const number = BigInt(`0x${text}`);
  const y = number & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n), P);
  let x = raise(square, (P + 3n) / 8n);
  if (mod(x * x - square, P)) x = mod(x * raise(2n, (P - 1n) / 4n), P);
  if ((x & 1n) !== number >> 255n) x = P - x;
  const point = [x, y, 1n, (x * y) % P];
  // on the curve, in its one spelling, of order q
  if (mod(x * x - square, P) || hex(number) !== text || y >= P || texts([point, times(point, ORDER)]).join() !== `${text},${hex(1n)}` || y === 1n) throw new Error("no point");
  return point;
}

/** The base point g. */
export function basePoint() {
  return readPoint(`${"6".repeat(62)}58`);
}

/** All multiples that powers of one base need. `yield`s between the windows: who runs it decides when to go on. */
export function* tableOf(base) {
  const rows = [];
  for (let first = base; rows.length < WINDOWS; ) {
    const step = entry(first);
    const row = [first];
    while (row.length < HALF) row.push(add(row[row.length - 1], step));
    rows.push(homely(row).map(entry));
    first = add(row[HALF - 1], entry(row[HALF - 1])); // twice 64 times this window's base is the next one's
    yield;
  }
  return rows;
}

/** The point `from` plus `number` times the table's base. */
export function power(table, number, from = IDENTITY) {
  let left = mod(number);
  let point = from;
  for (const row of table) {
    let digit = Number(left & 127n);
    left >>= 7n;
    if (digit > HALF) {
      digit -= 2 * HALF;
      left += 1n;
    }
    if (digit) point = add(point, digit > 0 ? row[digit - 1] : negative(row[-digit - 1]));
  }
  return point;
}

/** Bytes as hexadecimal digits. */
export function digits(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A scalar from 64 fresh bytes: the bias is below 2^-256. */
export function randomScalar() {
  return mod(BigInt(`0x${digits(crypto.getRandomValues(new Uint8Array(64)))}`));
}

/** The UTF-8 bytes of a text. */
export function utf8(text) {
  return new TextEncoder().encode(text);
}

/** SHA-256 of a text as 64 hexadecimal digits. */
export function digest(text) {
  return digits(sha256(utf8(text)));
}

/** H(prefix, A1..An): SHA-256 of the prefix and the points' texts between commas, as a scalar. */
export function challenge(prefix, points) {
  return mod(BigInt(`0x${digest(prefix + points.join())}`));
}

/** Bytes as base64 without "=": fingerprints, trackers. */
export function compact(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}
