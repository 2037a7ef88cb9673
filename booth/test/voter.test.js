// What the voter's page makes without a browser.
import assert from "node:assert/strict";
import test from "node:test";
import jsQR from "jsqr";
import { qrCode } from "../voter/qr.js";

/** A code as pixels, four white modules around, read by a library. */
function read(rows) {
  const [scale, quiet] = [3, 4];
  const size = (rows.length + 2 * quiet) * scale;
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = rows[Math.floor(y / scale) - quiet]?.[Math.floor(x / scale) - quiet];
      if (dark) pixels.fill(0, 4 * (y * size + x), 4 * (y * size + x) + 3);
    }
  }
  return jsQR(pixels, size, size)?.data;
}

test("a receipt's QR code is read back at every length it can have", () => {
  for (let length = 1; length <= 134; length += 7) {
    const text = Array.from({ length }, (_none, at) => String.fromCharCode(33 + ((at * 37 + length) % 94))).join("");
    assert.equal(read(qrCode(text)), text);
  }
});

test("its check bytes mend a spoilt code", () => {
  const rows = qrCode("http://10.0.0.5:8000/check/11111111111111#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  for (let at = 20; at < 26; at += 1) for (let x = 20; x < 26; x += 1) rows[at][x] ^= 1;
  assert.match(read(rows), /^http:\/\/10\.0\.0\.5/);
});

test("a text that is too long has no code", () => {
  assert.equal(qrCode("a".repeat(135)), null);
  assert.notEqual(qrCode("a".repeat(134)), null);
});
