const LONGEST = 30; // milliseconds of work before a touch may be answered

/** A function to await between pieces of work: gives the page air when the last piece took its time. */
export function breathing() {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST) return;
    // a timer would wait a second in a page that is not looked at
    await new Promise((go) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        go();
      };
      port2.postMessage(null);
    });
    last = performance.now();
  };
}
