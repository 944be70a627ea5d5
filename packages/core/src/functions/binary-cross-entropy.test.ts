import { expect, test } from "vitest";
import { add, exp, log1p, multiply, real, subtract, ulpError, type Real } from "../../test/high-precision.ts";
import { createGenerator } from "../random/index.ts";
import { binaryCrossEntropy, binaryCrossEntropyGradient, crossEntropy, sigmoid } from "./index.ts";

test("known losses: ln 2 at 0, the whole logit for a certain mistake, the tail for a certain hit", () => {
  expect(binaryCrossEntropy([0], [1])).toBe(Math.LN2);
  expect(binaryCrossEntropy([200], [0])).toBe(200);
  expect(binaryCrossEntropy([-1e6], [1])).toBe(1e6);
  expect(binaryCrossEntropy([40], [1])).toBe(4.248354255291589e-18);
  expect(binaryCrossEntropy([-40], [0])).toBe(4.248354255291589e-18);
  expect(binaryCrossEntropy([200, 0], [0, 1])).toBe((200 + Math.LN2) / 2);
});

test("the loss of one logit is within 4 ulp at 12,000 points, soft targets and weights included", () => {
  const random = createGenerator(71);
  const scales = [1e-10, 1, 5, 40, 745.2, 1e6];
  let worst = { z: 0, error: 0 };
  for (let i = 0; i < 12_000; i++) {
    const z = scales[i % scales.length] * (2 * random.uniform() - 1);
    const y = [0, 1, random.uniform()][random.below(3)];
    const positiveWeight = random.below(2) === 0 ? 1 : 10 * random.uniform() + 0.1;
    const positive = multiply(multiply(real(positiveWeight), real(y)), exactSoftplus(-z));
    const truth = add(positive, multiply(subtract(real(1), real(y)), exactSoftplus(z)));
    const error = ulpError(binaryCrossEntropy([z], [y], { positiveWeight }), truth);
    if (error > worst.error) worst = { z, error };
  }
  expect(worst.error, `at ${worst.z}`).toBeLessThanOrEqual(4);
});

test("it is cross-entropy over the two logits 0 and z", () => {
  for (const z of [-700, -3, 0, 0.5, 30, 700])
    for (const y of [0, 1]) expect(binaryCrossEntropy([z], [y])).toBe(crossEntropy([0, z], 2, [y]));
});

test("the gradient agrees with central differences at 60 seeded points", () => {
  const random = createGenerator(72);
  const h = 1e-5;
  for (let point = 0; point < 60; point++) {
    const logits = Array.from({ length: 4 }, () => 4 * random.normal());
    const targets = logits.map((_, i) => [0, 1, random.uniform(), random.uniform()][i]);
    const options = {
      positiveWeight: 0.5 + random.uniform(),
      sampleWeights: logits.map(() => random.uniform()),
    };
    const gradient = binaryCrossEntropyGradient(logits, targets, options);
    for (let i = 0; i < logits.length; i++) {
      const at = (step: number): number =>
        binaryCrossEntropy(logits.with(i, logits[i] + step), targets, options);
      const slope = (at(h) - at(-h)) / (2 * h);
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-9); // h²/6 and the loss's rounding over h
    }
  }
});

test("the gradient is σ(z) − y and keeps both tails", () => {
  const tail = 4.248354255291589e-18;
  expect([...binaryCrossEntropyGradient([40], [1])]).toEqual([-tail]);
  expect([...binaryCrossEntropyGradient([-40], [0])]).toEqual([tail]);
  expect([...binaryCrossEntropyGradient([2, -1000], [0, 1])]).toEqual([sigmoid(2) / 2, -0.5]);
});

test("a positive weight multiplies the positives' loss and not the divisor", () => {
  const options = { positiveWeight: 3 };
  expect(binaryCrossEntropy([0, 0], [1, 0], options)).toBe((3 * Math.LN2 + Math.LN2) / 2);
  expect([...binaryCrossEntropyGradient([0, 0], [1, 0], options)]).toEqual([-0.75, 0.25]);
});

test("sample weights make a weighted mean, and weight 0 leaves a logit out", () => {
  expect(binaryCrossEntropy([0, 8, Infinity], [1, 0.5, 0], { sampleWeights: [2, 0, 0] })).toBe(Math.LN2);
  const gradient = binaryCrossEntropyGradient([0, 8], [1, 0.5], { sampleWeights: [2, 0] });
  expect([...gradient]).toEqual([-0.5, 0]);
});

test("an infinite logit is certainty: 0 where it is right, Infinity where it is wrong", () => {
  expect(binaryCrossEntropy([Infinity, -Infinity], [1, 0])).toBe(0);
  expect(binaryCrossEntropy([Infinity], [0])).toBe(Infinity);
  expect(binaryCrossEntropy([-Infinity], [0.01])).toBe(Infinity);
  expect([...binaryCrossEntropyGradient([Infinity, -Infinity], [0, 1])]).toEqual([0.5, -0.5]);
});

test("bad input is refused with its place", () => {
  expect(() => binaryCrossEntropy([0, Number.NaN], [0, 1])).toThrow(
    "binaryCrossEntropy: logits must be numbers, got NaN at row 1",
  );
  expect(() => binaryCrossEntropy([0], [1.5])).toThrow("targets must be in [0, 1], got 1.5 at row 0");
  expect(() => binaryCrossEntropy([0], [Number.NaN])).toThrow("got NaN at row 0");
  expect(() => binaryCrossEntropy([0, 1], [0])).toThrow("targets must be one per logit, 2, got 1");
  expect(() => binaryCrossEntropy([], [])).toThrow("a mean needs at least one row, got none");
  expect(() => binaryCrossEntropyGradient([0], [1], { positiveWeight: 0 })).toThrow(
    "binaryCrossEntropyGradient: positiveWeight must be finite and above 0, got 0",
  );
});

function exactSoftplus(z: number): Real {
  const tail = log1p(exp(real(-Math.abs(z))));
  return z > 0 ? add(real(z), tail) : tail;
}
