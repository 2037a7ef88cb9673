// What the Setup event names: election, trustees, credentials, read strictly and hashed as raw bytes (belenios/election.py, trustees.py,
// credentials.py). They may be spelled freely, but nothing in them may be read in two ways.
import { sum } from "./curve.js";
import { compactHash, readPoint, writePoints } from "./group.js";
import { decode, isMessage, isWhole, strict } from "./json.js";
import { readKey } from "./keys.js";
import { Refused } from "./refused.js";

const isTextList = (value) => Array.isArray(value) && value.every((text) => typeof text === "string");

function tree(code, raw) {
  try {
    return strict(decode(raw));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refused(code, { why: "malformed" });
  }
}

/** Whether a text is an election's identifier: base58, 14 characters or more. */
export function isUuid(text) {
  return typeof text === "string" && /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(text);
}

function isQuestion(value) {
  return (
    isMessage(value, ["answers", "min", "max", "question"], ["blank"]) &&
    isTextList(value.answers) &&
    value.answers.length > 0 &&
    typeof value.question === "string" &&
    isWhole(value.min) &&
    isWhole(value.max) &&
    value.min <= value.max &&
    value.max <= value.answers.length &&
    (!("blank" in value) || typeof value.blank === "boolean")
  );
}

/** Read an election; `key` is its point, each question says how many ciphertexts (`width`) an answer has. */
export function readElection(raw) {
  const found = tree("election", raw);
  const optional = ["administrator", "credential_authority", "language"];
  const texts = ["description", "name", "group", "public_key", "uuid"];
  if (
    !isMessage(found, ["version", "questions", ...texts], optional) ||
    ![...texts, ...optional].every((key) => !(key in found) || typeof found[key] === "string") ||
    found.version !== 1 ||
    found.group !== "Ed25519" ||
    !isUuid(found.uuid) ||
    !Array.isArray(found.questions) ||
    !found.questions.length ||
    !found.questions.every(isQuestion)
  ) {
    throw new Refused("election", { why: "malformed" });
  }
  const questions = found.questions.map(({ answers, blank = false, min, max }) => ({ blank, min, max, width: answers.length + blank }));
  try {
    const key = readPoint(found.public_key);
    return { uuid: found.uuid, title: found.name, description: found.description, phi: compactHash(raw), keyText: found.public_key, key, questions };
  } catch (error) {
    throw said("election", error);
  }
}

/** Read the trustees and check every proof: their keys in order, as text. Threshold groups are not used here: `threshold_key`. */
export function readTrustees(raw) {
  const found = tree("trustees", raw);
  const isList = Array.isArray(found) && found.length > 0 && found.every((item) => Array.isArray(item) && item.length === 2);
  if (!isList) throw new Refused("trustees", { why: "malformed" });
  if (found.some(([kind]) => kind === "Pedersen")) throw new Refused("threshold_key");
  if (found.some(([kind]) => kind !== "Single")) throw new Refused("trustees", { why: "malformed" });
  try {
    const keys = found.map(([, value]) => readKey(value));
    const texts = keys.map(({ text }) => text);
    if (new Set(texts).size !== texts.length) throw new Refused("repeated_key");
    const [product] = writePoints([sum(keys.map(({ point }) => point))]);
    return { texts, points: keys.map(({ point }) => point), product };
  } catch (error) {
    throw said("trustees", error);
  }
}

/** Read the list of credentials: points of weight 1, each once. `breathe` is awaited between them. */
export async function readCredentials(raw, breathe) {
  const lines = tree("credentials", raw);
  if (!isTextList(lines)) throw new Refused("credentials", { why: "malformed" });
  const points = new Set();
  for (const line of lines) {
    const [text, ...weight] = line.split(",");
    if (weight.length > 1 || (weight.length && weight[0] !== "1") || points.has(text)) throw new Refused("credentials", { why: text.slice(0, 64) });
    try {
      readPoint(text);
    } catch (error) {
      throw said("credentials", error);
    }
    points.add(text);
    await breathe();
  }
  return points;
}

/** The same refusal under the name of the check in which it happened. */
function said(check, error) {
  return error instanceof Refused ? new Refused(check, { why: error.code }) : error;
}
