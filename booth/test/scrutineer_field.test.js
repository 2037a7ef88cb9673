import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { Point } from "@noble/ed25519";
import { BASE, ORDER, compress, identity, isIdentity, negative, powers, powersOfMember, sum, tableOf, timesPower } from "../scrutineer/core/curve.js";
import { P, add, fromBigInt, invert, multiply, number, square, subtract, toBigInt } from "../scrutineer/core/field.js";
import { basePower, curvePoint, randomScalar, readPoint, readPointOrIdentity, writePoints } from "../scrutineer/core/group.js";

globalThis.crypto ??= webcrypto; // Node 18

const WEIGHT = [0, 22, 43, 64, 85, 107, 128, 149, 170, 192, 213, 234, 255];
const wide = () => BigInt("0x" + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex")) >> 1n;
const modulo = (value) => ((value % P) + P) % P;
const EDGES = [0n, 1n, 19n, P - 1n, P, P + 1n, 2n ** 255n - 1n, 2n ** 254n, (1n << 255n) - (1n << 234n)];
const IDENTITY_TEXT = "1".padStart(64, "0");
const textOf = (point) => (point.is0() ? IDENTITY_TEXT : Buffer.from(point.toBytes()).reverse().toString("hex"));

test("products, squares and inverses are those of BigInt, at the edges and at random", () => {
  const values = [...EDGES, ...Array.from({ length: 300 }, wide)];
  const out = number();
  for (const [at, x] of values.entries()) {
    for (const y of [values[(at * 7 + 1) % values.length], ...EDGES]) {
      multiply(out, fromBigInt(x), fromBigInt(y));
      assert.equal(toBigInt(out), modulo(x * y));
    }
    square(out, fromBigInt(x));
    assert.equal(toBigInt(out), modulo(x * x));
    invert(out, fromBigInt(x));
    multiply(out, out, fromBigInt(x));
    assert.equal(toBigInt(out), x % P === 0n ? 0n : 1n);
  }
});

test("products of uncarried numbers are exact up to twelve terms, with the largest limbs there can be", () => {
  const exact = (limbs) => limbs.reduce((all, limb, k) => all + (BigInt(limb / 2 ** WEIGHT[k]) << BigInt(WEIGHT[k])), 0n);
  const largest = (signs, terms) => Float64Array.from(WEIGHT.slice(0, 12), (weight, k) => signs(k) * terms * (2 ** (WEIGHT[k + 1] - 1) + (2 ** (WEIGHT[k + 1] - 11) >= 2 ** weight ? 2 ** (WEIGHT[k + 1] - 11) : 0) - 2 ** weight));
  const signs = [() => 1, () => -1, (k) => (k % 2 ? -1 : 1), (k) => (k % 3 ? -1 : 1), (k) => (k < 6 ? 1 : -1)];
  const out = number();
  for (const [left, right] of [[3, 4], [4, 3], [2, 6], [12, 1]]) {
    for (const one of signs) {
      for (const two of signs) {
        const [a, b] = [largest(one, left), largest(two, right)];
        multiply(out, a, b);
        assert.equal(toBigInt(out), modulo(exact(a) * exact(b)));
        out.forEach((limb, k) => assert.ok(Math.abs(limb) <= 1.001 * 2 ** (WEIGHT[k + 1] - 1)));
      }
      square(out, largest(one, 3));
      assert.equal(toBigInt(out), modulo(exact(largest(one, 3)) ** 2n));
    }
  }
});

test("sums and differences are those of BigInt", () => {
  const out = number();
  for (let round = 0; round < 50; round += 1) {
    const [x, y] = [wide(), wide()];
    add(out, fromBigInt(x), fromBigInt(y));
    assert.equal(toBigInt(out), modulo(x + y));
    subtract(out, fromBigInt(x), fromBigInt(y));
    assert.equal(toBigInt(out), modulo(x - y));
  }
});

test("powers, sums and texts of points are noble's", () => {
  for (let round = 0; round < 20; round += 1) {
    const [base, one, two] = [randomScalar(), randomScalar(), randomScalar()];
    const theirs = Point.BASE.multiply(base);
    const [text] = writePoints([basePower(base)]);
    assert.equal(text, textOf(theirs));
    const point = readPoint(text);
    const scalars = [one, two, 0n, 1n, 2n, 8n, ORDER - 1n];
    const wanted = [theirs.multiply(one), theirs.multiply(two), Point.ZERO, theirs, theirs.double(), theirs.multiply(8n), theirs.negate()].map(textOf);
    assert.deepEqual(writePoints(powers(point, scalars)), wanted);
    assert.deepEqual(writePoints(powersOfMember(point, scalars)), wanted);
    const table = tableOf(point);
    assert.deepEqual(writePoints(scalars.map((scalar) => timesPower(identity(), table, scalar))), wanted);
    assert.deepEqual(writePoints([sum([point, point, basePower(one)])]), [textOf(theirs.double().add(Point.BASE.multiply(one)))]);
    assert.deepEqual(writePoints([sum([point, negative(point)])]), [IDENTITY_TEXT]);
    assert.deepEqual(writePoints([timesPower(basePower(two), table, one)]), [textOf(theirs.multiply(one).add(Point.BASE.multiply(two)))]);
  }
  assert.ok(isIdentity(sum([])));
  assert.ok(isIdentity(powers(identity(), [5n])[0]));
  assert.ok(!isIdentity(BASE));
  assert.deepEqual(compress([BASE]), [[false, 46316835694926478169428394003475163141307993866256225615783033603165251855960n]]);
});

test("only canonical points of order q are read", () => {
  // points of order 8 and its divisors, and such a point added to a good one
  const eight = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const small = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((times) => Array.from({ length: Number(times) }, () => eight).reduce((all, next) => all.add(next)));
  for (const torsion of small) {
    assert.throws(() => readPoint(textOf(torsion)), { code: "outside_group" });
    const mixed = textOf(Point.BASE.multiply(77n).add(torsion));
    assert.ok(curvePoint(mixed));
    assert.throws(() => readPoint(mixed), { code: "outside_group" });
    assert.throws(() => readPointOrIdentity(mixed), { code: "outside_group" });
  }
  const hex = (value) => value.toString(16).padStart(64, "0");
  // y of p and more, an odd x of 0, y that is on no point, other spellings
  const wrong = [hex(P), hex(P + 1n), hex(P + 3n), hex(2n ** 255n + 1n), hex(2n ** 256n - 1n), hex(2n), hex(7n), "", "0".repeat(63), "G".repeat(64)];
  for (const text of wrong) assert.throws(() => readPoint(text), { code: "outside_group" }, text);
  for (const text of [hex(P + 3n), hex(2n ** 255n + 1n), hex(2n)]) assert.equal(curvePoint(text), null);
  assert.ok(curvePoint(hex(3n)));
  const [good] = writePoints([basePower(77n)]);
  readPoint(good);
  assert.throws(() => readPoint(good.toUpperCase()), { code: "outside_group" });
  assert.throws(() => readPoint(IDENTITY_TEXT), { code: "outside_group" });
  assert.ok(isIdentity(readPointOrIdentity(IDENTITY_TEXT)));
});
