import { describe, expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { plainLinearSums } from "./linear-sums.ts";
import { createSparseSums } from "./simd-sparse-sums.ts";
import { plainSparseSums, type SparseSums, type SparseSumsData } from "./sparse-sums.ts";

const cases = [
  { rows: 1, columns: 1, outputs: 1 },
  { rows: 7, columns: 5, outputs: 1, weighted: true },
  { rows: 64, columns: 40, outputs: 2 },
  { rows: 65, columns: 33, outputs: 3, weighted: true },
  { rows: 90, columns: 20, outputs: 8 },
  { rows: 90, columns: 20, outputs: 11, weighted: true },
] as const;

/** Rows of which one in four entries is not 0, some rows and columns without any; and the same as a dense matrix. */
function rowsOf({ rows, columns, outputs, ...more }: (typeof cases)[number], seed = 3) {
  const generator = createGenerator(seed);
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  const dense = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) {
      if (row % 6 === 5 || j % 9 === 8 || generator.below(4) > 0) continue;
      const value = Math.fround(generator.normal());
      indices.push(j);
      values.push(value);
      dense[row * columns + j] = value;
    }
    starts[row + 1] = indices.length;
  }
  const shared = {
    labels: Int32Array.from({ length: rows }, () => generator.below(Math.max(2, outputs))),
    outputs,
    sampleWeights:
      "weighted" in more ? Float64Array.from({ length: rows }, () => 3 * generator.uniform()) : null,
  };
  const matrix = {
    rows,
    columns,
    starts,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
  const sparse: SparseSumsData = { matrix, ...shared };
  return { sparse, dense: { values: dense, columns, scale: 1, ...shared } };
}

const twins: Record<string, (data: SparseSumsData) => SparseSums> = {
  "plain loops": plainSparseSums,
  SIMD: createSparseSums,
};

describe.each(Object.keys(twins))("%s", (name) => {
  test.each(cases)("the passes over sparse rows are those over the same rows in full: %o", async (each) => {
    const data = rowsOf(each);
    const sparse = twins[name](data.sparse);
    const dense = plainLinearSums(data.dense);
    const generator = createGenerator(4);
    const size = each.outputs * (each.columns + 1);
    const theta = Float64Array.from({ length: size }, () => generator.normal());
    const direction = Float64Array.from({ length: size }, () => generator.normal());
    expect(await sparse.place(theta)).toBeCloseTo(await dense.place(theta), 9);
    expectClose(await sparse.gradient(), await dense.gradient());
    await sparse.aim(direction);
    await dense.aim(direction);
    const look = sparse.look(0.3);
    expectClose(Object.values(look), Object.values(dense.look(0.3)));
    expect(sparse.move(0.3)).toBeCloseTo(dense.move(0.3), 9);
    expectClose(await sparse.gradient(), await dense.gradient());
    expectClose(await sparse.margins(direction), await dense.margins(direction));
    const some = Uint32Array.from({ length: Math.ceil(each.rows / 3) }, (_, i) => 3 * i);
    expectClose(sparse.probabilities(some), dense.probabilities(some));
  });

  test("the diagonal is the derivative of the gradient, parameter by parameter", async () => {
    const data = rowsOf(cases[3]);
    const sums = twins[name](data.sparse);
    const { columns, outputs } = cases[3];
    const generator = createGenerator(5);
    const theta = Float64Array.from({ length: outputs * (columns + 1) }, () => generator.normal() / 2);
    await sums.place(theta);
    const diagonal = sums.diagonal();
    const step = 1e-5;
    for (let i = 0; i < theta.length; i++) {
      const at = async (by: number): Promise<number> => {
        const near = theta.slice();
        near[i] += by;
        await sums.place(near);
        return (await sums.gradient())[i];
      };
      expect(((await at(step)) - (await at(-step))) / (2 * step)).toBeCloseTo(diagonal[i], 6);
    }
  });

  test("the rounding of the gradient is within what is told of it, and small", async () => {
    const data = rowsOf(cases[3]);
    const sums = twins[name](data.sparse);
    const theta = new Float64Array(cases[3].outputs * (cases[3].columns + 1)).fill(0.7);
    await sums.place(theta);
    const gradient = await sums.gradient();
    const other = plainLinearSums(data.dense);
    await other.place(theta);
    const same = await other.gradient();
    const errors = sums.gradientErrors(theta);
    gradient.forEach((value, i) => expect(Math.abs(value - same[i])).toBeLessThanOrEqual(2 * errors[i]));
    expect(Math.max(...errors)).toBeLessThan(1e-12);
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i] - expected[i])).toBeLessThan(1e-12 * scale);
}
