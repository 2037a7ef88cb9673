// The curve of Ed25519, -x^2 + y^2 = 1 + d x^2 y^2, in extended coordinates {x, y, z, t} (x/z, y/z, t = xy/z), for checking many powers fast.
//
// The formulas are complete: they hold for every point of the curve, the identity and points outside the group included. A point in work has
// carried coordinates. Numbers after a product in a comment are the terms of its factors (field.js: at most 12 multiplied).
// Nothing here runs in constant time: a private key is used on its holder's own device only.
import { P, add as plus, fromBigInt, invert, multiply, number, rootPower, square, subtract as minus, toBigInt } from "./field.js";

export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const D_NUMBER = fromBigInt(D);
const DOUBLE_D = fromBigInt((2n * D) % P);
const ROOT_OF_MINUS_ONE = fromBigInt(19681161376707505956807079304988542015446066515923890162744021073123829784752n);
const ONE = fromBigInt(1n);
// the formulas' room: new arrays cost more than the formulas
const [A, B, C, E, F, G, H] = Array.from({ length: 7 }, number);

/** A new identity. */
export function identity() {
  return { x: number(), y: ONE.slice(), z: ONE.slice(), t: number() };
}

const IDENTITY = identity();

/** out = point, or its negative where `sign` is negative. */
function assign(out, { x, y, z, t }, sign = 1) {
  out.y.set(y);
  out.z.set(z);
  for (let k = 0; k < 12; k += 1) {
    out.x[k] = sign * x[k];
    out.t[k] = sign * t[k];
  }
  return out;
}

function copy(point) {
  return assign(identity(), point);
}

function finish(out, withT) {
  multiply(out.x, E, F); // 3 * 4 after a doubling, else 2 * 2
  multiply(out.y, G, H); // 2 * 2
  multiply(out.z, F, G); // 4 * 2
  if (withT) multiply(out.t, E, H); // 3 * 2
}

/** out = 2 point. Without `withT` out.t is wrong: for a doubling that follows, which does not look at it. */
function double(out, point, withT) {
  square(A, point.x);
  square(B, point.y);
  square(C, point.z);
  plus(E, point.x, point.y);
  square(E, E); // 2 * 2
  plus(H, A, B);
  minus(E, H, E);
  minus(G, A, B);
  plus(F, C, C);
  plus(F, F, G);
  finish(out, withT);
}

function unready() {
  return { less: number(), more: number(), twice: number(), product: number() };
}

/** What `add` takes: a point made ready to be added or taken away. */
function ready({ x, y, z, t }, out = unready()) {
  minus(out.less, y, x);
  plus(out.more, y, x);
  plus(out.twice, z, z);
  multiply(out.product, t, DOUBLE_D);
  return out;
}

/** out = point + other, or point - other where `sign` is negative. */
function add(out, point, other, sign) {
  minus(A, point.y, point.x);
  plus(B, point.y, point.x);
  multiply(A, A, sign < 0 ? other.more : other.less); // 2 * 2
  multiply(B, B, sign < 0 ? other.less : other.more); // 2 * 2
  multiply(C, point.t, other.product);
  multiply(G, point.z, other.twice); // 1 * 2
  minus(E, B, A);
  plus(H, B, A);
  if (sign < 0) {
    plus(F, G, C);
    minus(G, G, C);
  } else {
    minus(F, G, C);
    plus(G, G, C);
  }
  finish(out, true);
}

/** The sum of some points; the identity of none. */
export function sum(points) {
  const out = points.length ? copy(points[0]) : identity();
  for (const point of points.slice(1)) add(out, out, ready(point, READY), 1);
  return out;
}

/** -point. */
export function negative(point) {
  return assign(identity(), point, -1);
}

/** Digits -2^(bits-1)..2^(bits-1) of a scalar to the base 2^bits, lowest first, as many as 254 bits need. */
function digits(scalar, bits) {
  const text = scalar.toString(2).padStart(256, "0");
  const out = new Int16Array(Math.ceil(254 / bits));
  let over = 0;
  for (let at = 0; at < out.length; at += 1) {
    const end = 256 - at * bits;
    const digit = parseInt(text.slice(Math.max(0, end - bits), end), 2) + over;
    over = digit > 2 ** (bits - 1) ? 1 : 0;
    out[at] = digit - over * 2 ** bits;
  }
  return out;
}

const BITS = 5;
const Q_DIGITS = digits(ORDER, BITS);

const HEAPS = 2 ** (BITS - 1);
const STEP = identity();
const RUNNING = identity();
const READY = unready();
const ROOM = []; // heaps of the exponents worked on at once

/**
 * The powers of one point by several scalars in 0..q, which share its doublings: 32^0, 32^1, ... times the point are each added to the heap of the
 * digit that stands there, and at the end each heap counts as often as its digit says.
 */
export function powers(point, scalars) {
  return heaps(point, scalars.map((scalar) => digits(scalar, BITS)));
}

function heaps(point, rows) {
  while (ROOM.length < rows.length) ROOM.push(Array.from({ length: HEAPS }, identity));
  const used = rows.map(() => Array(HEAPS).fill(false));
  assign(STEP, point);
  for (let at = 0; at < Q_DIGITS.length; at += 1) {
    if (at) for (let bit = 1; bit <= BITS; bit += 1) double(STEP, STEP, bit === BITS);
    ready(STEP, READY);
    for (let which = 0; which < rows.length; which += 1) {
      const digit = rows[which][at];
      if (digit === 0) continue;
      const size = Math.abs(digit) - 1;
      const heap = ROOM[which][size];
      if (used[which][size]) add(heap, heap, READY, digit);
      else assign(heap, STEP, digit < 0 ? -1 : 1);
      used[which][size] = true;
    }
  }
  return rows.map((_, which) => weighed(ROOM[which], used[which]));
}

/** 1 heap + 2 second heap + ...: each heap is in every running sum from its own place down. */
function weighed(room, used) {
  const out = identity();
  assign(RUNNING, IDENTITY);
  for (let place = HEAPS - 1; place >= 0; place -= 1) {
    if (used[place]) add(RUNNING, RUNNING, ready(room[place], READY), 1);
    add(out, out, ready(RUNNING, READY), 1);
  }
  return out;
}

/** The powers of a point as `powers`, or null where the point is not of order q (the identity has order 1). */
export function powersOfMember(point, scalars) {
  const found = heaps(point, [Q_DIGITS, ...scalars.map((scalar) => digits(scalar, BITS))]);
  return !isIdentity(point) && isIdentity(found[0]) ? found.slice(1) : null;
}

/** Whether a point is the identity: x = 0 and y = z. */
export function isIdentity({ x, y, z }) {
  const difference = number();
  minus(difference, y, z);
  return toBigInt(x) === 0n && toBigInt(difference) === 0n;
}

const TABLE_BITS = 6;

/** All multiples of a point that its powers need: for the two points that everything is proved about. */
export function tableOf(point) {
  const rows = [];
  const step = copy(point);
  for (let row = 0; row < Math.ceil(254 / TABLE_BITS); row += 1) {
    const own = ready(step);
    const multiple = copy(step);
    const entries = [own];
    for (let digit = 2; digit <= 2 ** (TABLE_BITS - 1); digit += 1) {
      add(multiple, multiple, own, 1);
      entries.push(ready(multiple));
    }
    rows.push(entries);
    double(step, multiple, true);
  }
  return rows;
}

/** point * table's base^scalar, the scalar in 0..q; `point` itself is changed and given back. */
export function timesPower(point, table, scalar) {
  digits(scalar, TABLE_BITS).forEach((digit, row) => {
    if (digit) add(point, point, table[row][Math.abs(digit) - 1], digit);
  });
  return point;
}

/** The point of a y in 0..p-1 and the last bit of its x; null where there is none, or where x = 0 is said to be odd (RFC 8032, 5.1.3). */
export function decompress(value, odd) {
  const y = fromBigInt(value);
  const [u, v, x, t] = Array.from({ length: 4 }, number);
  square(t, y);
  minus(u, t, ONE);
  multiply(v, t, D_NUMBER);
  plus(v, v, ONE);
  // x = u v^3 (u v^7)^((p - 5) / 8), times the root of -1 where that is the other root
  const [v3, check] = [number(), number()];
  square(v3, v); // 2 * 2
  multiply(v3, v3, v); // 1 * 2
  square(t, v3);
  multiply(t, t, v); // 1 * 2
  multiply(t, t, u); // 1 * 2
  rootPower(x, t);
  multiply(x, x, v3);
  multiply(x, x, u); // 1 * 2
  square(check, x);
  multiply(check, check, v); // 1 * 2
  minus(t, check, u);
  if (toBigInt(t) !== 0n) {
    plus(t, check, u);
    if (toBigInt(t) !== 0n) return null;
    multiply(x, x, ROOT_OF_MINUS_ONE);
  }
  const root = toBigInt(x);
  if (root === 0n && odd) return null;
  if ((root % 2n === 1n) !== odd) minus(x, number(), x);
  multiply(t, x, y);
  return { x, y, z: ONE.slice(), t };
}

/** [x odd, y] of many points, with one inversion for all. */
export function compress(points) {
  const product = ONE.slice();
  const before = points.map(({ z }) => {
    const here = product.slice();
    multiply(product, product, z);
    return here;
  });
  invert(product, product);
  const own = number();
  const coordinate = number();
  const out = [];
  for (let at = points.length - 1; at >= 0; at -= 1) {
    const { x, y, z } = points[at];
    multiply(own, product, before[at]);
    multiply(product, product, z);
    multiply(coordinate, x, own);
    const odd = toBigInt(coordinate) % 2n === 1n;
    multiply(coordinate, y, own);
    out[at] = [odd, toBigInt(coordinate)];
  }
  return out;
}

/** The standard base point: y = 4/5, x even. */
export const BASE = decompress(46316835694926478169428394003475163141307993866256225615783033603165251855960n, false);
