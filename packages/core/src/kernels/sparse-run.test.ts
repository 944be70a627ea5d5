import { expect, test } from "vitest";
import { createGenerator, shuffle } from "../random/index.ts";
import { plainKernels } from "./index.ts";
import { createSparseRun } from "./sparse-run.ts";

const rows = 50;
const columns = 12;

/** Rows of which two in three entries are 0, and the same in full. */
function data(seed = 1) {
  const generator = createGenerator(seed);
  const dense = Float32Array.from({ length: rows * columns }, () =>
    generator.below(3) > 0 ? 0 : generator.normal(),
  );
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) if (dense[row * columns + j] !== 0) indices.push(j);
    starts[row + 1] = indices.length;
  }
  const values = dense.filter((value) => value !== 0);
  const matrix = { rows, columns, starts, indices: Uint32Array.from(indices), values };
  return { matrix, dense, generator };
}

const options = { learningRates: Float32Array.of(0.5, 0.4, 0.3, 0.2, 0.1), momentum: 0, decay: 0.2 };

test.each([null, "weights"])(
  "a softmax takes the steps that it takes on the same rows in full: %s",
  async (weighted) => {
    const { matrix, dense, generator } = data();
    const targets = Int32Array.from({ length: rows }, () => generator.below(3));
    const sampleWeights = weighted === null ? null : Float64Array.from(targets, (_, row) => (row % 4) / 2);
    const layer = {
      weights: Float32Array.from({ length: 3 * columns }, () => generator.normal()),
      bias: Float32Array.of(0.1, -0.2, 0.3),
    };
    const sparse = createSparseRun({ matrix, targets, sampleWeights, layer });
    const full = await plainKernels.createSoftmaxRun({
      values: dense,
      columns,
      scale: 1,
      labels: targets,
      sampleWeights: sampleWeights && Float32Array.from(sampleWeights),
      classes: 3,
      layer,
      velocity: null,
    });
    shuffle(sparse.order, generator);
    full.order.set(sparse.order);
    const totals = await sparse.steps(0, rows, 11, options);
    const expected = await full.steps(0, rows, 11, options);
    expect(totals.right).toBe(expected.right);
    expect(totals.loss).toBeCloseTo(expected.loss, 4);
    const found = sparse.layer();
    const there = full.layer();
    found.weights.forEach((weight, i) => expect(weight).toBeCloseTo(there.weights[i], 5));
    found.bias.forEach((bias, k) => expect(bias).toBeCloseTo(there.bias[k], 5));
  },
);

test("sigmoids side by side take the steps of each by itself, to the last bit", async () => {
  const { matrix, generator } = data(2);
  const marks = Uint8Array.from({ length: 4 * rows }, () => generator.below(2));
  const layerOf = (outputs: number) => ({
    weights: new Float32Array(outputs * columns).fill(0.5),
    bias: new Float32Array(outputs),
  });
  const all = createSparseRun({ matrix, targets: marks, sampleWeights: null, layer: layerOf(4) });
  const { loss } = await all.steps(0, rows, 8, { ...options, learningRates: new Float32Array(7).fill(0.5) });
  let sum = 0;
  for (let k = 0; k < 4; k++) {
    const own = marks.filter((_, i) => i % 4 === k);
    const one = createSparseRun({ matrix, targets: own, sampleWeights: null, layer: layerOf(1) });
    sum += (await one.steps(0, rows, 8, { ...options, learningRates: new Float32Array(7).fill(0.5) })).loss;
    expect([...one.layer().weights]).toEqual([
      ...all.layer().weights.subarray(k * columns, (k + 1) * columns),
    ]);
  }
  expect(loss).toBeCloseTo(sum, 10);
});

test("one step by hand: a row of one entry, marked", async () => {
  const matrix = {
    rows: 1,
    columns: 2,
    starts: Uint32Array.of(0, 1),
    indices: Uint32Array.of(1),
    values: Float32Array.of(2),
  };
  const run = createSparseRun({
    matrix,
    targets: Uint8Array.of(1),
    sampleWeights: null,
    layer: { weights: Float32Array.of(4, 0), bias: Float32Array.of(0) },
  });
  const totals = await run.steps(0, 1, 1, {
    learningRates: Float32Array.of(1),
    momentum: 0,
    decay: 0.25,
  });
  expect(totals).toEqual({
    loss: Math.fround(Math.LN2) === Math.fround(totals.loss) ? totals.loss : NaN,
    right: 0,
  });
  // The penalty takes a quarter of each weight; the loss adds ½ · 2 to the row's own.
  expect([...run.layer().weights]).toEqual([3, 1]);
  expect([...run.layer().bias]).toEqual([0.5]);
});

test("a penalty that takes nearly all, or all, of the weights in a step leaves no NaN", async () => {
  const { matrix } = data(3);
  const targets = new Uint8Array(rows).fill(1);
  for (const decay of [1, 1 - 1e-9]) {
    const layer = { weights: new Float32Array(columns).fill(1), bias: new Float32Array(1) };
    const run = createSparseRun({ matrix, targets, sampleWeights: null, layer });
    await run.steps(0, rows, 25, { learningRates: Float32Array.of(1, 1), momentum: 0, decay });
    expect(run.layer().weights.every(Number.isFinite)).toBe(true);
  }
});
