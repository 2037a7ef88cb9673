import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { checkArchive, decryptTally, remember } from "../scrutineer/core/index.js";
import { readArchive } from "../scrutineer/core/archive.js";
import { checkShare } from "../scrutineer/core/tally.js";
import { inside, verifyBox } from "../scrutineer/core/verify.js";

globalThis.crypto ??= webcrypto; // Node 18

const VECTORS = new URL("../../tests/vectors/", import.meta.url);
const load = (path) => new Uint8Array(readFileSync(new URL(path, VECTORS)));
const GOOD = load("good/single/gXrgPRVuWQxNFS.bel");
const SECRET = BigInt(JSON.parse(readFileSync(new URL("good/single/4731416A.privkey", VECTORS), "utf8")));
const OTHER = 12345n;

/** [start, end, body] of every entry, read independently. */
function entries(raw) {
  const found = [];
  for (let start = 0; start < raw.length; ) {
    const size = parseInt(Buffer.from(raw.subarray(start + 124, start + 135)).toString(), 8);
    const end = start + 512 + Math.ceil(size / 512) * 512;
    found.push([start, end, Buffer.from(raw.subarray(start + 512, start + 512 + size)).toString()]);
    start = end;
  }
  return found;
}

const isEvent = (body, type) => body.startsWith("{") && JSON.parse(body).type === type;

/** The archive as far as the event of a type. */
function cut(raw, type) {
  return raw.slice(0, entries(raw).find(([, , body]) => isEvent(body, type))[1]);
}

const CLOSED = cut(GOOD, "EncryptedTally");
const { setupHash: SETUP } = readArchive(GOOD);
const check = (raw, changes = {}) => checkArchive(raw, { setup: SETUP, minimum: 5, secret: SECRET, ...changes });

test("a closed box of the tool is good: every ballot is checked, and its sum decrypted", async () => {
  const steps = [];
  const checked = await check(CLOSED, { progress: (...step) => steps.push(step.join("/")) });
  assert.deepEqual(steps, ["1/5", "2/5", "3/5", "4/5", "5/5"]);
  assert.deepEqual([checked.uuid, checked.ballots, checked.owner, checked.minimum], ["gXrgPRVuWQxNFS", 5, 1, 5]);
  assert.deepEqual(checked.decryptedBy, []);
  const payload = await decryptTally(checked, SECRET, {});
  await checkShare(inside(checked), 1, new TextEncoder().encode(payload), async () => {});
  const spoilt = JSON.parse(payload);
  spoilt.decryption_factors[0].reverse();
  await assert.rejects(checkShare(inside(checked), 1, new TextEncoder().encode(JSON.stringify(spoilt)), async () => {}), { code: "decryption_proof" });
  assert.notEqual(await decryptTally(checked, SECRET, remember({}, checked)), payload);
  await assert.rejects(decryptTally(checked, SECRET, { [checked.phi]: "another" }), { code: "decrypted_other" });
  await assert.rejects(decryptTally(checked, OTHER, {}), { code: "foreign_key" });
  await assert.rejects(decryptTally({ ...checked }, SECRET, {}), TypeError);
});

test("the key is used for nothing but the demanded, closed, unopened box that it belongs to", async () => {
  await assert.rejects(check(CLOSED, { setup: "0".repeat(64) }), { code: "setup_hash" });
  await assert.rejects(check(CLOSED, { setup: undefined }), { code: "setup_hash" });
  await assert.rejects(check(CLOSED, { secret: OTHER }), { code: "foreign_key" });
  await assert.rejects(check(GOOD), { code: "already_opened" });
  await assert.rejects(check(cut(GOOD, "EndBallots")), { code: "event_order" });
  await assert.rejects(check(new Uint8Array(0)), { code: "unreadable" });
  await assert.rejects(check(new Uint8Array(1000)), { code: "unreadable" });
  await assert.rejects(check(GOOD.slice(0, 1024)), { code: "event_order" });
  const few = await check(CLOSED, { minimum: 6 });
  await assert.rejects(decryptTally(few, SECRET, {}), { code: "too_few_ballots" });
  const none = await check(CLOSED, { minimum: undefined });
  await assert.rejects(decryptTally(none, SECRET, {}), { code: "too_few_ballots" });
  const half = await check(cut(GOOD, "PartialDecryption"));
  assert.deepEqual(half.decryptedBy, [1]);
  await assert.rejects(decryptTally(half, SECRET, {}), { code: "already_decrypted" });
  const threshold = load("good/threshold/g86ghZxtp9Vv9Z.bel");
  const { setupHash } = readArchive(threshold);
  await assert.rejects(check(cut(threshold, "EncryptedTally"), { setup: setupHash }), { code: "threshold_key" });
});

const BAD = {
  badcount: "tally_count",
  badproof: "ballot_proofs",
  badresult: null, // nothing but the result is wrong: good before it
  badsig: "ballot_signature",
  droptally: "tally_sum",
  noend: "event_order",
  "order-after_tally": "event_order",
  "order-split": "event_order",
};

test("every bad archive has its check", () => {
  assert.deepEqual(readdirSync(new URL("bad/", VECTORS)).sort(), Object.keys(BAD).map((name) => `${name}.bel`).sort());
});

for (const [name, code] of Object.entries(BAD)) {
  test(`${name} is refused by the right check`, async () => {
    const raw = load(`bad/${name}.bel`);
    const setup = entries(raw).find(([, , body]) => isEvent(body, "Setup"));
    const { createHash } = await import("node:crypto");
    const options = { setup: createHash("sha256").update(setup[2]).digest("hex") };
    await assert.rejects(verifyBox(raw, options), { code: code === "event_order" ? code : "already_opened" });
    if (code === "event_order") return;
    const closed = verifyBox(cut(raw, "EncryptedTally"), options);
    if (code) await assert.rejects(closed, { code });
    else assert.equal((await closed).facts.ballots, 3);
  });
}

test("a flipped bit anywhere is refused before anything is computed", () => {
  const at = [0, 8, 99, 100, 123, 124, 134, 135, 136, 147, 148, 156, 157, 257, 511, 512, CLOSED.length - 1];
  for (let byte = 600; byte < CLOSED.length; byte += 997) at.push(byte);
  for (const byte of at) {
    for (const bit of [1, 32, 128]) {
      const spoilt = CLOSED.slice();
      spoilt[byte] ^= bit;
      assert.throws(() => readArchive(spoilt), { name: "Refused" }, `byte ${byte}`);
    }
  }
  for (const end of [1, 511, 512, 513, 1024]) assert.throws(() => readArchive(CLOSED.slice(0, -end)), { name: "Refused" });
  assert.throws(() => readArchive(Buffer.concat([CLOSED, Buffer.alloc(1024)])), { name: "Refused" });
  assert.throws(() => readArchive(Buffer.concat([CLOSED, Buffer.alloc(1)])), { name: "Refused" });
  readArchive(CLOSED);
});
