// The receipt's QR code (ISO/IEC 18004), as little of it as the page needs: bytes, version 6, level L, mask 0. A library knows forty
// versions, and the page has no room for them. 134 bytes hold every address that fits on a slip; tests read the codes back with jsQR.
const SIZE = 41;
const DATA = 68; // bytes in each of two blocks
const CHECKS = 18;
const FORMAT = 0x77c4; // level L, mask 0, with its own check bits

function times(one, other) {
  let product = 0;
  for (let bit = 8; bit--; ) product = (product << 1) ^ (product >> 7 ? 0x11d : 0) ^ ((other >> bit) & 1 ? one : 0);
  return product;
}

/** The Reed-Solomon check bytes of one block. */
function checks(block) {
  let divisor = [1]; // the product of (x - 2^i), highest power first
  for (let at = 0, root = 1; at < CHECKS; at += 1, root = times(root, 2)) {
    divisor = [...divisor, 0].map((one, place) => one ^ (place ? times(divisor[place - 1], root) : 0));
  }
  const rest = [...block, ...Array(CHECKS).fill(0)];
  for (let at = 0; at < block.length; at += 1) {
    const factor = rest[at];
    divisor.forEach((one, place) => (rest[at + place] ^= times(one, factor)));
  }
  return rest.slice(block.length);
}

/** The bits of a text: mode, length, bytes, filling; blocks in turns. null when it is too long. */
function bits(text) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 2 * DATA - 2) return null;
  let all = `0100${bytes.length.toString(2).padStart(8, "0")}${Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("")}0000`;
  for (let filling = "11101100"; all.length < 16 * DATA; filling = filling === "11101100" ? "00010001" : "11101100") all += filling;
  const words = all.match(/.{8}/g).map((word) => parseInt(word, 2));
  const blocks = [words.slice(0, DATA), words.slice(DATA)];
  const ends = blocks.map(checks);
  const turns = ([one, other]) => one.flatMap((word, at) => [word, other[at]]);
  return [...turns(blocks), ...turns(ends)].map((word) => word.toString(2).padStart(8, "0")).join("");
}

/** The rows of the code, each an array of 0 and 1; null for a text that is too long. */
export function qrCode(text) {
  const stream = bits(text);
  if (!stream) return null;
  const rows = Array.from({ length: SIZE }, () => []);
  // rings around a centre, what a reader looks for: dark but for the light ones
  const rings = (middle, centre, last, ...light) => {
    for (let y = -last; y <= last; y += 1) {
      for (let x = -last; x <= last; x += 1) {
        const row = rows[middle + y];
        const place = centre + x;
        if (row && place >= 0 && place < SIZE) row[place] = Number(!light.includes(Math.max(Math.abs(x), Math.abs(y))));
      }
    }
  };
  rings(3, 3, 4, 2, 4);
  rings(3, SIZE - 4, 4, 2, 4);
  rings(SIZE - 4, 3, 4, 2, 4);
  rings(34, 34, 2, 1);
  for (let at = 8; at < SIZE - 8; at += 1) rows[6][at] = rows[at][6] = (at + 1) % 2;
  for (let bit = 0; bit < 15; bit += 1) {
    const value = (FORMAT >> bit) & 1;
    rows[bit < 6 ? bit : bit < 8 ? bit + 1 : SIZE - 15 + bit][8] = value;
    rows[8][bit < 8 ? SIZE - 1 - bit : bit < 9 ? 7 : 14 - bit] = value;
  }
  rows[SIZE - 8][8] = 1;
  let next = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5; // the column of the timing pattern
    for (let step = 0; step < SIZE; step += 1) {
      const y = up ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) if (rows[y][x] === undefined) rows[y][x] = Number(stream[next++] === "1") ^ Number((x + y) % 2 === 0);
    }
  }
  return rows;
}
