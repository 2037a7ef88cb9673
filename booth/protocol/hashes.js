// SHA-256 and SHA-512 (FIPS 180-4), small: the voter's page has no room for a library's. Their constants are computed from the primes.
const WORD = (1n << 64n) - 1n;

/** The whole part of a root, by Newton's way. */
function root(number, degree) {
  for (let guess = 1n << 68n; ; ) {
    const next = ((degree - 1n) * guess + number / guess ** (degree - 1n)) / degree;
    if (next >= guess) return guess;
    guess = next;
  }
}

/** The first 64 bits behind the point of the roots of the first primes. */
function constants(count, degree) {
  const primes = [];
  for (let number = 2; primes.length < count; number += 1) if (primes.every((prime) => number % prime)) primes.push(number);
  return primes.map((prime) => root(BigInt(prime) << (64n * degree), degree) & WORD);
}

const high = (words) => Int32Array.from(words, (word) => Number(word >> 32n)); // SHA-256 takes their first half
let made = null;

/** The constants of both, computed when the first hash is asked for: a page whose worker hashes never needs them. */
function standard() {
  if (!made) {
    const [rounds, start] = [constants(80, 3n), constants(8, 2n)];
    made = { rounds, start, rounds32: high(rounds), start32: high(start) };
  }
  return made;
}

/** The message's end as both standards have it: a one, zeros, the length in bits. */
function padded(bytes, from, block) {
  const rest = bytes.subarray(from);
  const full = new Uint8Array(Math.ceil((rest.length + 1 + block / 8) / block) * block);
  full.set(rest);
  full[rest.length] = 128;
  new DataView(full.buffer).setUint32(full.length - 4, bytes.length * 8);
  return full;
}

const turn = (word, by) => (word >>> by) | (word << (32 - by));

/** The state after the whole blocks of `bytes` from `at` on; `state`: the one before, null at the beginning. */
function blocks(state, bytes, at) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const words = new Int32Array(64);
  const { rounds32, start32 } = standard();
  let all = state || start32;
  for (; at + 64 <= bytes.length; at += 64) {
    let [a, b, c, d, e, f, g, h] = all;
    for (let step = 0; step < 64; step += 1) {
      if (step < 16) words[step] = view.getInt32(at + step * 4);
      else {
        const early = words[step - 15];
        const late = words[step - 2];
        words[step] =
          words[step - 16] + words[step - 7] + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
      }
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds32[step] + words[step]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    all = [a, b, c, d, e, f, g, h].map((word, place) => (word + all[place]) | 0);
  }
  return all;
}

/** What is known after the first blocks of a text that several messages begin with. */
export function begun(bytes) {
  return { state: blocks(null, bytes, 0), done: bytes.length - (bytes.length % 64) };
}

/** SHA-256 of bytes; `known`: what `begun` gave for their beginning. */
export function sha256(bytes, known = { state: null, done: 0 }) {
  const out = new DataView(new ArrayBuffer(32));
  blocks(known.state, padded(bytes, known.done, 64), 0).forEach((word, at) => out.setInt32(at * 4, word));
  return new Uint8Array(out.buffer);
}

function xor(word, ...turns) {
  return turns.reduce((all, by) => all ^ (((word >> by) | (word << (64n - by))) & WORD), 0n);
}

/** SHA-512 of bytes as one number, big-endian. Slow: the page needs it for two blocks. */
export function sha512(bytes) {
  const full = padded(bytes, 0, 128);
  const view = new DataView(full.buffer);
  const { rounds, start } = standard();
  let state = start;
  for (let block = 0; block < full.length; block += 128) {
    const words = [];
    let [a, b, c, d, e, f, g, h] = state;
    for (let at = 0; at < 80; at += 1) {
      if (at < 16) words.push(view.getBigUint64(block + at * 8));
      else {
        const early = words[at - 15];
        const late = words[at - 2];
        words.push((words[at - 16] + words[at - 7] + (xor(early, 1n, 8n) ^ (early >> 7n)) + (xor(late, 19n, 61n) ^ (late >> 6n))) & WORD);
      }
      const one = h + xor(e, 14n, 18n, 41n) + ((e & f) ^ (~e & WORD & g)) + rounds[at] + words[at];
      const two = xor(a, 28n, 34n, 39n) + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & WORD, c, b, a, (one + two) & WORD];
    }
    state = [a, b, c, d, e, f, g, h].map((word, at) => (word + state[at]) & WORD);
  }
  return state.reduce((all, word) => (all << 64n) | word);
}
