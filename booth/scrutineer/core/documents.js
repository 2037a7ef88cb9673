// The opening record of a panel, and the file in which a share is handed in (publishing/documents.py, publishing/signing.py, ballots/shares.py).
import { sha512 } from "@noble/hashes/sha512";
import { ORDER, negative, powers, timesPower } from "./curve.js";
import { baseTable, hexadecimalHash, isScalar, readPoint, writePoints } from "./group.js";
import { isObject, isWhole, strict } from "./json.js";
import { Refused } from "./refused.js";
import { MINIMUM_BALLOTS } from "./verify.js";

/** The one spelling of a document that is signed: keys sorted by code point, no white space. */
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`).join()}}`;
}

function byCodePoint(left, right) {
  const [one, two] = [[...left], [...right]];
  for (let at = 0; at < Math.min(one.length, two.length); at += 1) {
    if (one[at] !== two[at]) return one[at].codePointAt(0) - two[at].codePointAt(0);
  }
  return one.length - two.length;
}

function bytesOf(base64) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) throw new Refused("record_signature");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

const little = (bytes) => [...bytes].reverse().reduce((all, byte) => all + byte.toString(16).padStart(2, "0"), "");

/** Whether an Ed25519 signature (RFC 8032, the equation without cofactor) fits a message. */
function isSignature(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = BigInt("0x" + little(signature.subarray(32)));
  if (!isScalar(String(s))) return false;
  const k = BigInt("0x" + little(sha512(Uint8Array.of(...r, ...publicKey, ...message)))) % ORDER;
  const [power] = powers(negative(readPoint(little(publicKey))), [k]);
  return writePoints([timesPower(power, baseTable(), s)])[0] === little(r);
}

/**
 * Read the opening record of a panel. `keys`: raw public keys in base64 by key id; null where no copy is trusted more than the record itself, and then
 * the signature is not checked. Throws `record_unreadable`, `record_signature`.
 * Gives {panel, title, panelTitle, poll, rehearsal, setup, phi, minimum (at least five), credentials, expected, secrecy, signedBy, keys: [{index,
 * origin, fingerprint}]}.
 */
export function openRecord(text, keys = null) {
  const { document, signature } = envelope(text);
  if (keys) {
    const publicKey = bytesOf(Object.entries(keys).find(([id]) => id === signature.key)?.[1] ?? "");
    if (hexadecimalHash(publicKey).slice(0, 16) !== signature.key) throw new Refused("record_signature");
    const message = new TextEncoder().encode(canonicalJson(document));
    if (!holds(publicKey, bytesOf(signature.value), message)) throw new Refused("record_signature");
  }
  const { panel, title, poll, rehearsal, setup, phi, minimum, credentials, expected, secrecy } = document;
  const panelTitle = document.panel_title;
  return {
    panel, title, panelTitle, poll, rehearsal, setup, phi, credentials, expected, secrecy,
    minimum: Math.max(MINIMUM_BALLOTS, minimum),
    signedBy: signature.key,
    keys: document.keys.map(({ index, origin, fingerprint }) => ({ index, origin, fingerprint })),
  };
}

function holds(...all) {
  try {
    return isSignature(...all);
  } catch (error) {
    if (error instanceof Refused) return false; // a public key outside the group
    throw error;
  }
}

function envelope(raw) {
  const text = raw.replace(/^[ \t-\r]+|[ \t-\r]+$/g, "");
  try {
    const parsed = strict(text);
    const { document, signature } = parsed;
    const good =
      isObject(document) &&
      isObject(signature) &&
      signature.algorithm === "Ed25519" &&
      typeof signature.key === "string" &&
      typeof signature.value === "string" &&
      canonicalJson(parsed) === text &&
      document.type === "yipiao.opening" &&
      ["panel", "title", "panel_title", "setup", "phi"].every((key) => typeof document[key] === "string") &&
      isWhole(document.minimum) &&
      Array.isArray(document.keys) &&
      document.keys.every((key) => isObject(key) && typeof key.fingerprint === "string");
    if (good) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Refused("record_unreadable");
}

/** The document that hands in a share: what `POST /scrutineer/<poll>/shares` takes. */
export function shareDocument(panel, setup, owner, payload) {
  return JSON.stringify({ type: "yipiao.decryption", panel, setup, owner, payload }, null, 1);
}
