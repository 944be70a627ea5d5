import { describe, expect, test } from "vitest";
import references from "../../test/references/sparse.json" with { type: "json" };
import { createSparseRows } from "../data/index.ts";
import { createTextEncoder, fitText } from "../features/index.ts";
import { sigmoid, softmax } from "../functions/index.ts";
import { createKernels, plainKernels, type CompressedRows, type Kernels } from "../kernels/index.ts";
import { fitSparseSigmoids, fitSparseSoftmax, lbfgs, type SparseSoftmax } from "./index.ts";

const { texts, topics, labels, newTexts, cases } = references;
const input = fitText("text", { rows: texts.length, at: (row) => texts[row] });
const training: SparseSoftmax = {
  ...featuresOf(texts),
  classes: 4,
  labels: Int32Array.from(topics),
  sampleWeights: null,
};
const fresh = featuresOf(newTexts);

function featuresOf(all: readonly string[]): CompressedRows {
  const encoder = createTextEncoder(input);
  const output = createSparseRows(all.length);
  for (const text of all) {
    encoder.encode(text, output, 0);
    output.endRow();
  }
  return output.take(encoder.width);
}

/** Logits of the new texts. */
function logitsOf(columns: Uint32Array, weights: Float64Array, bias: ArrayLike<number>): Float64Array {
  const output = new Float64Array(fresh.rows * bias.length);
  const placeOf = new Map(Array.from(columns, (column, place) => [column, place]));
  for (let row = 0; row < fresh.rows; row++)
    for (let k = 0; k < bias.length; k++) {
      let sum = bias[k];
      for (let i = fresh.starts[row]; i < fresh.starts[row + 1]; i++) {
        const place = placeOf.get(fresh.indices[i]);
        if (place !== undefined) sum += fresh.values[i] * weights[k * columns.length + place];
      }
      output[row * bias.length + k] = sum;
    }
  return output;
}

const kinds: Record<string, Kernels> = { "plain loops": plainKernels, SIMD: createKernels() };

describe.each(Object.keys(kinds))("by default tf-idf equals scikit-learn's within 1e-6, by %s", (name) => {
  test.each(cases)("softmax, l2 $l2", async ({ l2, topics: expected }) => {
    const fit = await fitSparseSoftmax(training, kinds[name], { l2 });
    expect(fit.status).toBe("certified");
    const probabilities = softmax(logitsOf(fit.columns, fit.weights, fit.bias), 4);
    expected.flat().forEach((p, i) => expect(Math.abs(probabilities[i] - p)).toBeLessThan(1e-6));
  });

  test.each(cases)("one against the rest, l2 $l2", async ({ l2, labels: expected }) => {
    const marks = Uint8Array.from(labels.flat());
    const data = { ...training, labels: labels[0].length, marks };
    const fits = await fitSparseSigmoids(data, kinds[name], { l2 });
    fits.forEach(({ columns, weights, bias }, label) => {
      const logits = logitsOf(columns, weights, [bias]);
      expected.forEach((row, i) => expect(Math.abs(sigmoid(logits[i]) - row[label])).toBeLessThan(1e-6));
    });
  });
});

test("the same rows in full have the same optimum", async () => {
  const { rows, columns, starts, indices, values } = training;
  const dense = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let i = starts[row]; i < starts[row + 1]; i++) dense[row * columns + indices[i]] = values[i];
  const sampleWeights = Float64Array.from({ length: rows }, (_, row) => (row % 3) + 0.5);
  const shared = { labels: training.labels, sampleWeights };
  const sums = await plainKernels.createLinearSums({
    values: dense,
    columns,
    scale: 1,
    outputs: 4,
    ...shared,
  });
  const lambda = new Float64Array(columns).fill(0.1);
  const full = await lbfgs({ sums, values: dense, lambda, noise: 1e-15, ...shared }, { tolerance: 1e-12 });
  const sparse = await fitSparseSoftmax({ ...training, sampleWeights }, plainKernels, {
    l2: 0.1,
    tolerance: 1e-12,
  });
  expect(sparse.objective / full.objective).toBeCloseTo(1, 11);
  sparse.columns.forEach((column, place) => {
    for (let k = 0; k < 4; k++)
      expect(sparse.weights[k * sparse.columns.length + place]).toBeCloseTo(
        full.parameters[k * columns + column],
        5,
      );
  });
});

test("the bound covers what is left to the optimum", async () => {
  const rough = await fitSparseSoftmax(training, plainKernels, { l2: 0.01, tolerance: 1e-3 });
  const fine = await fitSparseSoftmax(training, plainKernels, { l2: 0.01, tolerance: 1e-13 });
  expect(rough.status).toBe("certified");
  expect(rough.objective).toBeGreaterThan(fine.objective);
  expect(rough.objective - fine.objective).toBeLessThanOrEqual(rough.gap);
  expect(rough.passes).toBeLessThan(fine.passes);
});

test("columns that no row has are left out, and intercepts sum to zero", async () => {
  const rows: SparseSoftmax = {
    rows: 4,
    columns: 2 ** 18,
    starts: Uint32Array.of(0, 1, 1, 2, 3),
    indices: Uint32Array.of(7, 7, 200_000),
    values: Float32Array.of(1, 2, -1),
    classes: 3,
    labels: Int32Array.of(1, 0, 1, 2),
    sampleWeights: null,
  };
  const { columns, bias, weights } = await fitSparseSoftmax(rows, plainKernels);
  expect([...columns]).toEqual([7, 200_000]);
  expect(weights.length).toBe(6);
  expect(bias.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 14);
});

test("a signal stops it, and the status says so", async () => {
  const { status, gap } = await fitSparseSoftmax(training, plainKernels, { signal: { aborted: true } });
  expect(status).toBe("budget");
  expect(gap).toBeGreaterThan(0);
});
