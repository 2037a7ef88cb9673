// What a slip's code stands for (docs/protocol.md section 3).
import { digest, mod } from "./group.js";

const BASE58 = "[1-9A-HJ-NP-Za-km-z]";
const CODE = new RegExp(`^(${BASE58}{5})-?(${BASE58}{6})-?(${BASE58}{5})-?(${BASE58}{6})$`);

/** A code as printed, with its hyphens; null for anything that is no code. */
export function readCode(text) {
  const parts = CODE.exec(text);
  return parts && parts.slice(1).join("-");
}

/** The secret exponent of a code for one election. */
export function secretOf(code, uuid) {
  return mod(BigInt(`0x${[0, 1].map((half) => digest(`derive_credential|${uuid}|${half}|${code}`)).join("")}`));
}
