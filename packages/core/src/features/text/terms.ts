import { murmurHash } from "./hash.ts";
import { textOf } from "./tape.ts";

/** Terms by number, in the order in which they were added: a hash table over their bytes, so that no strings are made. */
export interface Terms {
  readonly count: number;
  /** The number of a term, or −1. */
  find(bytes: Uint8Array, from: number, to: number): number;
  /** The number of a term, which is a new one if it was not known. */
  add(bytes: Uint8Array, from: number, to: number): number;
  textOf(term: number): string;
  /** Below 0 where the first comes earlier by code point. */
  compare(one: number, other: number): number;
  /** Its hash, see `murmurHash`. */
  hashOf(term: number): number;
}

export function createTerms(): Terms {
  let bytes = new Uint8Array(1 << 14); // all terms, one after the other
  let starts = new Uint32Array(1 << 10);
  let hashes = new Uint32Array(1 << 10);
  let slots = new Int32Array(1 << 11).fill(-1); // at most half of them taken
  let count = 0;

  /** The slot of a term, or the free one where it would be. */
  const slotOf = (hash: number, source: Uint8Array, from: number, to: number): number => {
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (; slots[slot] >= 0; slot = (slot + 1) & mask) {
      const term = slots[slot];
      if (hashes[term] === hash && isSame(bytes, starts[term], starts[term + 1], source, from, to)) break;
    }
    return slot;
  };
  const grow = (): void => {
    starts = longer(starts, new Uint32Array(2 * starts.length));
    hashes = longer(hashes, new Uint32Array(2 * hashes.length));
    slots = new Int32Array(2 * slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let term = 0; term < count; term++) {
      let slot = hashes[term] & mask;
      while (slots[slot] >= 0) slot = (slot + 1) & mask;
      slots[slot] = term;
    }
  };

  return {
    get count() {
      return count;
    },
    find(source, from, to) {
      return slots[slotOf(murmurHash(source, from, to), source, from, to)];
    },
    add(source, from, to) {
      const hash = murmurHash(source, from, to);
      let slot = slotOf(hash, source, from, to);
      if (slots[slot] >= 0) return slots[slot];
      if (count + 2 > starts.length) {
        grow();
        slot = slotOf(hash, source, from, to);
      }
      const start = starts[count];
      if (start + to - from > bytes.length)
        bytes = longer(bytes, new Uint8Array(2 * bytes.length + to - from));
      for (let i = from; i < to; i++) bytes[start + i - from] = source[i];
      starts[count + 1] = start + to - from;
      hashes[count] = hash;
      slots[slot] = count;
      return count++;
    },
    textOf: (term) => textOf(bytes, starts[term], starts[term + 1]),
    compare(one, other) {
      // UTF-8 sorts as code points do.
      const length = Math.min(starts[one + 1] - starts[one], starts[other + 1] - starts[other]);
      for (let i = 0; i < length; i++) {
        const difference = bytes[starts[one] + i] - bytes[starts[other] + i];
        if (difference !== 0) return difference;
      }
      return starts[one + 1] - starts[one] - (starts[other + 1] - starts[other]);
    },
    hashOf: (term) => hashes[term],
  };
}

function longer<A extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: A, room: A): A {
  room.set(values);
  return room;
}

function isSame(
  a: Uint8Array,
  from: number,
  to: number,
  b: Uint8Array,
  otherFrom: number,
  otherTo: number,
): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let i = from, j = otherFrom; i < to; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}
