// SHA-512 (FIPS 180-4) in 64-bit integers, for signatures alone: short texts, few of them.

const MASK = (1n << 64n) - 1n;
const ROOTS = bitsOfRoots();

/** Return the first 64 bits after the point of the cube roots of 80 primes, and of the square roots of 8. */
function bitsOfRoots() {
  const primes = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  return {
    k: primes.map((prime) => root(prime << 192n, 3n) & MASK),
    start: primes.slice(0, 8).map((prime) => root(prime << 128n, 2n) & MASK),
  };
}

function root(number, degree) {
  let [low, high] = [0n, 1n << 80n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= number) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function turn(x, by) {
  return ((x >> by) | (x << (64n - by))) & MASK;
}

export function sha512(data) {
  const padded = new Uint8Array(Math.ceil((data.length + 17) / 128) * 128);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  const state = [...ROOTS.start];
  for (let at = 0; at < padded.length; at += 128) compress(state, view, at);
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, index) => digest.setBigUint64(8 * index, word));
  return new Uint8Array(digest.buffer);
}

function compress(state, view, at) {
  const w = [];
  for (let t = 0; t < 16; t++) w.push(view.getBigUint64(at + 8 * t));
  for (let t = 16; t < 80; t++) {
    const s0 = turn(w[t - 15], 1n) ^ turn(w[t - 15], 8n) ^ (w[t - 15] >> 7n);
    const s1 = turn(w[t - 2], 19n) ^ turn(w[t - 2], 61n) ^ (w[t - 2] >> 6n);
    w.push((w[t - 16] + s0 + w[t - 7] + s1) & MASK);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 80; t++) {
    const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
    const t1 = (h + s1 + ((e & f) ^ (~e & MASK & g)) + ROOTS.k[t] + w[t]) & MASK;
    const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
    [a, b, c, d, e, f, g, h] = [(t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = (state[index] + word) & MASK));
}
