// A key on paper: eight groups of seven base58 characters, each with a check of its own (ballots/key_backup.py). A group holds four bytes of the
// key and one byte of SHA-256 over its place and those bytes, so a mistyped or torn group is named.
import { sha256 } from "@noble/hashes/sha256";
import { ORDER } from "./curve.js";
import { Refused } from "./refused.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const GROUPS = 8;
const CHARACTERS = 7;
const BASE = 58;

function check(place, part) {
  return sha256(Uint8Array.of(place, part >>> 24, part >>> 16, part >>> 8, part))[0];
}

/** The key as eight groups with hyphens between. */
export function backupText(secret) {
  const groups = [];
  for (let place = 0; place < GROUPS; place += 1) {
    const part = Number(BigInt.asUintN(32, secret >> BigInt(32 * (GROUPS - 1 - place))));
    let rest = part * 256 + check(place, part);
    let group = "";
    for (let at = 0; at < CHARACTERS; at += 1) {
      group = ALPHABET[rest % BASE] + group;
      rest = Math.floor(rest / BASE);
    }
    groups.push(group);
  }
  return groups.join("-");
}

/** The key from its backup, spaces and hyphens as one likes. Throws `backup_length`, `backup_damaged`, or `backup_value` for no key at all. */
export function readBackup(text) {
  const characters = [...text.replace(/[\s-]/gu, "")];
  if (characters.length !== GROUPS * CHARACTERS) throw new Refused("backup_length", { found: characters.length, wanted: GROUPS * CHARACTERS });
  let secret = 0n;
  const damaged = [];
  for (let place = 0; place < GROUPS; place += 1) {
    const values = characters.slice(place * CHARACTERS, (place + 1) * CHARACTERS).map((character) => ALPHABET.indexOf(character));
    const number = values.reduce((all, value) => all * BASE + value, 0);
    const part = Math.floor(number / 256);
    if (values.includes(-1) || part >= 2 ** 32 || check(place, part) !== number % 256) damaged.push(place + 1);
    secret = secret * 2n ** 32n + BigInt(Math.max(0, part));
  }
  if (damaged.length) throw new Refused("backup_damaged", { groups: damaged });
  if (secret === 0n || secret >= ORDER) throw new Refused("backup_value");
  return secret;
}
