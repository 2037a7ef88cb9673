// Where the engine runs: a worker made of this page's own script, else slices between touches.
import { acts } from "./engine.js";

const SLICE = 8; // ms on this thread at a time: at 6 times slower a touch still waits less than 100 ms

async function slices(act, values) {
  const run = acts[act](...values);
  let end = performance.now() + SLICE;
  for (;;) {
    const step = run.next();
    if (step.done) return step.value;
    if (performance.now() > end) {
      await new Promise((go) => setTimeout(go));
      end = performance.now() + SLICE;
    }
  }
}

/** Start the engine: `call(act, ...values)` gives a promise, one after the other; `stop()` ends it. `source`: the script's text. */
export function start(source) {
  let worker = null;
  let last = Promise.resolve();
  let number = 0;
  const open = new Map();
  const here = (act, values) => (last = last.catch(() => {}).then(() => slices(act, values)));
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
      if (worker) worker.terminate();
      acts.forget();
    },
  };
}
