import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { InputError } from "../errors/index.ts";
import { onlineSoftmax, softmax } from "./index.ts";

const ln = Math.log;

test("keeps a maximum and two sums, and rescales them when the maximum rises", () => {
  const [first, second, third] = onlineSoftmax([ln(2), ln(8), ln(4)], [1, 0, 2], 1);
  expect(first).toMatchObject({ largest: ln(2), factor: 0, weight: 1, sum: 1 });
  expect(second).toMatchObject({ largest: ln(8), weight: 1 });
  expect(second.factor).toBeCloseTo(1 / 4, 15);
  expect(second.sum).toBeCloseTo(5 / 4, 15);
  expect(second.output[0]).toBeCloseTo(1 / 5, 15);
  expect(third).toMatchObject({ largest: ln(8), factor: 1 });
  expect(third.sum).toBeCloseTo(7 / 4, 15);
  expect(third.output[0]).toBeCloseTo(5 / 7, 15);
});

test("after every score it is the softmax of those so far, times their values", () => {
  const random = createGenerator(1);
  const scores = Array.from({ length: 40 }, () => 20 * random.normal());
  const values = Array.from({ length: 120 }, () => random.normal());
  onlineSoftmax(scores, values, 3).forEach(({ output }, i) => {
    const weights = softmax(scores.slice(0, i + 1));
    for (let c = 0; c < 3; c++)
      expect(output[c]).toBeCloseTo(
        weights.reduce((sum, p, j) => sum + p * values[j * 3 + c], 0),
        13,
      );
  });
});

test("scores of ±1000 do not overflow, and a masked score counts nothing", () => {
  const steps = onlineSoftmax([-Infinity, -1000, 1000, -Infinity], [5, 1, 2, 7], 1);
  expect(steps.map(({ output }) => output[0])).toEqual([0, 1, 2, 2]);
  expect(steps.map(({ sum }) => sum)).toEqual([0, 1, 1, 1]);
});

test.each<[string, () => unknown]>([
  ["onlineSoftmax: columns must be a whole number ≥ 1, got 0", () => onlineSoftmax([1], [], 0)],
  ["onlineSoftmax: values must be 2 for each of 2 scores, got 3", () => onlineSoftmax([1, 2], [1, 2, 3], 2)],
  [
    "onlineSoftmax: values must be finite, got NaN at place 1",
    () => onlineSoftmax([1, 2], [1, Number.NaN], 1),
  ],
])("%s", (sentence, run) => {
  expect(run).toThrow(new InputError(sentence));
});
