import { expect, test } from "vitest";
import cases from "../../test/references/xoshiro128.json" with { type: "json" };
import { InputError } from "../errors/index.ts";
import { createGenerator, shuffle } from "./generator.ts";

/** Σ (observed − expected)²/expected for cells of equal probability. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

test("the stream is xoshiro128** 1.1, seeded by SplitMix64, as its authors publish them", () => {
  for (const { seed, stream, uint32 } of cases) {
    const generator = createGenerator(seed, stream);
    expect(
      uint32.map(() => generator.uint32()),
      `seed ${seed}, stream ${stream}`,
    ).toEqual(uint32);
  }
});

/** The first numbers of a stream, as one name for it. */
function startOf(seed: number, stream?: number): string {
  const generator = createGenerator(seed, stream);
  return Array.from({ length: 4 }, () => generator.uint32()).join(" ");
}

test("the same seed gives the same stream, another seed or stream another", () => {
  expect(startOf(5)).toBe(startOf(5));
  expect(startOf(5)).toBe(startOf(5, 0));
  const seeds = [...Array(200).keys(), 2 ** 32, 2 ** 32 + 1, 2246822507, 2 ** 53 - 1];
  const starts = seeds.flatMap((seed) => [0, 1, 2, 100, 2 ** 32 - 1].map((stream) => startOf(seed, stream)));
  expect(new Set(starts).size).toBe(5 * seeds.length);
});

test("two generators do not disturb each other", () => {
  const alone = createGenerator(1);
  const one = createGenerator(1);
  const two = createGenerator(2);
  for (let i = 0; i < 10; i++) {
    two.normal();
    expect(one.uint32()).toBe(alone.uint32());
  }
});

test("a seed or stream that is no whole number in range is refused", () => {
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53])
    expect(() => createGenerator(seed)).toThrow(InputError);
  expect(() => createGenerator(-1)).toThrow(
    "createGenerator: seed must be a whole number in [0, 2⁵³), got -1",
  );
  for (const stream of [-1, 0.5, NaN, 2 ** 32])
    expect(() => createGenerator(0, stream)).toThrow(/stream must be/);
});

test("uniform numbers lie in [0, 1), are multiples of 2⁻⁵³ and have the moments 1/2 and 1/12", () => {
  const generator = createGenerator(11);
  const count = 200_000;
  let sum = 0;
  let squares = 0;
  let odd = 0;
  let strays = 0;
  for (let i = 0; i < count; i++) {
    const u = generator.uniform();
    const scaled = u * 2 ** 53;
    if (!(u >= 0 && u < 1 && Number.isInteger(scaled))) strays++;
    odd += scaled % 2;
    sum += u - 0.5;
    squares += (u - 0.5) ** 2;
  }
  expect(strays).toBe(0);
  // Five standard deviations of each mean.
  expect(Math.abs(sum / count)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
  expect(Math.abs(squares / count - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
  expect(Math.abs(odd / count - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / count));
});

test("normal numbers have the moments 0, 1, 0, 3, and one is no guide to the next", () => {
  const generator = createGenerator(12);
  const count = 200_000;
  const sums = [0, 0, 0, 0];
  let product = 0;
  let last = generator.normal();
  for (let i = 0; i < count; i++) {
    const x = generator.normal();
    for (let power = 1, value = x; power <= 4; power++, value *= x) sums[power - 1] += value;
    product += x * last;
    last = x;
  }
  // The variances of x, x², x³, x⁴ are 1, 2, 15, 96.
  [0, 1, 0, 3].forEach((moment, i) =>
    expect(Math.abs(sums[i] / count - moment)).toBeLessThan(5 * Math.sqrt([1, 2, 15, 96][i] / count)),
  );
  expect(Math.abs(product / count)).toBeLessThan(5 / Math.sqrt(count));
});

test("below gives each number equally often, whatever the bound", () => {
  for (const bound of [2, 3, 5, 7, 16, 17, 100]) {
    const generator = createGenerator(bound);
    const counts = Array<number>(bound).fill(0);
    for (let i = 0; i < 2000 * bound; i++) counts[generator.below(bound)]++;
    // χ² with bound − 1 degrees of freedom: mean bound − 1, variance twice that; its skew allowed for.
    expect(chiSquare(counts), `bound ${bound}`).toBeLessThan(bound - 1 + 5 * Math.sqrt(2 * (bound - 1)) + 8);
  }
});

test("below reaches both ends of its largest bounds, and 1 leaves only 0", () => {
  const generator = createGenerator(3);
  const draws = Array.from({ length: 2000 }, () => generator.below(2 ** 32));
  expect(Math.max(...draws)).toBeGreaterThan(2 ** 32 * 0.99);
  expect(Math.min(...draws)).toBeLessThan(2 ** 32 * 0.01);
  // Just above a power of two half of the draws would be refused or, if wrapped, favour the low half.
  const high = Array.from({ length: 2000 }, () => generator.below(2 ** 31 + 1)).filter((n) => n >= 2 ** 30);
  expect(Math.abs(high.length - 1000)).toBeLessThan(5 * Math.sqrt(500));
  expect(generator.below(1)).toBe(0);
});

test("a shuffle keeps every number, once", () => {
  for (const length of [0, 1, 2, 3, 17, 1000]) {
    const order = Uint32Array.from({ length }, (_, i) => i);
    shuffle(order, createGenerator(length));
    expect([...order].toSorted((a, b) => a - b)).toEqual([...Array(length).keys()]);
  }
});

test("all 24 orders of four are equally likely", () => {
  const generator = createGenerator(99);
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = Uint32Array.of(0, 1, 2, 3);
    shuffle(order, generator);
    const key = order.join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  expect(chiSquare([...counts.values()])).toBeLessThan(57.1); // χ² with 23 degrees of freedom passes this once in 10,000
});
