/**
 * SHA-256 of bytes, in hexadecimal.
 *
 * @see NIST FIPS 180-4 (2015), §6.2
 */
export function sha256(bytes: Uint8Array): string {
  const [initial, constants] = fractionalParts();
  const state = Int32Array.from(initial);
  const words = new Int32Array(64);
  // The message, a 1 bit, zeros, and its length in bits, in blocks of 64 bytes.
  const tailStart = bytes.length - (bytes.length % 64);
  const tail = new Uint8Array(bytes.length % 64 < 56 ? 64 : 128);
  tail.set(bytes.subarray(tailStart));
  tail[bytes.length % 64] = 0x80;
  const end = new DataView(tail.buffer, tail.length - 8);
  end.setUint32(0, Math.floor(bytes.length / 2 ** 29));
  end.setUint32(4, (bytes.length * 8) % 2 ** 32);
  const body = new DataView(bytes.buffer, bytes.byteOffset, tailStart);
  for (let at = 0; at < tailStart; at += 64) addBlock(state, words, constants, body, at);
  const last = new DataView(tail.buffer);
  for (let at = 0; at < tail.length; at += 64) addBlock(state, words, constants, last, at);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

function addBlock(
  state: Int32Array,
  words: Int32Array,
  constants: Int32Array,
  view: DataView,
  at: number,
): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] += value;
  });
}

function rotate(x: number, bits: number): number {
  return (x >>> bits) | (x << (32 - bits));
}

/**
 * The standard's constants: the first 32 bits of the fractional parts of the square roots of the first 8
 * primes, and of the cube roots of the first 64. Found with exact integers: ⌊√p · 2³²⌋ and ⌊∛p · 2³²⌋.
 */
function fractionalParts(): [initial: Int32Array, constants: Int32Array] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  return [
    Int32Array.from(primes.slice(0, 8), (p) => low32(root(p << 64n, 2n))),
    Int32Array.from(primes, (p) => low32(root(p << 96n, 3n))),
  ];
}

/** The largest whole number whose power is at most the target; below 2³⁷. */
function root(target: bigint, power: bigint): bigint {
  let low = 0n;
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) if ((low + bit) ** power <= target) low += bit;
  return low;
}

function low32(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}
