// Codes that people type from a slip. The last character of each group follows from the others, so typing is told which group can't be
// right. The check is asked of typed codes only; ballots/typed_codes.py prints it.
import { sha256 } from "./hashes.js";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SIZES = [5, 6, 5, 6];
// what people type between groups: blanks and whatever looks like a hyphen, a dot or an underscore
const BETWEEN = /[\s\-_.·‐-―−]+/;

/** The four groups that a typed text means: as it is divided, or cut by length where it is not. */
function groupsOf(text) {
  const groups = text.normalize("NFKC").split(BETWEEN).filter(Boolean);
  if (groups.length === SIZES.length) return groups;
  let whole = groups.join("");
  return SIZES.map((size, at) => {
    const group = at < SIZES.length - 1 ? whole.slice(0, size) : whole;
    whole = whole.slice(size);
    return group;
  });
}

function check(place, rest) {
  let left = 0;
  for (const octet of sha256(new TextEncoder().encode(`${place}|${rest}`))) left = (left * 256 + octet) % 58;
  return BASE58[left];
}

/** Which groups of a typed code (from 1) can't be right: a length, a character or the check is wrong. */
export function wrongGroups(text) {
  return groupsOf(text).flatMap((group, at) => {
    const good =
      group.length === SIZES[at] && [...group].every((one) => BASE58.includes(one)) && group.slice(-1) === check(at + 1, group.slice(0, -1));
    return good ? [] : [at + 1];
  });
}

/** A typed code as it is printed: XXXXX-XXXXXX-XXXXX-XXXXXX. */
export function asPrinted(text) {
  return groupsOf(text).join("-");
}
