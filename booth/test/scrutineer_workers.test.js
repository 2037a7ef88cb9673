import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { serveBallots } from "../scrutineer/core/index.js";
import { readArchive } from "../scrutineer/core/archive.js";
import { verifyBox } from "../scrutineer/core/verify.js";

globalThis.crypto ??= webcrypto; // Node 18

const load = (path) => new Uint8Array(readFileSync(new URL(`../../tests/vectors/${path}`, import.meta.url)));

/** A worker on this thread: the same messages, copied and delivered later. `fails` says what happens to which of its messages. */
class Worker {
  static living = 0;

  constructor(fails = () => null) {
    Worker.living += 1;
    this.messages = 0;
    this.fails = fails;
    this.scope = { postMessage: (data) => setTimeout(() => this.onmessage?.({ data: structuredClone(data) })) };
    serveBallots(this.scope);
  }

  postMessage(data) {
    this.messages += 1;
    if (this.fails(this.messages)) setTimeout(() => this.onerror({}));
    else setTimeout(() => this.scope.onmessage({ data: structuredClone(data) }));
  }

  terminate() {
    Worker.living -= 1;
  }
}

/** The archive as far as its encrypted tally, and its setup hash. */
function closed(path) {
  const raw = load(path);
  const { setupHash } = readArchive(raw);
  for (let start = 0; ; ) {
    const size = parseInt(Buffer.from(raw.subarray(start + 124, start + 135)).toString(), 8);
    const body = Buffer.from(raw.subarray(start + 512, start + 512 + size)).toString();
    start += 512 + Math.ceil(size / 512) * 512;
    if (body.includes('"type":"EncryptedTally"')) return { raw: raw.slice(0, start), setup: setupHash };
  }
}

async function checked(path, parallel) {
  const { raw, setup } = closed(path);
  const steps = [];
  const { facts } = await verifyBox(raw, { setup, parallel, progress: (...step) => steps.push(step.join("/")) });
  return { facts, steps };
}

const GOOD = "good/single/gXrgPRVuWQxNFS.bel";
const ALL = ["1/5", "2/5", "3/5", "4/5", "5/5"];

test("workers check what one thread checks, and are sent home", async () => {
  const alone = await checked(GOOD, null);
  for (const workers of [1, 2, 8]) {
    let started = 0;
    const found = await checked(GOOD, { workers, start: () => ((started += 1), new Worker()) });
    assert.deepEqual(found.facts, alone.facts);
    assert.deepEqual(found.steps, ALL);
    assert.equal(started, Math.min(workers, 5));
    assert.equal(Worker.living, 0);
  }
});

test("a worker that finds a false proof or signature refuses the box", async () => {
  for (const [name, code] of [["badproof", "ballot_proofs"], ["badsig", "ballot_signature"], ["droptally", "tally_sum"]]) {
    await assert.rejects(checked(`bad/${name}.bel`, { workers: 2, start: () => new Worker() }), { code });
    assert.equal(Worker.living, 0);
  }
});

test("where workers do not start or die, every ballot is still checked", async () => {
  const starts = [
    () => {
      throw new Error("a strict policy");
    },
    () => new Worker(() => true),
    () => new Worker((messages) => messages > 2),
  ];
  for (const start of starts) {
    assert.deepEqual((await checked(GOOD, { workers: 2, start })).steps, ALL);
    await assert.rejects(checked("bad/badproof.bel", { workers: 2, start }), { code: "ballot_proofs" });
    assert.equal(Worker.living, 0);
  }
});
