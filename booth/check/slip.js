// After closing, whoever holds a slip may look for its ballot: the public archive is fetched whole and searched here, so the server learns
// nothing. It names every ballot's credential, and a slip's code gives that of its own.
import { readCode, secretOf } from "../protocol/credential.js";
import { basePoint, compact, texts, times } from "../protocol/group.js";

const BLOCK = 512;
// a ballot is canonical JSON: its election, its fingerprint and its credential come before all else
const HEAD = 400;

/** The tracker of the ballot that was cast with a code; null when there is none in the archive. */
export function trackerOf(archive, panel, code) {
  const [point] = texts([times(basePoint(), secretOf(readCode(code), panel))]);
  const wanted = `"credential":"${point}"`;
  const text = (from, to) => new TextDecoder().decode(archive.subarray(from, to));
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const size = parseInt(text(at + 124, at + 135), 8);
    if (!(size >= 0)) throw new Error("no archive"); // NaN would never come to an end
    const body = at + BLOCK;
    if (text(body, body + Math.min(size, HEAD)).includes(wanted)) {
      // an entry is named by the SHA-256 of what it holds, and a ballot's is its tracker
      return compact(text(at, at + 64).match(/../g).map((pair) => parseInt(pair, 16)));
    }
    at = body + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
}
