import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { betaDistribution } from "./beta.ts";
import { binomialInterval } from "./binomial.ts";

test("ten fair coins show 2 to 8 heads 95 times in 100", () => {
  // P(X ≤ 1) = 11/1024 < 0.025 < P(X ≤ 2) = 56/1024
  expect(binomialInterval(10, 0.5, 0.95)).toEqual([2, 8]);
});

test("one trial", () => {
  expect(binomialInterval(1, 0.5, 0.95)).toEqual([0, 1]);
  expect(binomialInterval(1, 0.99, 0.95)).toEqual([1, 1]); // failure has only 1 %
  expect(binomialInterval(0, 0.3, 0.95)).toEqual([0, 0]);
});

test("a certain or impossible success leaves no spread", () => {
  expect(binomialInterval(50, 0, 0.95)).toEqual([0, 0]);
  expect(binomialInterval(50, 1, 0.95)).toEqual([50, 50]);
  expect(binomialInterval(50, 1 - 2 ** -53, 0.95)).toEqual([50, 50]);
});

test("each end is the first count at which the beta integral passes the level", () => {
  for (const trials of [3, 17, 400, 100_000])
    for (const probability of [1e-4, 0.07, 0.5, 0.93, 0.9999])
      for (const confidence of [0.5, 0.95, 0.999]) {
        const ends = binomialInterval(trials, probability, confidence);
        const levels = [(1 - confidence) / 2, (1 + confidence) / 2];
        ends.forEach((end, i) => {
          // P(X ≤ k) = I of 1 − p with shapes n − k and k + 1
          const upTo = (k: number) =>
            k < 0 ? 0 : k >= trials ? 1 : betaDistribution(1 - probability, trials - k, k + 1);
          expect(upTo(end), `${trials}, ${probability}, ${confidence}`).toBeGreaterThanOrEqual(levels[i]);
          expect(upTo(end - 1), `${trials}, ${probability}, ${confidence}`).toBeLessThan(levels[i]);
        });
      }
});

test("arguments outside their range are refused", () => {
  expect(() => binomialInterval(2.5, 0.5, 0.95)).toThrow(InputError);
  expect(() => binomialInterval(2, NaN, 0.95)).toThrow(InputError);
  expect(() => binomialInterval(2, 0.5, 1)).toThrow("binomialInterval: confidence must be in (0, 1), got 1");
});
