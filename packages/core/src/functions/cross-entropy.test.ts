import { expect, test } from "vitest";
import { multiply, real, softmaxOf, sum, ulpError } from "../../test/high-precision.ts";
import { hardRow } from "../../test/rows.ts";
import { createGenerator } from "../random/index.ts";
import { crossEntropy, crossEntropyGradient, softmax } from "./index.ts";

const LN2 = Math.LN2;

test("a certain mistake costs its whole gap: [200, 0] and class 1 give exactly 200", () => {
  expect(crossEntropy([200, 0], 2, [1])).toBe(200);
  expect(crossEntropy([0, -1e6], 2, [1])).toBe(1e6);
  expect(crossEntropy([200, 0], 2, [0])).toBe(1.3838965267367376e-87);
});

test("with all classes equal the loss is ln K, and the mean is over rows", () => {
  expect(crossEntropy([3, 3], 2, [0])).toBe(LN2);
  expect(crossEntropy([3, 3, 0, -200, 1, 1], 2, [0, 1, 1])).toBe((LN2 + 200 + LN2) / 3);
});

test("cross-entropy of one row is within 4 ulp at 10,000 rows", () => {
  const random = createGenerator(61);
  let worst = { row: [0], error: 0 };
  for (let i = 0; i < 10_000; i++) {
    const row = hardRow(random);
    const label = random.below(row.length);
    const { logProbabilities } = softmaxOf(row);
    const error = ulpError(-crossEntropy(row, row.length, [label]), logProbabilities[label]);
    if (error > worst.error) worst = { row, error };
  }
  expect(worst.error, `at [${worst.row.join(", ")}]`).toBeLessThanOrEqual(4);
});

test("soft targets average the losses of the classes, within K + 4 ulp", () => {
  const random = createGenerator(62);
  for (let i = 0; i < 500; i++) {
    const row = hardRow(random);
    const targets = softmax(row.map(() => random.normal()));
    const { logProbabilities } = softmaxOf(row);
    const truth = sum(logProbabilities.map((l, k) => multiply(l, real(targets[k]))));
    expect(ulpError(-crossEntropy(row, row.length, targets), truth)).toBeLessThan(row.length + 4);
  }
});

test("labels are targets with all weight on one class", () => {
  const logits = [1, 2, 0.5, -3, 0, 4];
  const hard = [2, 0];
  const soft = [0, 0, 1, 1, 0, 0];
  const options = { labelSmoothing: 0.1, sampleWeights: [2, 0.5] };
  expect(crossEntropy(logits, 3, hard, options)).toBe(crossEntropy(logits, 3, soft, options));
  expect(crossEntropyGradient(logits, 3, hard, options)).toEqual(
    crossEntropyGradient(logits, 3, soft, options),
  );
});

test("label smoothing mixes the target with the uniform one", () => {
  const logits = [2, -1, 0.25, 7];
  const smoothed = crossEntropy(logits, 4, [1], { labelSmoothing: 0.2 });
  expect(smoothed).toBeCloseTo(crossEntropy(logits, 4, [0.05, 0.85, 0.05, 0.05]), 14);
  const uniform = crossEntropy(logits, 4, [1], { labelSmoothing: 1 });
  expect(uniform).toBeCloseTo(crossEntropy(logits, 4, [0.25, 0.25, 0.25, 0.25]), 14);
  expect(crossEntropy(logits, 4, [1], { labelSmoothing: 0 })).toBe(crossEntropy(logits, 4, [1]));
});

test("a row of weight 2 counts as two rows, one of weight 0 not at all", () => {
  const logits = [1, 0, 3, -2, 0.5, 0.25];
  const twice = [1, 0, 3, -2, 3, -2];
  expect(crossEntropy(logits, 2, [1, 1, 0], { sampleWeights: [1, 2, 0] })).toBe(
    crossEntropy(twice, 2, [1, 1, 1]),
  );
  const gradient = crossEntropyGradient(logits, 2, [1, 1, 0], { sampleWeights: [1, 2, 0] });
  expect([...gradient.subarray(4)]).toEqual([0, 0]);
  // Even where its own loss is infinite.
  expect(crossEntropy([0, 0, -Infinity, 0], 2, [0, 0], { sampleWeights: [1, 0] })).toBe(LN2);
});

test("the gradient is p − y over the number of rows, and its rows sum to 0", () => {
  const logits = [0, 0, 1000, 0, 0, 0];
  expect([...crossEntropyGradient(logits, 2, [0, 1, 1])]).toEqual(
    [-0.5, 0.5, 1, -1, 0.5, -0.5].map((value) => value / 3),
  );
});

test("the gradient of the true class keeps its digits where p rounds to 1", () => {
  const tail = 4.248354255291589e-18;
  expect([...crossEntropyGradient([40, 0], 2, [0])]).toEqual([-tail, tail]);
});

test("the gradient agrees with central differences at 40 seeded points", () => {
  const random = createGenerator(63);
  const h = 1e-5;
  for (let point = 0; point < 40; point++) {
    const columns = 2 + random.below(5);
    const rows = 1 + random.below(3);
    const logits = Array.from({ length: rows * columns }, () => 3 * random.normal());
    const targets =
      point % 2 === 0
        ? Array.from({ length: rows }, () => random.below(columns))
        : softmax(
            logits.map(() => random.normal()),
            columns,
          );
    const options = {
      labelSmoothing: point % 4 < 2 ? 0 : 0.3,
      sampleWeights: logits.slice(0, rows).map(() => 0.1 + random.uniform()),
    };
    const gradient = crossEntropyGradient(logits, columns, targets, options);
    for (let i = 0; i < logits.length; i++) {
      const at = (step: number): number =>
        crossEntropy(logits.with(i, logits[i] + step), columns, targets, options);
      const slope = (at(h) - at(-h)) / (2 * h);
      expect(Math.abs(gradient[i] - slope)).toBeLessThan(1e-9); // h²/6 and the loss's rounding over h
    }
  }
});

test("a masked class costs Infinity where the target wants it, and nothing elsewhere", () => {
  expect(crossEntropy([0, 0, -Infinity], 3, [1])).toBe(LN2);
  expect(crossEntropy([0, 0, -Infinity], 3, [2])).toBe(Infinity);
  expect(crossEntropy([0, 0, -Infinity], 3, [0.5, 0.5, 0])).toBe(LN2);
  expect(crossEntropy([0, 0, -Infinity], 3, [1], { labelSmoothing: 0.1 })).toBe(Infinity);
  expect([...crossEntropyGradient([0, 0, -Infinity], 3, [1])]).toEqual([0.5, -0.5, 0]);
});

test("a fully masked row costs Infinity and has gradient 0", () => {
  const logits = [-Infinity, -Infinity, 0, 0];
  expect(crossEntropy(logits, 2, [0, 0])).toBe(Infinity);
  for (const label of [0, 1])
    expect([...crossEntropyGradient(logits, 2, [label, 0])]).toEqual([0, 0, -0.25, 0.25]);
});

test("bad input is refused with its place", () => {
  expect(() => crossEntropy([0, 0, 0], 3, [7])).toThrow(
    "crossEntropy: labels must be integers in [0, 3), got 7 at row 0",
  );
  expect(() => crossEntropy([0, 0], 2, [-1])).toThrow("got -1 at row 0");
  expect(() => crossEntropy([0, 0], 2, [0.5])).toThrow("got 0.5 at row 0");
  expect(() => crossEntropy([0, Number.NaN], 2, [0])).toThrow("crossEntropy: logits must be finite");
  expect(() => crossEntropy([0, 0], 2, [0.5, 0.6])).toThrow(
    "crossEntropy: targets of a row must sum to 1, got 1.1 at row 0",
  );
  expect(() => crossEntropy([0, 0], 2, [1.5, -0.5])).toThrow("must be in [0, 1], got 1.5 at row 0, column 0");
  expect(() => crossEntropy([0, 0, 0, 0], 2, [0, 1, 1])).toThrow(
    "crossEntropy: targets must be one label per row, 2, or one number per logit, 4, got 3",
  );
  expect(() => crossEntropy([], 2, [])).toThrow("crossEntropy: a mean needs at least one row, got none");
  expect(() => crossEntropyGradient([0, 0], 2, [0], { labelSmoothing: 1.2 })).toThrow(
    "crossEntropyGradient: labelSmoothing must be in [0, 1], got 1.2",
  );
  expect(() => crossEntropy([0, 0], 2, [0], { sampleWeights: [1, 1] })).toThrow("one per row, 1, got 2");
  expect(() => crossEntropy([0, 0], 2, [0], { sampleWeights: [-1] })).toThrow("got -1 at row 0");
  expect(() => crossEntropy([0, 0], 2, [0], { sampleWeights: [Number.NaN] })).toThrow("got NaN at row 0");
  expect(() => crossEntropy([0, 0], 2, [0], { sampleWeights: [0] })).toThrow("a finite sum above 0, got 0");
});
