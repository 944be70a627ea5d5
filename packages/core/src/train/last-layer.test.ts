import { expect, test } from "vitest";
import { coefficients, contributions, predictIntervals } from "../inference/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type TrainingData } from "./index.ts";

const generator = createGenerator(1);
const rows = 80;
const values = Float64Array.from({ length: 2 * rows }, () => generator.normal());
const data: TrainingData = {
  features: { rows, columns: 2, values },
  labels: {
    classes: ["a", "b"],
    indices: Int32Array.from({ length: rows }, (_, i) => Number(values[2 * i] * values[2 * i + 1] > 0)),
  },
};

test("a network keeps Laplace's covariance of its last layer: the inverse of Σ p(1 − p) φφᵀ + λI", async () => {
  const model = await fitClassifier(data, { hidden: "3:tanh", epochs: 100, l2: 2 });
  const covariance = model.inference?.covariance;
  if (covariance?.kind !== "laplace") throw new Error("no such covariance");
  const phi = model.encode({ rows, columns: 2, values });
  const probabilities = model.predict({ rows, columns: 2, values }).values;
  const size = phi.columns + 1;
  const information = new Float64Array(size * size);
  for (let row = 0; row < rows; row++) {
    const x = [...phi.values.subarray(row * phi.columns, (row + 1) * phi.columns), 1];
    const weight = probabilities[2 * row] * probabilities[2 * row + 1];
    x.forEach((a, i) => x.forEach((b, j) => (information[i * size + j] += weight * a * b)));
  }
  for (let j = 0; j < phi.columns; j++) information[j * size + j] += 2;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let product = 0;
      for (let k = 0; k < size; k++) product += information[i * size + k] * covariance.values[k * size + j];
      expect(product).toBeCloseTo(Number(i === j), 4);
    }
});

test("its intervals widen where rows say little, and there are none when none are wanted", async () => {
  const model = await fitClassifier(data, { hidden: "8:relu", epochs: 60 });
  const { low, high, probabilities } = predictIntervals(model, { rows, columns: 2, values });
  probabilities.values.forEach((p, i) => {
    expect(low[i]).toBeLessThan(p);
    expect(high[i]).toBeGreaterThan(p);
  });
  const none = await fitClassifier(data, { hidden: "8:relu", epochs: 2, covariance: "none" });
  expect(none.inference).toBeNull();
});

test("no column has a weight of its own: coefficients and contributions say so", async () => {
  const model = await fitClassifier(data, { hidden: "4:relu", epochs: 2 });
  const reason =
    "the model has hidden layers, so no weight belongs to a column; a linear model (without hidden) has such weights";
  expect(() => coefficients(model)).toThrow(`coefficients: ${reason}`);
  const one = { rows: 1, columns: 2, values: values.slice(0, 2) };
  expect(() => contributions(model, one)).toThrow(`contributions: ${reason}`);
});
