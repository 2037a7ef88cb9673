// The box's promise: an Ed25519 signature (RFC 8032) over `panel|tracker` (docs/protocol.md section 7).
import { ORDER, digits, mod, power, readPoint, texts, times, utf8 } from "./group.js";
import { sha512 } from "./hashes.js";

/** The bytes of a base64 text. */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}

/** Bytes as the digits of the number they write, least significant first. */
function turned(bytes) {
  return digits(bytes.slice().reverse());
}

/** Whether `receipt` is signed by the key `box` (both base64) for this ballot; `base`: the base point's table. Never throws. */
export function checkReceipt(panel, tracker, receipt, box, base) {
  try {
    const signature = bytesOf(receipt);
    const key = bytesOf(box);
    const half = signature.slice(0, 32);
    const scalar = BigInt(`0x${turned(signature.slice(32))}`);
    const hash = sha512(Uint8Array.from([...half, ...key, ...utf8(`${panel}|${tracker}`)])).toString(16).padStart(128, "0");
    const number = mod(BigInt(`0x${hash.match(/../g).reverse().join("")}`));
    // s g = R + h A, that is: s g - h A is written as the signature's first half
    const sum = texts([power(base, scalar, times(minus(readPoint(turned(key))), number))]);
    return signature.length === 64 && scalar < ORDER && sum[0] === turned(half);
  } catch {
    return false;
  }
}

function minus([x, y, z, t]) {
  return [-x, y, z, -t];
}
