// The few things that are asked of the server. Everything that goes wrong is `Refused`: a code, and the server's sentence where it gave one.
import { Refused } from "./core/index.js";
import { asked } from "./frame.js";

const PATIENCE = 60_000;
const PATIENCE_ARCHIVE = 900_000; // megabytes over a weak line

/** The poll whose page this is; null when the page was downloaded, under whatever address a device opens its files. */
export const poll = (/^https?:$/.test(location.protocol) && /^\/scrutineer\/([1-9A-HJ-NP-Za-km-z]+)$/.exec(location.pathname)?.[1]) || null;

async function ask(path, options = {}, patience = PATIENCE) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(path, { ...options, signal: stop.signal, cache: "no-store", credentials: "omit" });
    const body = await answer.arrayBuffer();
    if (answer.ok) return new Uint8Array(body);
    throw refusal(answer.status, body);
  } catch (error) {
    throw error instanceof Refused ? error : new Refused("network");
  } finally {
    clearTimeout(clock);
  }
}

function refusal(status, body) {
  try {
    const said = JSON.parse(new TextDecoder().decode(body));
    return new Refused(said.refusal || said.error || "server", { status, message: said.message });
  } catch {
    return new Refused("server", { status });
  }
}

const json = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** How far the poll is: state, title, keys, boxes. */
export const readWork = async () => json(await ask(`/scrutineer/${poll}/work.json${asked()}`));

/** A panel's opening record and archive, as bytes. */
export const opening = (panel) => ask(`/v/${panel}/opening.json`);
export const archive = (panel) => ask(`/v/${panel}/archive.bel`, {}, PATIENCE_ARCHIVE);

const post = async (path, body) => json(await ask(path + asked(), { method: "POST", body, headers: { "Content-Type": "application/json" } }));

/** Hand in a key's public part; returns its fingerprint as the server reads it. */
export const handInKey = async (token, text) => (await post(`/scrutineer/${poll}/key`, JSON.stringify({ token, public: text }))).fingerprint;

/** The keys with which this server signs: {id: base64}. */
export const readSigningKeys = async () =>
  Object.fromEntries(json(await ask("/api/v1/keys")).keys.map((known) => [known.key, known.public]));

/** Hand in a share. */
export const handInShare = (text) => post(`/scrutineer/${poll}/shares`, text);
