/**
 * MurmurHash3 of the bytes [from, to), the 32-bit variant for x86 with seed 0, as an unsigned number.
 *
 * @see Appleby, MurmurHash3_x86_32, in SMHasher (public domain)
 */
export function murmurHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash ^= scramble(word);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let i = to - 1; i >= at; i--) rest = (rest << 8) | bytes[i];
  if (at < to) hash ^= scramble(rest);
  hash ^= to - from;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/**
 * The feature of a hashed term among so many: |h| modulo their number, h being the hash as a signed number.
 * scikit-learn's FeatureHasher takes the same (with `alternate_sign=False`).
 */
export function bucketOf(hash: number, count: number): number {
  return Math.abs(hash | 0) % count;
}
