// The archive: the tar form, byte for byte, and the chain of events (belenios/tar.py, events.py, archive.py). Nothing here asks what the data say
// beyond their references to each other.
import { hexadecimalHash } from "./group.js";
import { canonical, hasKeys, isObject, isWhole } from "./json.js";
import { Refused } from "./refused.js";

const BLOCK = 512;
const HEADER = "BELENIOS";
const MAXIMUM_TIME = 8 ** 11 - 1;
const LAST_SIZE = 135;

// what may stand before each event, and how many data lie before it
const EVENTS = {
  __proto__: null,
  Setup: { after: [null], data: 4 },
  Ballot: { after: ["Setup", "Ballot"], data: 1 },
  EndBallots: { after: ["Setup", "Ballot"], data: 0 },
  EncryptedTally: { after: ["EndBallots"], data: 2 },
  PartialDecryption: { after: ["EncryptedTally", "PartialDecryption"], data: 2 },
  Result: { after: ["PartialDecryption"], data: 1 },
};

function latin(bytes) {
  return String.fromCharCode(...bytes);
}

function octal(value, digits) {
  return value.toString(8).padStart(digits, "0");
}

/** One file of an archive as it must be: a header block and the body padded to whole blocks. */
function writeEntry(name, body, timestamp) {
  const out = new Uint8Array(BLOCK + Math.ceil(body.length / BLOCK) * BLOCK);
  const put = (text, at) => [...text].forEach((character, index) => (out[at + index] = character.charCodeAt(0)));
  put(name, 0);
  put("0000644\0" + "0000000\0".repeat(2), 100);
  put(octal(body.length, 11), 124);
  put(octal(timestamp, 11), 136);
  put(" ".repeat(8), 148);
  put("0", 156);
  const total = out.subarray(0, BLOCK).reduce((all, byte) => all + byte, 0);
  put(octal(total, 6) + "\0 ", 148);
  out.set(body, BLOCK);
  return out;
}

/** Cut out the entry at `start`. A body that is cut off has another size, so `compare` refuses it. */
function cut(raw, start) {
  const head = raw.subarray(start, start + BLOCK);
  const size = latin(head.subarray(124, LAST_SIZE));
  if (head.length < BLOCK || !/^[0-7]{11}$/.test(size)) throw new Refused("tar_bytes", { at: start });
  const length = parseInt(size, 8);
  const body = raw.subarray(start + BLOCK, start + BLOCK + length);
  const name = latin(head.subarray(0, 100)).replace(/\0+$/, "");
  return { name, body, end: start + BLOCK + Math.ceil(length / BLOCK) * BLOCK };
}

function compare(raw, start, end, again) {
  const found = raw.subarray(start, end);
  if (found.length !== again.length || found.some((byte, at) => byte !== again[at])) throw new Refused("tar_bytes", { at: start });
}

function readEntries(raw) {
  if (raw.length < BLOCK || latin(raw.subarray(0, HEADER.length + 1)) !== HEADER + "\0") throw new Refused("unreadable");
  const first = cut(raw, 0);
  const header = message("header", first.body, (value) => hasKeys(value, "version", "timestamp") && typeof value.timestamp === "string");
  const timestamp = Number(header.timestamp);
  if (header.version !== 1 || !/^(0|[1-9][0-9]{0,10})$/.test(header.timestamp) || timestamp > MAXIMUM_TIME) throw new Refused("header");
  compare(raw, 0, first.end, writeEntry(HEADER, first.body, timestamp));
  const entries = [];
  for (let start = first.end; start < raw.length; ) {
    const { name, body, end } = cut(raw, start);
    compare(raw, start, end, writeEntry(name, body, timestamp));
    entries.push({ name, body });
    start = end;
  }
  return entries;
}

function message(code, bytes, fits) {
  try {
    return canonical(bytes, fits);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused(code);
  }
}

function isEvent(value) {
  const keys = ["parent", "height", "type", "payload"].filter((key) => isObject(value) && (key in value || key === "height" || key === "type"));
  return hasKeys(value, ...keys) && isWhole(value.height) && keys.every((key) => key === "height" || typeof value[key] === "string");
}

/** Group entries into events with the data before them; each entry is named by its hash, none stands twice. */
function readLinks(entries) {
  const links = [];
  const seen = new Set();
  let data = [];
  for (const { name, body } of entries) {
    const hash = hexadecimalHash(body);
    if (![`${hash}.data.json`, `${hash}.event.json`].includes(name) || seen.has(hash)) throw new Refused("entry_hashes", { name: name.slice(0, 80) });
    seen.add(hash);
    if (name.endsWith(".data.json")) {
      data.push({ hash, body });
      continue;
    }
    const event = message("event_form", body, isEvent);
    if (!(event.type in EVENTS)) throw new Refused("event_order");
    links.push({ event, hash, data });
    data = [];
  }
  if (data.length) throw new Refused("event_data");
  return links;
}

function checkPlace({ event }, previous, height) {
  if (!EVENTS[event.type].after.includes(previous ? previous.event.type : null)) throw new Refused("event_order", { height });
  if (event.height !== height || event.parent !== previous?.hash) throw new Refused("event_chain", { height });
}

const isText = (value) => typeof value === "string";
const REFERENCES = {
  __proto__: null,
  Setup: ["election", "trustees", "credentials"],
  EncryptedTally: ["num_tallied", "total_weight", "encrypted_tally"],
  PartialDecryption: ["owner", "payload"],
};

/** Check that an event's data lie before it and name each other; gives what the last of them says, if anything. */
function checkData({ event, data }) {
  const hashes = data.map(({ hash }) => hash);
  const where = { height: event.height };
  if (data.length !== EVENTS[event.type].data || event.payload !== hashes[hashes.length - 1]) throw new Refused("event_data", where);
  const keys = REFERENCES[event.type];
  if (!keys) return null;
  const counted = (key) => ["num_tallied", "total_weight", "owner"].includes(key);
  const fits = (value) => hasKeys(value, ...keys) && keys.every((key) => (counted(key) ? isWhole(value[key], -Number.MAX_SAFE_INTEGER) : isText(value[key])));
  const said = message("event_form", data[data.length - 1].body, fits);
  const named = keys.filter((key) => !counted(key)).map((key) => said[key]);
  if (named.join() !== hashes.slice(0, -1).join()) throw new Refused("event_data", where);
  return said;
}

/** Read a whole archive: raw data by role. Throws Refused with the first check that failed. */
export function readArchive(raw) {
  const links = readLinks(readEntries(raw));
  links.forEach((link, height) => checkPlace(link, links[height - 1], height));
  if (!links.length) throw new Refused("event_order");
  const said = links.map(checkData);
  const of = (type) => links.flatMap(({ event, data }, at) => (event.type === type ? [{ body: data[0]?.body, hash: data[0]?.hash, said: said[at] }] : []));
  const [election, trustees, credentials] = links[0].data.map(({ body }) => body);
  const [tally = null] = of("EncryptedTally");
  return {
    setupHash: links[0].hash,
    election,
    trustees,
    credentials,
    ballots: of("Ballot").map(({ body }) => body),
    tally: tally && { raw: tally.body, hash: tally.hash, counted: [tally.said.num_tallied, tally.said.total_weight] },
    decryptions: of("PartialDecryption").map(({ body, said: { owner } }) => ({ owner, payload: body })),
    opened: of("Result").length > 0,
  };
}
