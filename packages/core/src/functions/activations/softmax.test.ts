import { expect, test } from "vitest";
import { createGenerator } from "../../random/index.ts";
import { softmax, softmaxGradient } from "../index.ts";

test("of two equal classes it is a quarter of the difference", () => {
  expect([...softmaxGradient([0.5, 0.5], [1, 0])]).toEqual([0.25, -0.25]);
  expect([...softmaxGradient([1, 0, 0.5, 0.5], [3, 5, 7, 7], 2)]).toEqual([0, 0, 0, 0]);
});

test("it agrees with central differences to 1e-6 at 50 seeded points", () => {
  const random = createGenerator(33);
  const h = 1e-5;
  for (let point = 0; point < 50; point++) {
    const logits = Array.from({ length: 10 }, () => 2 * random.normal());
    const weights = Array.from({ length: 10 }, () => random.normal());
    const total = (at: readonly number[]): number =>
      softmax(at, 5).reduce((sum, p, i) => sum + weights[i] * p, 0);
    const gradient = softmaxGradient(softmax(logits, 5), weights, 5);
    for (let i = 0; i < logits.length; i++) {
      const slope = (total(logits.with(i, logits[i] + h)) - total(logits.with(i, logits[i] - h))) / (2 * h);
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-6 * Math.abs(slope) + 1e-9);
    }
  }
});

test("bad input is refused with its place", () => {
  expect(() => softmaxGradient([0.5, 0.5], [1])).toThrow(
    "softmaxGradient: outputGradient must be one per probability, 2, got 1",
  );
  expect(() => softmaxGradient([0.5, 0.5], [1, 1], 3)).toThrow(
    "softmaxGradient: probabilities must fill whole rows of 3, got 2 values",
  );
  expect(() => softmaxGradient([0.5, 0.5], [1, 1], 0)).toThrow("columns must be a whole number ≥ 1, got 0");
  expect(() => softmaxGradient([1, 1, 0.5, 0.5], [1, 1, 1, Number.NaN], 2)).toThrow(
    "softmaxGradient: outputGradient must be numbers, got NaN at row 1, column 1",
  );
});
