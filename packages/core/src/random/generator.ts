import { InputError } from "../errors/index.ts";
import { log } from "../kernels/elementary.ts";

/** A seeded stream of random numbers: the same seed gives the same numbers in every engine. */
export interface Generator {
  /** A whole number in [0, 2³²). */
  uint32(): number;
  /** A number in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** A whole number in [0, bound), each equally likely; bound in [1, 2³²]. */
  below(bound: number): number;
  /** A draw from the normal distribution with mean 0 and standard deviation 1. */
  normal(): number;
}

/**
 * xoshiro128** 1.1, its state filled by SplitMix64 started at the seed, low half first, as the
 * authors advise. Stream k takes outputs 2k + 1 and 2k + 2, so the streams of one seed all differ,
 * as do the seeds.
 *
 * @param seed a whole number in [0, 2⁵³)
 * @param stream a whole number in [0, 2³²): one of the many streams of this seed, say one per epoch
 * @throws InputError when seed or stream is not that
 * @see Blackman & Vigna, Scrambled linear pseudorandom number generators, ACM TOMS 47 (2021);
 *   Steele, Lea & Flood, Fast splittable pseudorandom number generators, OOPSLA 2014
 */
export function createGenerator(seed: number, stream = 0): Generator {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new InputError(`createGenerator: seed must be a whole number in [0, 2⁵³), got ${seed}`);
  if (stream !== stream >>> 0)
    throw new InputError(`createGenerator: stream must be a whole number in [0, 2³²), got ${stream}`);
  const first = splitMix64(seed, 2 * stream + 1);
  const second = splitMix64(seed, 2 * stream + 2);
  const state = Int32Array.of(
    Number(BigInt.asIntN(32, first)),
    Number(BigInt.asIntN(32, first >> 32n)),
    Number(BigInt.asIntN(32, second)),
    Number(BigInt.asIntN(32, second >> 32n)),
  );
  let spare = Number.NaN;

  const uint32 = (): number => {
    const s1 = state[1];
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const s2 = state[2] ^ state[0];
    const s3 = state[3] ^ s1;
    state[1] = s1 ^ s2;
    state[0] ^= s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result >>> 0;
  };
  const uniform = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  const below = (bound: number): number => {
    // Draw as many bits as the bound has, and again when the draw is too large: no class is favoured.
    const mask = bound > 1 ? 0xffffffff >>> Math.clz32(bound - 1) : 0;
    for (;;) {
      const draw = (uint32() & mask) >>> 0;
      if (draw < bound) return draw;
    }
  };
  // Marsaglia's polar method: two normals from a point in the unit disc, without sine or cosine.
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * log(s)) / s);
      spare = y * factor;
      return x * factor;
    }
  };
  return { uint32, uniform, below, normal };
}

/** Output number `count`, from 1, of SplitMix64. For one seed no two are equal, so no two are both zero. */
function splitMix64(seed: number, count: number): bigint {
  let z = BigInt.asUintN(64, BigInt(seed) + BigInt(count) * 0x9e3779b97f4a7c15n);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** Puts `output` into a random order in place (Fisher–Yates). */
export function shuffle(output: Uint32Array, generator: Generator): void {
  for (let i = output.length - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    const held = output[i];
    output[i] = output[j];
    output[j] = held;
  }
}
