import { expect, test } from "vitest";
import references from "../../test/references/conformal.json" with { type: "json" };
import { betaBinomialInterval } from "./beta-binomial.ts";
import { binomialInterval } from "./binomial.ts";

test("shapes 1, 1 make every count equally likely", () => {
  expect(betaBinomialInterval(9, 1, 1, 0.6)).toEqual([1, 7]); // 2 of 10 counts up to 1, 8 of 10 up to 7
  expect(betaBinomialInterval(0, 3, 2, 0.9)).toEqual([0, 0]);
});

test("ends are those of exact fractions", () => {
  for (const [trials, a, b, confidence, low, high] of references.betaBinomial)
    expect(betaBinomialInterval(trials, a, b, confidence), `${trials}, ${a}, ${b}`).toEqual([low, high]);
});

test("the law is the binomial one when the shapes leave no doubt about the probability", () => {
  expect(betaBinomialInterval(400, 9e12, 1e12, 0.95)).toEqual(binomialInterval(400, 0.9, 0.95));
});

test("swapping the shapes mirrors the law", () => {
  const [low, high] = betaBinomialInterval(1000, 91, 10, 0.9);
  expect(betaBinomialInterval(1000, 10, 91, 0.9)).toEqual([1000 - high, 1000 - low]);
});

test("a million trials of a wide law are summed whole", () => {
  const [low, high] = betaBinomialInterval(1_000_000, 18, 2, 0.95);
  expect(low / 1e6).toBeCloseTo(0.7397, 3); // the quantiles of Beta(18, 2)
  expect(high / 1e6).toBeCloseTo(0.987, 3);
});

test("arguments outside their range are refused", () => {
  expect(() => betaBinomialInterval(1.5, 1, 1, 0.9)).toThrow(
    "betaBinomialInterval: trials must be a whole number ≥ 0, got 1.5",
  );
  expect(() => betaBinomialInterval(3, 0.5, 1, 0.9)).toThrow(
    "betaBinomialInterval: both shapes must be numbers ≥ 1, got 0.5 and 1",
  );
  expect(() => betaBinomialInterval(3, 1, 1, NaN)).toThrow("confidence must be in (0, 1), got NaN");
});
