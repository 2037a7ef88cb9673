// Numbers modulo p = 2^255 - 19 as sums of twelve doubles, so that a phone multiplies them without BigInt and without WebAssembly.
//
// Limb k is a whole multiple of 2^WEIGHT[k], weights being the whole numbers above 21.25 k; the number is the plain sum of its limbs. Invariants:
// * a product's limbs are at most half of the next weight (and a thousandth more), positive or negative: "carried". Sums and differences
//   are not carried: each term counts one.
// * two factors whose terms multiply to at most 12 can be multiplied: every partial sum then stays below 2^53 of its own unit, where
//   doubles are exact (the worst limb, the first, would allow 16). curve.js says the terms beside each product.
// * adding and taking away 1.5 * 2^(52 + w) rounds to a multiple of 2^w: doubles round to nearest in every JavaScript.

export const P = 2n ** 255n - 19n;
const WEIGHT = [0, 22, 43, 64, 85, 107, 128, 149, 170, 192, 213, 234, 255];
const [, R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11] = WEIGHT.map((weight) => 1.5 * 2 ** (52 + weight));
const FOLD = 19 / 2 ** 255; // 2^255 is 19

/** A new number: zero. */
export function number() {
  return new Float64Array(12);
}

/** A number from a BigInt in 0..2^255-1. */
export function fromBigInt(value) {
  const out = number();
  for (let k = 0; k < 12; k += 1) {
    const width = WEIGHT[k + 1] - WEIGHT[k];
    out[k] = Number(BigInt.asUintN(width, value >> BigInt(WEIGHT[k]))) * 2 ** WEIGHT[k];
  }
  carry(out);
  return out;
}

/** The BigInt in 0..p-1 that a number stands for. */
export function toBigInt(a) {
  let sum = 0n;
  for (let k = 11; k >= 0; k -= 1) sum += BigInt(a[k] / 2 ** WEIGHT[k]) << BigInt(WEIGHT[k]);
  sum %= P;
  return sum < 0n ? sum + P : sum;
}

/** out = a + b; as many terms as both together. */
export function add(out, a, b) {
  out[0] = a[0] + b[0];
  out[1] = a[1] + b[1];
  out[2] = a[2] + b[2];
  out[3] = a[3] + b[3];
  out[4] = a[4] + b[4];
  out[5] = a[5] + b[5];
  out[6] = a[6] + b[6];
  out[7] = a[7] + b[7];
  out[8] = a[8] + b[8];
  out[9] = a[9] + b[9];
  out[10] = a[10] + b[10];
  out[11] = a[11] + b[11];
}

/** out = a - b; as many terms as both together. */
export function subtract(out, a, b) {
  out[0] = a[0] - b[0];
  out[1] = a[1] - b[1];
  out[2] = a[2] - b[2];
  out[3] = a[3] - b[3];
  out[4] = a[4] - b[4];
  out[5] = a[5] - b[5];
  out[6] = a[6] - b[6];
  out[7] = a[7] - b[7];
  out[8] = a[8] - b[8];
  out[9] = a[9] - b[9];
  out[10] = a[10] - b[10];
  out[11] = a[11] - b[11];
}

/** Bring limbs back to half of the next weight. Two rounds, all limbs at once: a chain would wait for itself twelve times. */
function carry(out) {
  const r0 = out[0];
  const r1 = out[1];
  const r2 = out[2];
  const r3 = out[3];
  const r4 = out[4];
  const r5 = out[5];
  const r6 = out[6];
  const r7 = out[7];
  const r8 = out[8];
  const r9 = out[9];
  const r10 = out[10];
  const r11 = out[11];
  const c0 = r0 + R0 - R0;
  const c1 = r1 + R1 - R1;
  const c2 = r2 + R2 - R2;
  const c3 = r3 + R3 - R3;
  const c4 = r4 + R4 - R4;
  const c5 = r5 + R5 - R5;
  const c6 = r6 + R6 - R6;
  const c7 = r7 + R7 - R7;
  const c8 = r8 + R8 - R8;
  const c9 = r9 + R9 - R9;
  const c10 = r10 + R10 - R10;
  const c11 = r11 + R11 - R11;
  const s0 = r0 - c0 + c11 * FOLD;
  const s1 = r1 - c1 + c0;
  const s2 = r2 - c2 + c1;
  const s3 = r3 - c3 + c2;
  const s4 = r4 - c4 + c3;
  const s5 = r5 - c5 + c4;
  const s6 = r6 - c6 + c5;
  const s7 = r7 - c7 + c6;
  const s8 = r8 - c8 + c7;
  const s9 = r9 - c9 + c8;
  const s10 = r10 - c10 + c9;
  const s11 = r11 - c11 + c10;
  const e0 = s0 + R0 - R0;
  const e1 = s1 + R1 - R1;
  const e2 = s2 + R2 - R2;
  const e3 = s3 + R3 - R3;
  const e4 = s4 + R4 - R4;
  const e5 = s5 + R5 - R5;
  const e6 = s6 + R6 - R6;
  const e7 = s7 + R7 - R7;
  const e8 = s8 + R8 - R8;
  const e9 = s9 + R9 - R9;
  const e10 = s10 + R10 - R10;
  const e11 = s11 + R11 - R11;
  out[0] = s0 - e0 + e11 * FOLD;
  out[1] = s1 - e1 + e0;
  out[2] = s2 - e2 + e1;
  out[3] = s3 - e3 + e2;
  out[4] = s4 - e4 + e3;
  out[5] = s5 - e5 + e4;
  out[6] = s6 - e6 + e5;
  out[7] = s7 - e7 + e6;
  out[8] = s8 - e8 + e7;
  out[9] = s9 - e9 + e8;
  out[10] = s10 - e10 + e9;
  out[11] = s11 - e11 + e10;
}

/** out = a * b, carried. `out` may be one of the factors. */
export function multiply(out, a, b) {
  const a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
  const a6 = a[6], a7 = a[7], a8 = a[8], a9 = a[9], a10 = a[10], a11 = a[11];
  const b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], b4 = b[4], b5 = b[5];
  const b6 = b[6], b7 = b[7], b8 = b[8], b9 = b[9], b10 = b[10], b11 = b[11];
  const n0 = a0 * FOLD, n1 = a1 * FOLD, n2 = a2 * FOLD, n3 = a3 * FOLD, n4 = a4 * FOLD, n5 = a5 * FOLD;
  const n6 = a6 * FOLD, n7 = a7 * FOLD, n8 = a8 * FOLD, n9 = a9 * FOLD, n10 = a10 * FOLD, n11 = a11 * FOLD;
  out[0] = a0 * b0 + n1 * b11 + n2 * b10 + n3 * b9 + n4 * b8 + n5 * b7 +
    n6 * b6 + n7 * b5 + n8 * b4 + n9 * b3 + n10 * b2 + n11 * b1;
  out[1] = a0 * b1 + a1 * b0 + n2 * b11 + n3 * b10 + n4 * b9 + n5 * b8 +
    n6 * b7 + n7 * b6 + n8 * b5 + n9 * b4 + n10 * b3 + n11 * b2;
  out[2] = a0 * b2 + a1 * b1 + a2 * b0 + n3 * b11 + n4 * b10 + n5 * b9 +
    n6 * b8 + n7 * b7 + n8 * b6 + n9 * b5 + n10 * b4 + n11 * b3;
  out[3] = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + n4 * b11 + n5 * b10 +
    n6 * b9 + n7 * b8 + n8 * b7 + n9 * b6 + n10 * b5 + n11 * b4;
  out[4] = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + n5 * b11 +
    n6 * b10 + n7 * b9 + n8 * b8 + n9 * b7 + n10 * b6 + n11 * b5;
  out[5] = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 +
    n6 * b11 + n7 * b10 + n8 * b9 + n9 * b8 + n10 * b7 + n11 * b6;
  out[6] = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 +
    a6 * b0 + n7 * b11 + n8 * b10 + n9 * b9 + n10 * b8 + n11 * b7;
  out[7] = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 +
    a6 * b1 + a7 * b0 + n8 * b11 + n9 * b10 + n10 * b9 + n11 * b8;
  out[8] = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 +
    a6 * b2 + a7 * b1 + a8 * b0 + n9 * b11 + n10 * b10 + n11 * b9;
  out[9] = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 +
    a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0 + n10 * b11 + n11 * b10;
  out[10] = a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 +
    a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1 + a10 * b0 + n11 * b11;
  out[11] = a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 +
    a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1 + a11 * b0;
  carry(out);
}

/** out = a * a, carried. */
export function square(out, a) {
  const a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
  const a6 = a[6], a7 = a[7], a8 = a[8], a9 = a[9], a10 = a[10], a11 = a[11];
  const n0 = a0 * FOLD, n1 = a1 * FOLD, n2 = a2 * FOLD, n3 = a3 * FOLD, n4 = a4 * FOLD, n5 = a5 * FOLD;
  const n6 = a6 * FOLD, n7 = a7 * FOLD, n8 = a8 * FOLD, n9 = a9 * FOLD, n10 = a10 * FOLD, n11 = a11 * FOLD;
  const d0 = a0 + a0, d1 = a1 + a1, d2 = a2 + a2, d3 = a3 + a3, d4 = a4 + a4, d5 = a5 + a5;
  const d6 = a6 + a6, d7 = a7 + a7, d8 = a8 + a8, d9 = a9 + a9, d10 = a10 + a10, d11 = a11 + a11;
  out[0] = a0 * a0 + d1 * n11 + d2 * n10 + d3 * n9 + d4 * n8 + d5 * n7 + n6 * a6;
  out[1] = d0 * a1 + d2 * n11 + d3 * n10 + d4 * n9 + d5 * n8 + d6 * n7;
  out[2] = d0 * a2 + a1 * a1 + d3 * n11 + d4 * n10 + d5 * n9 + d6 * n8 + n7 * a7;
  out[3] = d0 * a3 + d1 * a2 + d4 * n11 + d5 * n10 + d6 * n9 + d7 * n8;
  out[4] = d0 * a4 + d1 * a3 + a2 * a2 + d5 * n11 + d6 * n10 + d7 * n9 + n8 * a8;
  out[5] = d0 * a5 + d1 * a4 + d2 * a3 + d6 * n11 + d7 * n10 + d8 * n9;
  out[6] = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + d7 * n11 + d8 * n10 + n9 * a9;
  out[7] = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + d8 * n11 + d9 * n10;
  out[8] = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + d9 * n11 + n10 * a10;
  out[9] = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + d10 * n11;
  out[10] = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + n11 * a11;
  out[11] = d0 * a11 + d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6;
  carry(out);
}

/** out = a^(2^count). */
function squares(out, a, count) {
  square(out, a);
  for (let done = 1; done < count; done += 1) square(out, out);
}

/** [a^(2^250 - 1), a^11]: the common part of inverses and roots. */
function tower(a) {
  const t = number();
  const [two, nine, eleven, b5, b10, b20, b50, b100] = Array.from({ length: 8 }, number);
  square(two, a);
  squares(t, two, 2);
  multiply(nine, t, a);
  multiply(eleven, nine, two);
  square(t, eleven);
  multiply(b5, t, nine); // a^(2^5 - 1)
  squares(t, b5, 5);
  multiply(b10, t, b5);
  squares(t, b10, 10);
  multiply(b20, t, b10);
  squares(t, b20, 20);
  multiply(t, t, b20);
  squares(t, t, 10);
  multiply(b50, t, b10);
  squares(t, b50, 50);
  multiply(b100, t, b50);
  squares(t, b100, 100);
  multiply(t, t, b100);
  squares(t, t, 50);
  multiply(t, t, b50);
  return [t, eleven];
}

/** out = 1 / a = a^(p - 2), of carried numbers; 0 for 0. */
export function invert(out, a) {
  const [t, eleven] = tower(a);
  squares(t, t, 5);
  multiply(out, t, eleven);
}

/** out = a^((p - 5) / 8), the heart of a square root. */
export function rootPower(out, a) {
  const [t] = tower(a);
  squares(t, t, 2);
  multiply(out, t, a);
}
