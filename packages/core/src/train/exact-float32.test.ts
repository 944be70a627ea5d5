import { describe, expect, test } from "vitest";
import { matrix } from "../data/index.ts";
import { coefficients } from "../inference/index.ts";
import { createKernels, type Kernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier } from "./index.ts";

describe("what is told of a fit that was searched in float32", () => {
  test("the loss is float64's own, at the weights that were found", async () => {
    const generator = createGenerator(11);
    const [rows, columns] = [4000, 300]; // above the numbers that bytes are solved in float64 for
    const values = Uint8Array.from({ length: rows * columns }, () => generator.below(256));
    const indices = Int32Array.from({ length: rows }, (_, row) =>
      values[row * columns] + 40 * generator.normal() > 127 ? 1 : 0,
    );
    const model = await fitClassifier(
      { features: matrix(values, rows, columns), labels: { classes: ["a", "b"], indices } },
      { scaling: 255, covariance: "none" },
    );
    const { weights, bias } = model.layers[0];
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      let z = bias[0];
      for (let j = 0; j < columns; j++) z += (weights[j] * values[row * columns + j]) / 255;
      const own = indices[row] === 1 ? z : -z;
      loss += Math.max(-own, 0) + Math.log1p(Math.exp(-Math.abs(own)));
    }
    const penalty = Float64Array.from(weights).reduce((sum, w) => sum + w * w, 0) / 2;
    const { objective = 0 } = model.training.optimum ?? {};
    expect(objective / (loss + penalty)).toBeCloseTo(1, 11);
  });

  test.each([
    [0, Number.NaN],
    [599_999, -Infinity],
  ])(
    "what is not finite is refused though nobody looked before it was rounded: row %i, %f",
    async (row, bad) => {
      const [rows, columns] = [600_000, 28]; // above the numbers that float64 is solved in float64 for
      const values = new Float64Array(rows * columns).fill(0.5);
      values[row * columns + 27] = bad;
      const indices = Int32Array.from({ length: rows }, (_, i) => i % 2);
      const data = { features: { rows, columns, values }, labels: { classes: ["a", "b"], indices } };
      await expect(fitClassifier(data, { scaling: 1 })).rejects.toThrow(
        `matrix: values must be finite numbers, got ${bad} at row ${row}, column 27`,
      );
    },
  );

  test.each([
    ["float32", new Float32Array(1_100_000)],
    ["bytes", new Uint8Array(1_100_000)],
  ])("many rows of %s are begun with the solution of a part of them", async (_, values) => {
    const [rows, columns] = [100_000, 11];
    const generator = createGenerator(15);
    for (let i = 0; i < values.length; i++) values[i] = generator.below(9);
    const indices = new Int32Array(rows);
    for (let row = 0; row < rows; row++)
      indices[row] = Number(values[row * columns] + generator.normal() > 4);
    const own = createKernels();
    const starts: { rows: number; isZero: boolean }[] = [];
    const kernels: Kernels = {
      ...own,
      async createLinearSums(...given) {
        const sums = await own.createLinearSums(...given);
        const place = (parameters: Float64Array): Promise<number> => {
          const isZero = parameters.subarray(0, columns).every((weight) => weight === 0);
          starts.push({ rows: sums.rows, isZero });
          return sums.place(parameters);
        };
        return { ...sums, place };
      },
    };
    await fitClassifier(
      { features: { rows, columns, values }, labels: { classes: ["a", "b"], indices } },
      { solver: "lbfgs", scaling: 8, covariance: "none", kernels },
    );
    expect(starts.find((start) => start.rows === rows)).toEqual({ rows, isZero: false });
  });

  test("a column that never changes has no standard error, with a penalty either", async () => {
    const generator = createGenerator(12);
    const rows = Array.from({ length: 200 }, () => {
      const x = generator.normal();
      return { x, one: 7, y: x + generator.normal() > 0 ? "yes" : "no" };
    });
    const model = await fitClassifier({ rows, target: "y" }, { l2: 1 });
    const alone = await fitClassifier({ rows: rows.map(({ x, y }) => ({ x, y })), target: "y" }, { l2: 1 });
    const found = coefficients(model);
    expect(found.find(({ column }) => column === "one")).toMatchObject({ estimate: 0, standardError: null });
    const [intercept] = coefficients(alone);
    expect(found[0].standardError).toBeCloseTo(intercept.standardError ?? 0, 10);
  });
});
