// Where the engine runs: a worker made of this page's own script, else slices between touches.
import { acts } from "./engine.js";

const SLICE = 8; // ms on this thread at a time: at 6 times slower a touch still waits less than 100 ms

/** Run an act to its end; one that is no longer wanted ends at once, and nothing of it is kept: `wanted()` is asked before every slice. */
async function slices(act, values, wanted) {
  const run = acts[act](...values);
  for (;;) {
    if (!wanted()) return new Promise(() => {});
    const end = performance.now() + SLICE;
    do {
      const step = run.next();
      if (step.done) return step.value;
    } while (performance.now() < end);
    await new Promise((go) => setTimeout(go));
  }
}

/** Start the engine: `call(act, ...values)` gives a promise, one after the other; `stop()` ends it. `source`: the script's text. */
export function start(source) {
  let worker = null;
  let last = Promise.resolve();
  let number = 0;
  let wanted = true;
  const open = new Map();
  const here = (act, values) => (last = last.catch(() => {}).then(() => slices(act, values, () => wanted)));
  const leave = () => {
    worker = null; // it never started, or died: what it owes is done here, with everything made afresh
    for (const { act, values, done } of open.values()) done(here(act, values));
    open.clear();
  };
  try {
    const address = URL.createObjectURL(new Blob([source]));
    worker = new Worker(address);
    worker.onmessage = ({ data: [id, value] }) => {
      const call = open.get(id);
      open.delete(id);
      if (call) call.done(value);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      leave();
    };
  } catch {
    worker = null;
  }
  return {
    call(act, ...values) {
      if (!worker) return here(act, values);
      return new Promise((done) => {
        open.set((number += 1), { act, values, done });
        worker.postMessage([number, act, ...values]);
      });
    },
    /** Forget everything that was prepared. */
    stop() {
      wanted = false;
      if (worker) worker.terminate();
      acts.forget();
    },
  };
}
