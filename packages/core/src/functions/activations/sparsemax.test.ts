import { expect, test } from "vitest";
import { divide, real, subtract, sum, toNumber } from "../../../test/high-precision.ts";
import { hardRow } from "../../../test/rows.ts";
import { createGenerator } from "../../random/index.ts";
import { sparsemax, sparsemaxGradient } from "../index.ts";

test("known points of the simplex: far ahead, tied, and in between", () => {
  expect([...sparsemax([3, 0, 0])]).toEqual([1, 0, 0]);
  expect([...sparsemax([2, 2])]).toEqual([0.5, 0.5]);
  expect([...sparsemax([0.5, 0])]).toEqual([0.75, 0.25]);
  expect([...sparsemax([1, 0.5, -1])]).toEqual([0.75, 0.25, 0]);
});

test("each probability is within 2 · 2⁻⁵², absolute, of the exact projection at 10,000 rows of up to 9 logits", () => {
  const random = createGenerator(41);
  let worst = 0;
  for (let i = 0; i < 10_000; i++) {
    const row =
      i % 2 === 0 ? hardRow(random) : Array.from({ length: 2 + random.below(8) }, () => random.normal());
    const got = sparsemax(row);
    const exact = exactSparsemax(row);
    got.forEach((p, j) => (worst = Math.max(worst, Math.abs(p - exact[j]))));
  }
  expect(worst).toBeLessThanOrEqual(2 * 2 ** -52);
});

test("a row sums to 1 within n · 2⁻⁵³, is a projection, and does not feel an exact shift", () => {
  const random = createGenerator(42);
  for (let i = 0; i < 300; i++) {
    const row = Array.from({ length: 40 }, () => Math.round(64 * random.normal()) / 64);
    const p = sparsemax(row);
    expect(Math.abs(p.reduce((a, b) => a + b) - 1)).toBeLessThanOrEqual(40 * 2 ** -53);
    expect(sparsemax(row.map((z) => z + 4096))).toEqual(p);
    sparsemax(Float64Array.from(p)).forEach((again, j) => expect(Math.abs(again - p[j])).toBeLessThan(1e-15));
  }
});

test("far from 0 it is as exact as near it", () => {
  expect([...sparsemax([1e15, 1e15 - 0.5])]).toEqual([0.75, 0.25]);
  expect([...sparsemax([1e300, -1e300])]).toEqual([1, 0]);
});

test("a masked class is 0, a fully masked row zeros, and rows do not feel each other", () => {
  expect([...sparsemax([-Infinity, 5, 5, -Infinity], 4)]).toEqual([0, 0.5, 0.5, 0]);
  expect([...sparsemax([-Infinity, -Infinity, 1e9, 0], 2)]).toEqual([0, 0, 1, 0]);
});

test("the gradient agrees with central differences to 1e-6 away from where a class enters", () => {
  const random = createGenerator(43);
  const h = 1e-6;
  let compared = 0;
  for (let point = 0; point < 100; point++) {
    const logits = Array.from({ length: 8 }, () => random.normal());
    const weights = Array.from({ length: 8 }, () => random.normal());
    const p = sparsemax(logits, 4);
    const gradient = sparsemaxGradient(p, weights, 4);
    const total = (at: readonly number[]): number =>
      sparsemax(at, 4).reduce((all, each, i) => all + weights[i] * each, 0);
    for (let i = 0; i < logits.length; i++) {
      const [up, down] = [h, -h].map((step) => logits.with(i, logits[i] + step));
      const supports = [up, down].map((at) =>
        sparsemax(at, 4)
          .map((each) => Number(each > 0))
          .join(""),
      );
      if (supports[0] !== supports[1]) continue;
      const slope = (total(up) - total(down)) / (2 * h);
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-6 * Math.abs(slope) + 1e-8);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(700);
});

test("bad input is refused with its place", () => {
  expect(() => sparsemax([0, Infinity])).toThrow("sparsemax: logits must be finite, or −Infinity to mask");
  expect(() => sparsemax([0, 1, 2], 2)).toThrow("sparsemax: logits must fill whole rows of 2, got 3 values");
  expect(() => sparsemax([0, 1], 2, new Float64Array(3))).toThrow("sparsemax: output must be as long");
  expect(() => sparsemaxGradient([1, 0], [1])).toThrow("sparsemaxGradient: outputGradient must be one per");
});

/** The projection with exact sums; the support by trying all sizes. */
function exactSparsemax(row: readonly number[]): number[] {
  const sorted = row.toSorted((a, b) => b - a).map(real);
  let threshold = sorted[0];
  for (let k = 1; k <= sorted.length; k++) {
    const mean = divide(subtract(sum(sorted.slice(0, k)), real(1)), real(k));
    if (toNumber(subtract(sorted[k - 1], mean)) > 0) threshold = mean;
  }
  return row.map((z) => Math.max(0, toNumber(subtract(real(z), threshold))));
}
