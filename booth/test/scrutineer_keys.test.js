import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { Refused, backupText, checkPublicPart, fingerprint, newKey, openRecord, publicPartOf, readBackup, readKeyFile, remember, shareDocument, writeKeyFile } from "../scrutineer/core/index.js";
import { ORDER } from "../scrutineer/core/curve.js";
import { strict } from "../scrutineer/core/json.js";

globalThis.crypto ??= webcrypto; // Node 18

const refused = (code, detail) => (error) => error instanceof Refused && error.code === code && (detail === undefined || assert.deepEqual(error.detail, detail) === undefined);

test("a new key proves itself, each time afresh", () => {
  const { secret, publicPart } = newKey();
  const found = checkPublicPart(` ${publicPart}\n`);
  assert.equal(found.text, publicPart);
  assert.equal(found.fingerprint, fingerprint(found.publicKey));
  assert.match(found.fingerprint, /^([0-9a-f]{4} ){4}[0-9a-f]{4}$/);
  const again = publicPartOf(secret);
  assert.notEqual(again, publicPart);
  assert.equal(checkPublicPart(again).publicKey, found.publicKey);
  assert.notEqual(newKey().secret, secret);
});

test("a public part that proves nothing is refused", () => {
  const { publicPart } = newKey();
  const tree = JSON.parse(publicPart);
  const changed = (change) => JSON.stringify({ ...tree, ...change });
  const other = checkPublicPart(newKey().publicPart).publicKey;
  assert.throws(() => checkPublicPart(changed({ public_key: other })), refused("false_proof"));
  assert.throws(() => checkPublicPart(changed({ pok: { challenge: "1", response: "2" } })), refused("false_proof"));
  assert.throws(() => checkPublicPart(changed({ pok: { challenge: String(ORDER), response: "2" } })), refused("malformed"));
  assert.throws(() => checkPublicPart(changed({ pok: { challenge: "01", response: "2" } })), refused("malformed"));
  assert.throws(() => checkPublicPart(changed({ more: 1 })), refused("malformed"));
  assert.throws(() => checkPublicPart(changed({ public_key: "0".repeat(63) + "1" })), refused("outside_group"));
  assert.throws(() => checkPublicPart(publicPart.replace("{", '{"public_key":"",')), refused("malformed"));
  assert.throws(() => checkPublicPart("["), refused("malformed"));
});

test("a backup read back is the key, and a damaged one names its groups", () => {
  for (const secret of [1n, ORDER - 1n, 2n ** 32n, ...Array.from({ length: 20 }, () => newKey().secret)]) {
    const text = backupText(secret);
    assert.match(text, /^([1-9A-HJ-NP-Za-km-z]{7}-){7}[1-9A-HJ-NP-Za-km-z]{7}$/);
    assert.equal(readBackup(text), secret);
    assert.equal(readBackup(` ${text.replaceAll("-", " \n")}`), secret);
  }
  const groups = backupText(newKey().secret).split("-");
  const spoilt = (at, text) => groups.map((group, place) => (place === at ? text : group)).join("-");
  const swapped = (group) => group.slice(0, 6) + (group[6] === "2" ? "3" : "2");
  assert.throws(() => readBackup(spoilt(4, swapped(groups[4]))), refused("backup_damaged", { groups: [5] }));
  assert.throws(() => readBackup(spoilt(0, "zzzzzzz")), refused("backup_damaged", { groups: [1] }));
  assert.throws(() => readBackup(spoilt(7, "0OIl+/=")), refused("backup_damaged", { groups: [8] }));
  assert.throws(() => readBackup([groups[1], groups[0], ...groups.slice(2)].join("")), refused("backup_damaged", { groups: [1, 2] }));
  assert.throws(() => readBackup(groups.slice(1).join("-")), refused("backup_length", { found: 49, wanted: 56 }));
  assert.throws(() => readBackup(backupText(0n)), refused("backup_value"));
  assert.throws(() => readBackup(backupText(ORDER)), refused("backup_value"));
});

test("a key file read back is the key, and nothing else is a key file", () => {
  const key = newKey();
  const text = writeKeyFile({ ...key, confirmed: true, decrypted: { a: "b" } });
  const found = readKeyFile(text);
  assert.equal(found.secret, key.secret);
  assert.equal(found.publicPart, key.publicPart);
  assert.deepEqual([found.confirmed, found.decrypted], [true, { a: "b" }]);
  assert.equal(found.fingerprint, checkPublicPart(key.publicPart).fingerprint);
  assert.deepEqual(remember(found.decrypted, { phi: "c", tallyHash: "d" }), { a: "b", c: "d" });
  const tree = JSON.parse(text);
  const other = newKey();
  const changes = [
    { type: "yipiao" }, { confirmed: 1 }, { decrypted: [] }, { decrypted: null }, { decrypted: { a: 1 } }, { public: other.publicPart }, { public: 1 }, { private_key: String(other.secret) },
    { private_key: "0" }, { private_key: String(key.secret + ORDER) }, { private_key: `0${key.secret}` }, { private_key: Number(key.secret) }, { private_key: undefined },
  ];
  for (const change of changes) assert.throws(() => readKeyFile(JSON.stringify({ ...tree, ...change })), refused("trustee_key_file"), Object.keys(change)[0]);
  for (const bad of ["", "null", "[]", "{}", "x"]) assert.throws(() => readKeyFile(bad), refused("trustee_key_file"));
});

test("strict JSON has one meaning only", () => {
  assert.deepEqual(strict(' {"a" : [1, -2, "\\u00e9\\n😀", true, null, {}] }\n').a, [1, -2, "é\n😀", true, null, Object.create(null)]);
  const bad = [
    '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', "1.0", "1e3", "01", "-", "+1", "9007199254740993", "NaN", "[1,]", "{,}", '{"a"}', '"\u0001"', '"\\x"', '"\ud800"', '"\\ud800"', '"\\udc00\\ud800"',
    "", "1 2", "[", "{", '"', "\ufeff1", "\u00a01", "tru", "'a'", "[".repeat(1000) + "]".repeat(1000), '{"__proto__":1,"__proto__":2}',
  ];
  for (const text of bad) assert.throws(() => strict(text), SyntaxError, text.slice(0, 30));
  assert.equal(Object.getPrototypeOf(strict('{"__proto__":1}')), null);
});

test("what is no opening record is refused", () => {
  for (const text of ["", "{}", "[]", '{"document":{},"signature":{"algorithm":"Ed25519","key":"k","value":"v"}}']) assert.throws(() => openRecord(text), refused("record_unreadable"));
});

test("a share is handed in as the document the box reads", () => {
  assert.deepEqual(JSON.parse(shareDocument("p", "s", 2, "{}")), { type: "yipiao.decryption", panel: "p", setup: "s", owner: 2, payload: "{}" });
});
