import { describe, expect, test } from "vitest";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { createKernels, plainKernels, type Kernels, type SoftmaxRunData } from "./index.ts";

const twins: [string, Kernels][] = [
  ["plain", plainKernels],
  ["simd", createKernels()],
];

describe.each(twins)("softmaxRows, %s", (_name, kernels) => {
  const shares = (values: number[], columns: number): number[] => {
    const output = new Float32Array(values.length);
    kernels.softmaxRows(Float32Array.from(values), columns, output);
    return [...output];
  };

  test("gives the shares of exp", () => {
    const [a, b, c] = shares([1, 2, 3], 3);
    expect(a).toBeCloseTo(0.09003057317038046, 6);
    expect(b).toBeCloseTo(0.24472847105479764, 6);
    expect(c).toBeCloseTo(0.6652409557748219, 6);
  });

  test("one column is certain, ties share alike, a row does not feel its neighbours", () => {
    expect(shares([5, -1000, 1e30], 1)).toEqual([1, 1, 1]);
    expect(shares([0, 0, 1000, 1000], 2)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test("extremes neither overflow nor make NaN", () => {
    expect(shares([1000, -1000], 2)).toEqual([1, 0]);
    expect(shares([-3e38, 3e38, 0], 3)).toEqual([0, 1, 0]);
  });

  test("−Infinity masks a class, and a fully masked row gives zeros", () => {
    expect(shares([-Infinity, 0, 0, -Infinity], 4)).toEqual([0, 0.5, 0.5, 0]);
    expect(shares(Array<number>(7).fill(-Infinity), 7)).toEqual(Array(7).fill(0));
  });

  test("output may be the input", () => {
    const z = Float32Array.of(0, 0, 0, 0, 1, 1);
    kernels.softmaxRows(z, 2, z);
    expect([...z]).toEqual(Array(6).fill(0.5));
  });

  test("rows in the kernels' own memory get the same bits", () => {
    const generator = createGenerator(5);
    const logits = Float32Array.from({ length: 77 * 13 }, () => generator.normal());
    const output = new Float32Array(logits.length);
    kernels.softmaxRows(logits, 13, output);
    const rows = kernels.createSoftmaxRows(77, 13);
    rows.values.set(logits);
    rows.apply();
    expect([...rows.values]).toEqual([...output]);
  });

  test.each([1, 2, 3, 4, 5, 7, 8, 9, 10, 17, 31, 100, 1000, 1025, 128_256])(
    "relative error below 2e-6 for %i columns of logits in ±10",
    (columns) => {
      const generator = createGenerator(columns);
      const rows = Math.max(1, Math.floor(4000 / columns));
      const logits = Float32Array.from({ length: rows * columns }, () => 20 * generator.uniform() - 10);
      const output = new Float32Array(logits.length);
      kernels.softmaxRows(logits, columns, output);
      let worst = 0;
      for (let start = 0; start < logits.length; start += columns) {
        const row = logits.subarray(start, start + columns);
        const max = row.reduce((a, b) => Math.max(a, b));
        const sum = row.reduce((total, z) => total + Math.exp(z - max), 0);
        row.forEach((z, j) => {
          const exact = Math.exp(z - max) / sum;
          worst = Math.max(worst, Math.abs(output[start + j] - exact) / exact);
        });
      }
      expect(worst).toBeLessThan(2e-6);
    },
  );
});

/** Rows whose labels depend on the columns, so that there is something to learn. */
function randomData(rows: number, columns: number, classes: number, isBytes: boolean): SoftmaxRunData {
  const generator = createGenerator(rows * 1000 + columns * 10 + classes);
  const values = isBytes ? new Uint8Array(rows * columns) : new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = isBytes ? generator.below(256) : generator.normal();
  const labels = Int32Array.from({ length: rows }, () => generator.below(classes));
  const weights = Float32Array.from({ length: classes * columns }, () => 0.01 * generator.normal());
  const bias = Float32Array.from({ length: classes }, () => generator.normal());
  return {
    values,
    columns,
    scale: isBytes ? 1 / 255 : 1,
    labels,
    sampleWeights: null,
    classes,
    layer: { weights, bias },
    velocity: { weights: new Float32Array(weights.length), bias: new Float32Array(classes) },
  };
}

/** The same rate for every step. */
function rates(rate: number): Float32Array {
  return new Float32Array(100).fill(rate);
}

const shapes = [
  { rows: 1, columns: 1, classes: 2, isBytes: true },
  { rows: 1, columns: 1, classes: 1, isBytes: false },
  { rows: 3, columns: 4, classes: 3, isBytes: false },
  { rows: 63, columns: 15, classes: 4, isBytes: true },
  { rows: 64, columns: 16, classes: 5, isBytes: false },
  { rows: 65, columns: 17, classes: 6, isBytes: true },
  { rows: 129, columns: 33, classes: 7, isBytes: false },
  { rows: 352, columns: 100, classes: 10, isBytes: true },
  { rows: 70, columns: 5, classes: 1000, isBytes: false },
];

describe.each(twins)("softmaxExactly, %s", (_name, kernels) => {
  const softmaxOf = (logits: Float32Array | Float64Array, columns: number): Float64Array => {
    const output = new Float64Array(logits.length);
    kernels.softmaxExactly(logits, columns, output);
    return output;
  };

  test("has the bits of the softmax function for rows of every size, calm and wild, float32 and float64", () => {
    const generator = createGenerator(5);
    for (const columns of [1, 2, 3, 10, 1000])
      for (const rows of columns < 1000 ? [1, 2, 3, 64, 101] : [3])
        for (const spread of [1, 30, 1000]) {
          const logits = Float64Array.from({ length: rows * columns }, () => spread * generator.normal());
          expect(softmaxOf(logits, columns)).toEqual(softmax(logits, columns));
          const narrow = Float32Array.from(logits);
          expect(softmaxOf(narrow, columns)).toEqual(softmax(narrow, columns));
        }
  });

  test("tiny shares are as subnormal as they are, beyond them 0", () => {
    const logits = Float64Array.from({ length: 100 }, (_, i) => -700 - i / 2).fill(0, 0, 1);
    expect(softmaxOf(logits, 100)).toEqual(softmax(logits, 100));
    expect(softmaxOf(logits, 100)[90]).toBeGreaterThan(0);
    expect(softmaxOf(logits, 100)[99]).toBe(0);
  });

  test("−Infinity masks a class, and a fully masked row gives zeros beside one that is not", () => {
    const masked = Float64Array.of(-Infinity, 0, -Infinity, -Infinity, 3, 3);
    expect([...softmaxOf(masked, 2)]).toEqual([0, 1, 0, 0, 0.5, 0.5]);
  });
});

describe.each(twins)("linear, %s", (_name, kernels) => {
  test.each(shapes)("$rows × $columns → $classes, bytes: $isBytes", (shape) => {
    const { values, columns, scale, layer } = randomData(
      shape.rows,
      shape.columns,
      shape.classes,
      shape.isBytes,
    );
    const output = new Float32Array(shape.rows * shape.classes);
    kernels.linear(layer, { values, columns, scale }, output);
    for (let i = 0; i < shape.rows; i++)
      for (let k = 0; k < shape.classes; k++) {
        let expected = layer.bias[k];
        let size = Math.abs(layer.bias[k]);
        for (let j = 0; j < columns; j++) {
          const term = scale * values[i * columns + j] * layer.weights[k * columns + j];
          expected += term;
          size += Math.abs(term);
        }
        // Each float32 addition may lose half an ulp of the sum of sizes.
        expect(Math.abs(output[i * shape.classes + k] - expected)).toBeLessThanOrEqual(1e-6 * size);
      }
  });
});

describe("softmax regression steps", () => {
  test.each(shapes)("the twins agree: $rows × $columns → $classes, bytes: $isBytes", async (shape) => {
    const data = randomData(shape.rows, shape.columns, shape.classes, shape.isBytes);
    const options = { learningRates: rates(0.1), momentum: 0.9, decay: 0.01 };
    const [plain, simd] = await Promise.all(twins.map(([, kernels]) => kernels.createSoftmaxRun(data)));
    for (let epoch = 0; epoch < 3; epoch++) {
      for (const run of [plain, simd]) run.order.reverse();
      const expected = await plain.steps(0, shape.rows, 32, options);
      const got = await simd.steps(0, shape.rows, 32, options);
      expect(got.right).toBe(expected.right);
      // float32 sums over at most a few hundred columns and rows
      expect(Math.abs(got.loss - expected.loss)).toBeLessThanOrEqual(2e-5 * Math.abs(expected.loss) + 1e-6);
    }
    const a = plain.layer();
    const b = simd.layer();
    for (let i = 0; i < a.weights.length; i++)
      expect(Math.abs(a.weights[i] - b.weights[i])).toBeLessThan(2e-6);
    for (let k = 0; k < a.bias.length; k++) expect(Math.abs(a.bias[k] - b.bias[k])).toBeLessThan(2e-5);
  });

  test.each(shapes)(
    "and with weighted rows that are mostly zero: $rows × $columns → $classes, bytes: $isBytes",
    async (shape) => {
      const data = randomData(shape.rows, shape.columns, shape.classes, shape.isBytes);
      const generator = createGenerator(8);
      data.values.forEach((_, i) => {
        if (generator.below(5) > 0) data.values[i] = 0;
      });
      const sampleWeights = Float32Array.from(data.labels, (_, row) =>
        row % 4 === 1 ? 0 : 2 * generator.uniform(),
      );
      const options = { learningRates: rates(0.1), momentum: 0.9, decay: 0.01 };
      const [plain, simd] = await Promise.all(
        twins.map(([, kernels]) => kernels.createSoftmaxRun({ ...data, sampleWeights })),
      );
      const expected = await plain.steps(0, shape.rows, 32, options);
      const got = await simd.steps(0, shape.rows, 32, options);
      expect(got.right).toBe(expected.right);
      expect(Math.abs(got.loss - expected.loss)).toBeLessThanOrEqual(2e-5 * Math.abs(expected.loss) + 1e-6);
      const [a, b] = [plain.layer(), simd.layer()];
      a.weights.forEach((w, i) => expect(Math.abs(w - b.weights[i])).toBeLessThan(2e-6));
      a.bias.forEach((w, k) => expect(Math.abs(w - b.bias[k])).toBeLessThan(2e-5));
    },
  );

  test.each(twins)(
    "a row of weight 2 counts as two, one of weight 0 not at all, %s",
    async (_name, kernels) => {
      const data = { ...randomData(3, 5, 4, false), velocity: null };
      const options = { learningRates: rates(0.5), momentum: 0, decay: 0 };
      const weighted = await kernels.createSoftmaxRun({ ...data, sampleWeights: Float32Array.of(2, 1, 0) });
      const repeated = await kernels.createSoftmaxRun({
        ...data,
        values: Float32Array.of(...data.values.subarray(0, 5), ...data.values.subarray(0, 10)),
        labels: Int32Array.of(data.labels[0], data.labels[0], data.labels[1]),
      });
      const [a, b] = [await weighted.steps(0, 3, 3, options), await repeated.steps(0, 3, 3, options)];
      expect(a.loss).toBeCloseTo(b.loss, 6);
      const [one, other] = [weighted.layer(), repeated.layer()];
      one.weights.forEach((w, i) => expect(w).toBeCloseTo(other.weights[i], 6));
      one.bias.forEach((w, k) => expect(w).toBeCloseTo(other.bias[k], 6));
    },
  );

  test.each(twins)("the gradient is that of the mean loss plus the penalty, %s", async (_name, kernels) => {
    const data = { ...randomData(5, 3, 4, false), velocity: null };
    const decay = 0.3;
    const loss = async (weights: Float32Array, bias: Float32Array): Promise<number> => {
      const run = await kernels.createSoftmaxRun({ ...data, layer: { weights, bias } });
      const { loss: sum } = await run.steps(0, 5, 5, { learningRates: rates(0), momentum: 0, decay });
      return sum / 5 + (decay / 2) * weights.reduce((total, w) => total + w * w, 0);
    };
    const { weights, bias } = data.layer;
    const run = await kernels.createSoftmaxRun(data);
    await run.steps(0, 5, 5, { learningRates: rates(1), momentum: 0, decay });
    const after = run.layer();
    const h = 2 ** -6; // float32 losses: a large step, and a tolerance to match
    for (const [from, to, place] of [
      [weights, after.weights, 0],
      [bias, after.bias, 1],
    ] as const)
      for (let i = 0; i < from.length; i++) {
        const up = from.slice();
        const down = from.slice();
        up[i] += h;
        down[i] -= h;
        const slope =
          place === 0
            ? ((await loss(up, bias)) - (await loss(down, bias))) / (2 * h)
            : ((await loss(weights, up)) - (await loss(weights, down))) / (2 * h);
        expect(from[i] - to[i]).toBeCloseTo(slope, 3);
      }
  });

  test.each(twins)("a short last batch is divided by its own size, %s", async (_name, kernels) => {
    const data = { ...randomData(96, 8, 3, false), velocity: null };
    const options = { learningRates: rates(0.5), momentum: 0, decay: 0 };
    const whole = await kernels.createSoftmaxRun(data);
    await whole.steps(0, 96, 64, options);
    const parts = await kernels.createSoftmaxRun(data);
    await parts.steps(0, 64, 64, options);
    await parts.steps(64, 32, 32, options);
    expect(whole.layer()).toEqual(parts.layer());
  });

  test("a huge learning rate ends in a loss that is not finite, never in a hang", async () => {
    const run = await createKernels().createSoftmaxRun(randomData(64, 10, 3, false));
    let loss = 0;
    for (let i = 0; i < 20; i++)
      ({ loss } = await run.steps(0, 64, 16, { learningRates: rates(1e38), momentum: 0.9, decay: 0 }));
    expect(Number.isFinite(loss)).toBe(false);
  });
});
