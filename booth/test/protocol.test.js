// The voter's side of the protocol, held against Python's vectors and against the libraries that the page has no room for.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Point } from "@noble/ed25519";
import { readCode, secretOf } from "../protocol/credential.js";
import { readElection } from "../protocol/election.js";
import { ORDER, challenge, power, randomScalar, readPoint, tableOf, texts, times } from "../protocol/group.js";
import { begun, sha256, sha512 } from "../protocol/hashes.js";
import { baseTable, prepare } from "../protocol/preparation.js";
import { checkReceipt } from "../protocol/receipt.js";

const VECTORS = JSON.parse(readFileSync(new URL("protocol_vectors.json", import.meta.url), "utf8"));
const ELECTION = readElection(VECTORS.election);

function all(generator) {
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
  }
}

const BASE = all(baseTable());
const prepared = (code = VECTORS.codes[0].code, election = ELECTION) => all(prepare(election, secretOf(code, election.uuid), BASE));

/** A point as noble-ed25519 has it. */
function noble(text) {
  return Point.fromHex(Buffer.from(text, "hex").reverse().toString("hex"));
}

const written = (point) => Buffer.from(point.toBytes()).reverse().toString("hex");
const timesNoble = (point, number) => (number ? point.multiply(number, false) : Point.ZERO);

test("hashes are those of the standard at every length and from every beginning", () => {
  for (let length = 0; length < 300; length += 1) {
    const bytes = new Uint8Array(randomBytes(length));
    const [short, long] = ["sha256", "sha512"].map((name) => createHash(name).update(bytes).digest("hex"));
    assert.equal(Buffer.from(sha256(bytes)).toString("hex"), short);
    assert.equal(sha512(bytes).toString(16).padStart(128, "0"), long);
    const start = bytes.subarray(0, length >> 1);
    assert.equal(Buffer.from(sha256(bytes, begun(start))).toString("hex"), short);
  }
});

test("powers are Python's and noble's", () => {
  for (const { exponent, point } of VECTORS.powers) assert.deepEqual(texts([power(BASE, BigInt(exponent))]), [point]);
  const other = all(tableOf(readPoint(ELECTION.key)));
  for (let turn = 0; turn < 20; turn += 1) {
    const [one, two] = [randomScalar(), randomScalar()];
    const expected = Point.BASE.multiply(one).add(noble(ELECTION.key).multiply(two));
    const found = texts([power(BASE, one, power(other, two)), times(readPoint(ELECTION.key), one)]);
    assert.deepEqual(found, [written(expected), written(noble(ELECTION.key).multiply(one))]);
  }
  assert.deepEqual(texts([power(BASE, 0n), power(BASE, -1n)]), ["1".padStart(64, "0"), written(Point.BASE.negate())]);
});

test("only points of the group are read", () => {
  const good = VECTORS.codes[0].point;
  assert.deepEqual(texts([readPoint(good)]), [good]);
  const low = Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"); // of order 8
  const field = 2n ** 255n - 19n;
  const hex = (number) => number.toString(16).padStart(64, "0");
  const bad = {
    identity: hex(1n),
    "order 8": written(low),
    "order 8q": written(noble(good).add(low)),
    "order 2": hex(field - 1n),
    "not canonical": hex(field + 1n),
    "the identity's other sign": hex(1n + 2n ** 255n),
    "on no curve": hex(2n),
    "capital letters": good.toUpperCase(),
    short: good.slice(1),
    long: `0${good}`,
    "no digits": "x".repeat(64),
    empty: "",
  };
  for (const [what, text] of Object.entries(bad)) assert.throws(() => readPoint(text), undefined, what);
});

test("codes give Python's credentials, with and without hyphens", () => {
  for (const { code, secret, point } of VECTORS.codes) {
    assert.equal(secretOf(code, VECTORS.panel), BigInt(secret));
    assert.equal(prepared(code).credential, point);
    assert.equal(readCode(code), code);
    assert.equal(readCode(code.replaceAll("-", "")), code);
    for (const torn of [code.slice(1), `${code}1`, code.replace(/.$/, "0"), code.replace(/.$/, "l"), ` ${code}`, ""]) assert.equal(readCode(torn), null);
  }
});

test("the election's exact text is what is hashed; another kind of election is refused", () => {
  assert.equal(ELECTION.fingerprint, VECTORS.fingerprint);
  for (const [from, to] of [['"max":1', '"max":2'], ['"blank":true,', ""], ["Ed25519", "BELENIOS-2048"], ['"version":1', '"version":2']]) {
    const other = VECTORS.election.replace(from, to);
    assert.notEqual(other, VECTORS.election);
    assert.throws(() => readElection(other));
  }
  assert.throws(() => prepared(VECTORS.codes[0].code, { ...ELECTION, key: "1".padStart(64, "0") }));
});

test("a receipt is the box's or it is not", () => {
  for (const { tracker, receipt } of VECTORS.receipts) {
    assert.equal(checkReceipt(VECTORS.panel, tracker, receipt, VECTORS.box, BASE), true);
    const spoilt = Buffer.from(receipt, "base64");
    for (const at of [0, 31, 32, 63]) {
      const copy = Buffer.from(spoilt);
      copy[at] ^= 1;
      assert.equal(checkReceipt(VECTORS.panel, tracker, copy.toString("base64"), VECTORS.box, BASE), false);
    }
    const raised = Buffer.from(spoilt); // the same scalar plus q: another spelling of the same signature
    let number = BigInt(`0x${Buffer.from(spoilt.subarray(32)).reverse().toString("hex")}`) + ORDER;
    for (let at = 32; at < 64; at += 1, number >>= 8n) raised[at] = Number(number & 255n);
    for (const other of ["", "====", raised.toString("base64"), `${receipt}AA`, VECTORS.receipts[0].receipt.slice(4), null]) {
      assert.equal(checkReceipt(VECTORS.panel, tracker, other, VECTORS.box, BASE), false);
    }
    assert.equal(checkReceipt(VECTORS.panel, `${tracker}A`, receipt, VECTORS.box, BASE), false);
    assert.equal(checkReceipt("1".repeat(14), tracker, receipt, VECTORS.box, BASE), false);
    assert.equal(checkReceipt(VECTORS.panel, tracker, receipt, Buffer.alloc(32).toString("base64"), BASE), false);
  }
});

/** Whether one of two ciphertexts is proved to encrypt zero, by noble's arithmetic (specification 4.12). */
function proved(prefix, claims, proofs) {
  const points = claims.flatMap(([alpha, beta], at) => {
    const [number, response] = [BigInt(proofs[at].challenge), BigInt(proofs[at].response)];
    return [timesNoble(Point.BASE, response).add(timesNoble(alpha, number)), timesNoble(noble(ELECTION.key), response).add(timesNoble(beta, number))];
  });
  return (BigInt(proofs[0].challenge) + BigInt(proofs[1].challenge)) % ORDER === challenge(prefix, points.map(written));
}

/** Assert every proof and the signature of a ballot. */
function verify(raw) {
  const ballot = JSON.parse(raw);
  assert.equal(JSON.stringify(ballot), raw);
  const label = `${VECTORS.fingerprint}|${ballot.credential}`;
  for (const answer of ballot.answers) {
    const ciphers = answer.choices.map(({ alpha, beta }) => [noble(alpha), noble(beta)]);
    const names = answer.choices.map(({ alpha, beta }) => `${alpha},${beta}`);
    const less = ([alpha, beta]) => [alpha, beta.add(Point.BASE.negate())];
    ciphers.forEach((cipher, at) => assert.ok(proved(`prove|${label}|${names[at]}|`, [cipher, less(cipher)], answer.individual_proofs[at])));
    const sum = ciphers.slice(1).reduce((one, other) => [one[0].add(other[0]), one[1].add(other[1])]);
    assert.ok(proved(`bproof0|${label}|${names}|`, [ciphers[0], sum], answer.blank_proof));
    assert.ok(proved(`bproof1|${label}|${names}|`, [less(ciphers[0]), less(sum)], answer.overall_proof));
  }
  const { hash, proof } = ballot.signature;
  const body = raw.replace(/,"signature":.*$/, "}");
  assert.equal(hash, createHash("sha256").update(body).digest("base64").replace("=", ""));
  const commitment = Point.BASE.multiply(BigInt(proof.response)).add(noble(ballot.credential).multiply(BigInt(proof.challenge)));
  assert.equal(challenge(`sig|${hash}|`, [written(commitment)]), BigInt(proof.challenge));
}

test("every choice there is gives a ballot whose proofs hold", () => {
  for (let first = 0; first <= 4; first += 1) {
    const { raw, tracker } = prepared().seal([first, first % 3]);
    verify(raw);
    assert.equal(tracker, createHash("sha256").update(raw).digest("base64").replace("=", ""));
  }
  assert.throws(() => verify(prepared().seal([1, 1]).raw.replace(/"challenge":"(\d)/, (_all, digit) => `"challenge":"${(Number(digit) % 9) + 1}`)));
});

test("a preparation serves one ballot", () => {
  const { seal } = prepared();
  for (const impossible of [[1], [1, 3], [1, 1, 1], [-1, 1], [1, 0.5], [undefined, 1], ["1", 1]]) assert.throws(() => seal(impossible), /does not allow/);
  seal([1, 2]); // what was impossible has not used it up
  assert.throws(() => seal([1, 2]), /serves one ballot/);
  assert.throws(() => seal([2, 2]), /serves one ballot/);
});

test("two preparations share nothing but the credential, and one ballot holds no number twice", () => {
  const drawn = () => {
    const { credential, seal } = prepared();
    const text = seal([1, 0]).raw.replaceAll(credential, "");
    return text.match(/[0-9a-f]{64}|\d{70,}/g);
  };
  const [one, other] = [drawn(), drawn()];
  assert.equal(new Set(one).size, one.length);
  assert.equal(one.length, 2 * 8 + 2 * 2 * 8 + 2 * 2 * 2 * 2 + 2);
  assert.equal(new Set([...one, ...other]).size, one.length + other.length);
});
