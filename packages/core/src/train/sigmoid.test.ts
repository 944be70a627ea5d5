import { describe, expect, test } from "vitest";
import { labelsOf, matrix } from "../data/index.ts";
import { evaluate } from "../evaluate/index.ts";
import { createKernels, plainKernels } from "../kernels/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import { fitClassifier } from "./index.ts";

const columns = 5;
const generator = createGenerator(2);
const values = Float32Array.from({ length: 300 * columns }, () => generator.normal());
const truth = Uint8Array.from({ length: 300 }, (_, i) => {
  const z = 2 * values[i * columns] - values[i * columns + 1] + 0.5 * values[i * columns + 4];
  return Number(generator.uniform() < 1 / (1 + Math.exp(-z)));
});
const data = { features: matrix(values, 300, columns), labels: labelsOf([...truth]) };

const settings = { epochs: 6, batch: 32, learningRate: 0.4, momentum: 0.8, l2: 3, seed: 11 };

/** Logistic regression with one output, by the book and in float64: g = mean (σ(z) − y) x + (λ/n) w. */
function byTheBook(): { weights: Float64Array; bias: number; losses: number[] } {
  const { epochs, batch, learningRate, momentum, l2, seed } = settings;
  const start = createGenerator(seed);
  const weights = Float64Array.from({ length: columns }, () => Math.fround(0.01 * start.normal()));
  const velocity = new Float64Array(columns + 1);
  let bias = 0;
  const losses: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = Uint32Array.from({ length: 300 }, (_, i) => i);
    shuffle(order, createGenerator(seed, epoch));
    let loss = 0;
    for (let from = 0; from < 300; from += batch) {
      const rows = order.subarray(from, from + batch);
      const gradient = new Float64Array(columns + 1);
      for (const row of rows) {
        const x = [...values.subarray(row * columns, (row + 1) * columns), 1];
        const z = x.reduce((sum, value, j) => sum + value * (j < columns ? weights[j] : bias), 0);
        loss += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - truth[row] * z;
        const residual = 1 / (1 + Math.exp(-z)) - truth[row];
        x.forEach((value, j) => void (gradient[j] += (residual * value) / rows.length));
      }
      for (let j = 0; j <= columns; j++) {
        velocity[j] = momentum * velocity[j] + gradient[j] + (j < columns ? (l2 / 300) * weights[j] : 0);
        if (j < columns) weights[j] -= learningRate * velocity[j];
        else bias -= learningRate * velocity[j];
      }
    }
    losses.push(loss / 300);
  }
  return { weights, bias, losses };
}

describe.each([
  ["plain", plainKernels],
  ["simd", createKernels()],
])("the sigmoid head, on %s kernels", (_name, kernels) => {
  test("takes the steps of logistic regression with one output, up to float32 rounding", async () => {
    const model = await fitClassifier(data, { ...settings, head: "sigmoid", scaling: 1, kernels });
    const expected = byTheBook();
    const [{ weights, bias }] = model.layers;
    expect(weights).toHaveLength(columns);
    expect(bias).toHaveLength(1);
    expect(Math.abs(expected.weights[0])).toBeGreaterThan(0.5); // something was learned
    // 60 steps of float32, weights near 1: some tens of roundings of 6e-8.
    expected.weights.forEach((weight, j) => expect(Math.abs(weights[j] - weight)).toBeLessThan(2e-6));
    expect(Math.abs(bias[0] - expected.bias)).toBeLessThan(2e-6);
    model.training.history.forEach(({ loss }, i) =>
      expect(Math.abs(loss - expected.losses[i])).toBeLessThan(2e-6),
    );
    expect(model.training.options).toMatchObject({ learningRate: 0.4, l2: 3 });
    expect(model.head.kind).toBe("sigmoid");
  });

  test("shows the weights of its one output while it learns", async () => {
    let last = null;
    const model = await fitClassifier(data, {
      ...settings,
      head: "sigmoid",
      kernels,
      onProgress: ({ layer }) => void (last = layer()),
    });
    expect(last).toEqual(model.layers[0]);
  });
});

test("logits have a column per class, so metrics take them", async () => {
  const model = await fitClassifier(data, { ...settings, head: "sigmoid", learningRate: 0.01, epochs: 200 });
  const evaluation = evaluate(model.logits(data.features), data.labels);
  expect(evaluation.rows).toBe(300);
  expect(Math.abs(evaluation.logLoss - model.training.history[199].loss)).toBeLessThan(1e-3);
  expect(evaluation.accuracy).toBeGreaterThan(0.75);
});

test("the softmax with half the rate and twice the penalty ends at the same probabilities", async () => {
  // Their starts differ, but in 400 epochs they are forgotten.
  const long = { ...settings, momentum: 0, epochs: 400 };
  const sigmoid = await fitClassifier(data, { ...long, head: "sigmoid", learningRate: 0.2, l2: 3 });
  const softmax = await fitClassifier(data, { ...long, head: "softmax", learningRate: 0.1, l2: 6 });
  const [{ weights }] = softmax.layers;
  for (let j = 0; j < columns; j++)
    expect(Math.abs(weights[columns + j] - weights[j] - sigmoid.layers[0].weights[j])).toBeLessThan(1e-4);
});
