import { expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type MatrixData } from "./index.ts";

/** Normal numbers, and labels of two classes drawn from a logistic model of them. */
function drawn<V extends Float32Array | Float64Array | Uint8Array>(
  rows: number,
  columns: number,
  values: V,
): MatrixData & { readonly features: { readonly values: V } } {
  const generator = createGenerator(8);
  const indices = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let z = 0.3;
    for (let j = 0; j < columns; j++) {
      const x = values instanceof Uint8Array ? generator.below(256) / 255 : generator.normal();
      values[row * columns + j] = values instanceof Uint8Array ? 255 * x : x;
      z += (j % 2 ? 0.8 : -0.6) * x;
    }
    indices[row] = generator.uniform() * (1 + Math.exp(-z)) < 1 ? 1 : 0;
  }
  return { features: { rows, columns, values }, labels: { classes: ["no", "yes"], indices } };
}

test("many rows of few columns: begun with a part of them, certified within 10 passes, where Newton ends too", async () => {
  const [rows, columns] = [120_000, 3];
  const data = drawn(rows, columns, new Float64Array(rows * columns));
  const options = { covariance: "none", scaling: 1 } as const;
  const passes = new Map<string, number>();
  const found = await Promise.all(
    (["lbfgs", "newton"] as const).map(async (solver) => {
      const { training } = await fitClassifier(data, { ...options, solver });
      expect(training.status).toBe("certified");
      passes.set(solver, training.optimum?.passes ?? Infinity);
      return training.optimum?.objective ?? Number.NaN;
    }),
  );
  expect(found[0] / found[1]).toBeCloseTo(1, 12);
  expect(passes.get("lbfgs")).toBeLessThanOrEqual(10);
});

test("a penalty too weak for float32 is finished in float64, and certified", async () => {
  const [rows, columns] = [110_000, 10];
  const data = drawn(rows, columns, new Float32Array(rows * columns));
  const { training } = await fitClassifier(data, { covariance: "none", scaling: 1, l2: 1e-7 });
  expect(training.status).toBe("certified");
  expect((training.optimum?.gap ?? 1) / (training.optimum?.objective ?? 0)).toBeLessThan(1e-6);
});

test("large tables in wild units: a start that descent took far away is not taken, and float64 ends what float32 cannot", async () => {
  const [rows, columns] = [60_000, 20];
  const data = drawn(rows, columns, new Float32Array(rows * columns));
  const { values } = data.features;
  for (let i = 0; i < values.length; i++) values[i] *= 10 ** (((i % columns) % 9) - 4);
  const { training } = await fitClassifier(data, { covariance: "none", scaling: 1 });
  expect(training.status).toBe("certified");
  expect(-(training.optimum?.logLikelihood ?? 0)).toBeLessThan(-(training.optimum?.nullLogLikelihood ?? 0));
});

test("numbers that float32 cannot hold are refused where it would have to", async () => {
  const [rows, columns] = [2 ** 21 + 1, 8];
  const values = new Float64Array(rows * columns).fill(1);
  const labels = { classes: ["no", "yes"], indices: Int32Array.from({ length: rows }, (_, row) => row % 2) };
  const data = { features: { rows, columns, values }, labels };
  const options = { covariance: "none", scaling: 1 } as const;
  values[10] = -1e39;
  await expect(fitClassifier(data, options)).rejects.toThrow(
    'fitClassifier: scaling: so many numbers are fitted in float32, which ends at 3.4e38, got -1e+39 at row 1, column 2; take "standardize"',
  );
  values[values.length - 1] = Number.NaN;
  await expect(fitClassifier(data, options)).rejects.toThrow(
    `got NaN at row ${rows - 1}, column ${columns - 1}`,
  );
});

test.runIf(process.env["SIGMAX_SLOW"])(
  "a number whose square float32 cannot hold does not end a large fit",
  async () => {
    const [rows, columns] = [2 ** 21 + 1, 8];
    const data = drawn(rows, columns, new Float32Array(rows * columns));
    data.features.values[10] = -1e20;
    const { training } = await fitClassifier(data, { covariance: "none", scaling: 1 });
    const { objective = Infinity, nullLogLikelihood = 0 } = training.optimum ?? {};
    expect(objective / -nullLogLikelihood).toBeLessThan(0.8);
  },
);

test.runIf(process.env["SIGMAX_SLOW"])(
  "large tables in wild units, too large for float64: the optimum is that of centered and scaled columns",
  async () => {
    const [rows, columns] = [2 ** 20 + 1, 16];
    const data = drawn(rows, columns, new Float32Array(rows * columns));
    const { values } = data.features;
    const scaleOf = (j: number): number => 10 ** ((j % 10) - 4);
    for (let i = 0; i < values.length; i++) {
      const s = scaleOf(i % columns);
      values[i] = s * (values[i] + (i % 2 ? 30 : 0));
    }
    const options = { covariance: "none", l2: 1 } as const;
    const raw = await fitClassifier(data, { ...options, scaling: 1 });
    const scaled = await fitClassifier(data, { ...options, penaltyUnits: "original" });
    const [found, wanted] = [raw, scaled].map(({ training }) => training.optimum?.objective ?? Number.NaN);
    expect(found / wanted).toBeCloseTo(1, 8);
  },
);

test("bytes are certified to any tolerance that float64 proves", async () => {
  const data = drawn(2000, 8, new Uint8Array(16_000));
  const { training } = await fitClassifier(data, { scaling: 255, tolerance: 1e-12 });
  expect(training.status).toBe("certified");
});

test("the bound is never below what rounding permits, however long the solver goes on", async () => {
  const data = drawn(400, 5, new Float64Array(2000));
  for (const solver of ["newton", "lbfgs"] as const) {
    const { training } = await fitClassifier(data, { solver, tolerance: 1e-25 });
    const relative = (training.optimum?.gap ?? 0) / (training.optimum?.objective ?? 1);
    expect(relative).toBeGreaterThan(1e-32);
    expect(["certified", "stalled"]).toContain(training.status);
  }
});
