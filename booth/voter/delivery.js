// Bringing a sealed ballot to the box: the same bytes until there is an answer that is final (law 13).
const PATIENCE = 60000; // ms for one try: a weak line takes its time
const LONGEST = 30000; // ms between tries

let wake = () => {};
addEventListener("online", () => wake());
addEventListener("visibilitychange", () => wake()); // a phone that was locked tries at once

function pause(time) {
  return new Promise((go) => {
    wake = go;
    setTimeout(go, time);
  });
}

/** Fetch below the panel's address, given up after a minute. */
export async function ask(address, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { ...options, cache: "no-store", credentials: "omit", signal: stop.signal });
    return { status: answer.status, wait: Number(answer.headers.get("Retry-After")) || 0, text: await answer.text() };
  } finally {
    clearTimeout(timer);
  }
}

function read(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {}; // a page of somebody in between, such as a hotel's login
  }
}

async function body(raw, packed) {
  return packed ? new Response(new Blob([raw]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer() : raw;
}

/**
 * Send until the box answers for good: `{receipt}`, `{receipt: null}` (taken, by an answer that names another ballot), or `{refusal}`.
 * `tell(what)`: "sending", "offline", "failing", "busy" or "early", for the screen.
 */
export async function deliver(home, { raw, tracker }, tell) {
  let packed = "CompressionStream" in self;
  for (let turn = 0; ; turn += 1) {
    let wait = Math.min(LONGEST, 1000 * 2 ** Math.min(turn, 5)) * (0.8 + 0.4 * Math.random());
    let news = "offline";
    try {
      if (!turn) tell("sending");
      const headers = { "Content-Type": "application/json" };
      if (packed) headers["Content-Encoding"] = "gzip";
      const answer = await ask(`${home}/ballots`, { method: "POST", headers, body: await body(raw, packed) });
      const said = read(answer.text);
      if (answer.status >= 400) news = "failing"; // unless it says what it is: a server's fault, a proxy's page
      if (said.receipt && answer.status < 300) return { receipt: said.tracker === tracker ? said.receipt : null };
      if (said.refusal === "unreadable_encoding" && packed) {
        packed = false;
        continue;
      }
      if (said.refusal === "already_cast") {
        // the answer may have been lost on the way: ours is asked for by its tracker, and the same bytes give the receipt again
        const own = await ask(`${home}/ballots/${tracker.replace(/\+/g, "-").replace(/\//g, "_")}`);
        if (own.status === 404 && read(own.text).state) return { refusal: "already_cast" };
      } else if (said.refusal === "busy" || said.refusal === "box_not_open") {
        news = said.refusal === "busy" ? "busy" : "early";
        wait = Math.max(wait, answer.wait * 1000);
      } else if (said.refusal || said.error === "unknown_panel") return { refusal: said.refusal || said.error };
    } catch {
      news = "offline";
      packed = packed && turn < 3; // a line that never takes the packed form may take the plain one
    }
    tell(news);
    await pause(wait);
  }
}
