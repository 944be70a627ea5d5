import { expect, test } from "vitest";
import references from "../../test/references/calibration.json" with { type: "json" };
import { drawRows, labelsOf, logitsOf, reorder, twoClasses } from "../../test/calibration-samples.ts";
import { logLoss } from "../evaluate/index.ts";
import { createVector, fitVector } from "./vector.ts";

test.each(references.metrics)("of $name: NumPy's weights and biases", (reference) => {
  const { columns, logits, labels, vector } = reference;
  const fit = fitVector(logitsOf(columns, logits), labelsOf(columns, labels), { l2: 1e-8 });
  expect(fit.status).toBe("converged");
  for (let k = 0; k < columns; k++) {
    expect(fit.weights[k]).toBeCloseTo(vector[k], 7);
    expect(fit.biases[k]).toBeCloseTo(vector[columns + k], 7);
  }
});

test("many rows give back the weights and biases their labels followed", () => {
  const weights = [0.5, 1.5, 1];
  const biases = [0.6, -0.4, -0.2];
  const [logits, labels] = drawRows(60_000, 3, 1, (z, k) => weights[k] * z + biases[k]);
  const fit = fitVector(logits, labels);
  weights.forEach((weight, k) => {
    expect(fit.weights[k]).toBeCloseTo(weight, 1);
    expect(fit.biases[k]).toBeCloseTo(biases[k], 1);
  });
});

test("no small step away from the fit lowers its loss", () => {
  const l2 = 0.5;
  const [logits, labels] = drawRows(200, 3, 2, (z, k) => 0.7 * z + k);
  const fit = fitVector(logits, labels, { l2 });
  const objective = (weights: Float64Array, biases: Float64Array): number => {
    const squares =
      weights.reduce((sum, w) => sum + (w - 1) ** 2, 0) + biases.reduce((sum, b) => sum + b * b, 0);
    return 200 * logLoss(createVector({ weights, biases }).apply(logits), labels) + (l2 / 2) * squares;
  };
  const h = 1e-4;
  for (let k = 0; k < 3; k++) {
    const moved = (numbers: Float64Array, by: number) =>
      numbers.map((value, i) => (i === k ? value + by : value));
    const { weights, biases } = fit;
    const slopeW = objective(moved(weights, h), biases) - objective(moved(weights, -h), biases);
    const slopeB = objective(weights, moved(biases, h)) - objective(weights, moved(biases, -h));
    expect(slopeW / (2 * h)).toBeCloseTo(0, 5);
    expect(slopeB / (2 * h)).toBeCloseTo(0, 5);
  }
});

test("classes in another order have their weights and biases in that order", () => {
  const [logits, labels] = drawRows(300, 3, 3, (z, k) => z * (1 + k / 4) - k);
  const order = [1, 2, 0];
  const permuted = labelsOf(
    3,
    Array.from(labels.indices, (label) => order.indexOf(label)),
  );
  const plain = fitVector(logits, labels);
  const other = fitVector(reorder(logits, order), permuted);
  order.forEach((from, to) => {
    expect(other.weights[to]).toBeCloseTo(plain.weights[from], 9);
    expect(other.biases[to]).toBeCloseTo(plain.biases[from], 9);
  });
});

test("separated rows have a finite fit, and masked classes stay masked", () => {
  const fit = fitVector(twoClasses([-2, -1, 1, 3]), labelsOf(2, [0, 0, 1, 1]));
  expect(fit.status).toBe("converged");
  expect(Math.max(...fit.weights)).toBeLessThan(50);
  const masked = logitsOf(3, [1, 0, -Infinity, 0, 1, 0, -1, 0, 2, 2, 1, 0]);
  const ofMasked = fitVector(masked, labelsOf(3, [0, 1, 2, 1]));
  expect(ofMasked.weights.every(Number.isFinite)).toBe(true);
  expect(ofMasked.apply(masked).values[2]).toBe(-Infinity);
});

test("wrong numbers and other classes are refused", () => {
  const vector = createVector({ weights: Float64Array.of(1, 1), biases: Float64Array.of(0, 0) });
  expect(vector.parameterCount).toBe(4);
  expect(() => vector.apply(logitsOf(3, [1, 2, 3]))).toThrow(
    "vector.apply: logits must have 2 columns, one per class, got 3",
  );
  expect(() => vector.apply(twoClasses([NaN]))).toThrow("got NaN at row 0, column 1");
  expect(() => createVector({ weights: Float64Array.of(1), biases: Float64Array.of(0, 0) })).toThrow(
    "createVector: weights and biases must be as many, got 1 and 2",
  );
  expect(() => fitVector(twoClasses([1, 2]), labelsOf(2, [0, 1]), { l2: 0 })).toThrow(
    "fitVector: l2 must be finite and above 0, got 0",
  );
  expect(() => fitVector(twoClasses([1, 2]), labelsOf(2, [1, 1]))).toThrow(
    'fitVector: each class needs a calibration row, got none of class "c0"',
  );
});

test("of many rows the start comes from some of them: rows that all come twice give the same numbers", () => {
  const [logits, labels] = drawRows(30_000, 3, 12, (z, k) => 2 * z + k);
  const twice = logitsOf(3, [...logits.values, ...logits.values]);
  const labelsTwice = labelsOf(3, [...labels.indices, ...labels.indices]);
  const once = fitVector(logits, labels);
  const { weights, biases, status } = fitVector(twice, labelsTwice, { l2: 2e-3 });
  expect(status).toBe("converged");
  weights.forEach((weight, k) => expect(weight).toBeCloseTo(once.weights[k], 10));
  biases.forEach((bias, k) => expect(bias).toBeCloseTo(once.biases[k], 10));
});
