// What is computed, in a worker where there is one: each act is a generator that yields between slices.
import { readCode, secretOf } from "../protocol/credential.js";
import { readElection } from "../protocol/election.js";
import { power, texts } from "../protocol/group.js";
import { baseTable, prepare } from "../protocol/preparation.js";
import { checkReceipt } from "../protocol/receipt.js";

let base = null;
let ready = null; // the one preparation, and for which slip it is

function* table() {
  base = base || (yield* baseTable());
  return base;
}

export const acts = {
  /** The public point of a code. */
  *point(code, panel) {
    return texts([power(yield* table(), secretOf(readCode(code), panel))])[0];
  },

  /** Prepare a ballot afresh. */
  *prepare(text, code) {
    ready = null;
    const election = readElection(text);
    const { seal } = yield* prepare(election, secretOf(readCode(code), election.uuid), yield* table());
    ready = { text, code, seal };
  },

  /** Seal, with the preparation for this slip, which is gone then; prepares first where there is none. */
  *seal(text, code, picks) {
    if (!ready || ready.text !== text || ready.code !== code) yield* acts.prepare(text, code);
    const { seal } = ready;
    ready = null;
    return seal(picks);
  },

  /** Drop what was prepared on this thread. */
  forget() {
    ready = null;
  },

  /** Whether a receipt is the box's. */
  *check(panel, tracker, receipt, key) {
    return checkReceipt(panel, tracker, receipt, key, yield* table());
  },
};

/** Answer the page from inside a worker. */
export function serve() {
  onmessage = ({ data: [id, act, ...values] }) => {
    let step;
    const run = acts[act](...values);
    do step = run.next();
    while (!step.done);
    postMessage([id, step.value]);
  };
}
