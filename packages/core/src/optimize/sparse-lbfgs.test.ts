import { describe, expect, test } from "vitest";
import references from "../../test/references/sparse.json" with { type: "json" };
import { createSparseRows } from "../data/index.ts";
import { createTextEncoder, fitText } from "../features/index.ts";
import { createKernels, plainKernels, type CompressedRows, type Kernels } from "../kernels/index.ts";
import { sigmoid, softmax } from "../functions/index.ts";
import { sparseLbfgs } from "./index.ts";

const { texts, topics, labels, newTexts, cases } = references;
const input = fitText("text", { rows: texts.length, at: (row) => texts[row] });
const matrix = featuresOf(texts);
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

async function fit(kernels: Kernels, classes: Int32Array, outputs: number, l2: number, tolerance = 1e-13) {
  const sums = await kernels.createSparseSums({ matrix, labels: classes, outputs, sampleWeights: null });
  const lambda = new Float64Array(matrix.columns).fill(l2);
  const problem = { sums, lambda, labels: classes, sampleWeights: null, noise: 1e-15 };
  return sparseLbfgs(problem, { tolerance });
}

/** Logits of the new texts at θ. */
async function logitsOf(parameters: Float64Array, outputs: number): Promise<Float64Array> {
  const data = { matrix: fresh, labels: new Int32Array(fresh.rows), outputs, sampleWeights: null };
  return (await plainKernels.createSparseSums(data)).margins(parameters);
}

const kinds: Record<string, Kernels> = { "plain loops": plainKernels, SIMD: createKernels() };

describe.each(Object.keys(kinds))("%s", (name) => {
  test.each(cases)("softmax over tf-idf equals scikit-learn's within 1e-6: l2 $l2", async (each) => {
    const { parameters, status } = await fit(kinds[name], Int32Array.from(topics), 4, each.l2);
    expect(status).toBe("certified");
    const probabilities = softmax(await logitsOf(parameters, 4), 4);
    each.topics.flat().forEach((p, i) => expect(Math.abs(probabilities[i] - p)).toBeLessThan(1e-6));
  });

  test.each(cases)("labels one against the rest equal scikit-learn's within 1e-6: l2 $l2", async (each) => {
    for (let label = 0; label < labels[0].length; label++) {
      const marks = Int32Array.from(labels, (row) => row[label]);
      const { parameters } = await fit(kinds[name], marks, 1, each.l2);
      const logits = await logitsOf(parameters, 1);
      each.labels.forEach((row, i) => expect(Math.abs(sigmoid(logits[i]) - row[label])).toBeLessThan(1e-6));
    }
  });
});

test("the bound covers what is left to the optimum", async () => {
  const classes = Int32Array.from(topics);
  const rough = await fit(plainKernels, classes, 4, 0.01, 1e-3);
  const fine = await fit(plainKernels, classes, 4, 0.01);
  expect(rough.status).toBe("certified");
  expect(rough.objective).toBeGreaterThan(fine.objective);
  expect(rough.objective - fine.objective).toBeLessThanOrEqual(rough.gap ?? 0);
  expect(rough.passes).toBeLessThan(fine.passes);
});

test("a column that no row has keeps the weight 0, and one that comes once moves", async () => {
  const rows: CompressedRows = {
    rows: 4,
    columns: 3,
    starts: Uint32Array.of(0, 1, 1, 2, 3),
    indices: Uint32Array.of(0, 0, 2),
    values: Float32Array.of(1, 2, -1),
  };
  const classes = Int32Array.of(1, 0, 1, 0);
  const sums = await plainKernels.createSparseSums({
    matrix: rows,
    labels: classes,
    outputs: 1,
    sampleWeights: null,
  });
  const lambda = new Float64Array(3).fill(1);
  const { parameters } = await sparseLbfgs({
    sums,
    lambda,
    labels: classes,
    sampleWeights: null,
    noise: 1e-15,
  });
  expect(parameters[1]).toBe(0);
  expect(parameters[0]).toBeGreaterThan(0.1);
  expect(parameters[2]).toBeGreaterThan(0.1);
});
