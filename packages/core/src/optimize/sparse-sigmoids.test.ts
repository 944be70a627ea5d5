import { describe, expect, test } from "vitest";
import { createSparseRows } from "../data/index.ts";
import { createKernels, plainKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitSparseSigmoids, type SparseOptimum, type SparseSigmoids } from "./sparse-sigmoids.ts";

const kernels = createKernels();

/** Rows of word-like columns, some far more frequent than others, and labels that some columns bring along. */
function drawProblem({ rows = 300, columns = 500, labels = 11, seed = 3 } = {}): SparseSigmoids {
  const generator = createGenerator(seed);
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  const marks = new Uint8Array(rows * labels);
  for (let row = 0; row < rows; row++) {
    const own = new Set<number>();
    for (let i = 0; i < 8; i++) own.add(Math.floor(columns * generator.uniform() ** 3));
    for (const column of [...own].toSorted((a, b) => a - b)) {
      indices.push(column);
      values.push(Math.fround(0.2 + generator.uniform()));
      for (let k = 0; k < labels; k++)
        if ((column * 7 + k) % 23 < 1 + k / 4 && generator.uniform() < 0.8) marks[row * labels + k] = 1;
    }
    starts[row + 1] = indices.length;
  }
  return {
    rows,
    columns,
    starts,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
    labels,
    marks,
    sampleWeights: null,
  };
}

/** f and the largest derivative in absolute value of one label, by loops of their own. */
function check(
  { rows, starts, indices, values, labels, marks, sampleWeights, columns }: SparseSigmoids,
  label: number,
  fit: SparseOptimum,
  l2: number,
  interceptPenalty = 0,
): { objective: number; steepest: number } {
  const weights = new Float64Array(columns);
  fit.columns.forEach((column, i) => (weights[column] = fit.weights[i]));
  const gradient = weights.map((weight) => l2 * weight);
  let bias = interceptPenalty * fit.bias;
  let objective =
    (l2 * weights.reduce((sum, weight) => sum + weight * weight, 0) + interceptPenalty * fit.bias ** 2) / 2;
  for (let row = 0; row < rows; row++) {
    let z = fit.bias;
    for (let i = starts[row]; i < starts[row + 1]; i++) z += values[i] * weights[indices[i]];
    const s = sampleWeights?.[row] ?? 1;
    const mark = marks[row * labels + label];
    objective += s * (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, mark === 1 ? -z : z));
    const r = s * (1 / (1 + Math.exp(-z)) - mark);
    bias += r;
    for (let i = starts[row]; i < starts[row + 1]; i++) gradient[indices[i]] += r * values[i];
  }
  return { objective, steepest: gradient.reduce((max, g) => Math.max(max, Math.abs(g)), Math.abs(bias)) };
}

describe("fitSparseSigmoids", () => {
  test("brings every label to its own optimum, and proves it", async () => {
    const problem = drawProblem();
    const fits = await fitSparseSigmoids(problem, kernels, { l2: 0.5 });
    expect(fits).toHaveLength(11);
    fits.forEach((fit, label) => {
      const { objective, steepest } = check(problem, label, fit, 0.5);
      expect(fit.status).toBe("certified");
      expect(fit.gap).toBeLessThanOrEqual(1e-13 * fit.objective);
      expect(fit.objective).toBeCloseTo(objective, 9);
      expect(steepest).toBeLessThan(6e-6); // ‖∇f‖² ≤ 2λ · gap
    });
  });

  test("a bound holds: further digits of the optimum lie within it", async () => {
    const problem = drawProblem({ labels: 3 });
    const rough = await fitSparseSigmoids(problem, kernels, { tolerance: 1e-2 });
    const fine = await fitSparseSigmoids(problem, kernels, { tolerance: 1e-13 });
    rough.forEach(({ objective, gap }, label) => {
      expect(objective - fine[label].objective).toBeGreaterThan(-1e-10);
      expect(objective - fine[label].objective).toBeLessThanOrEqual(gap + 1e-10);
    });
  });

  test("a label's optimum does not depend on those beside it, but for rounding", async () => {
    const problem = drawProblem();
    const together = await fitSparseSigmoids(problem, kernels);
    const marks = Uint8Array.from({ length: problem.rows }, (_, row) => problem.marks[row * 11 + 4]);
    const [alone] = await fitSparseSigmoids({ ...problem, labels: 1, marks }, kernels);
    expect(alone.objective).toBeCloseTo(together[4].objective, 8);
    expect(alone.bias).toBeCloseTo(together[4].bias, 6);
  });

  test("the plain loops come to the same place", async () => {
    const problem = drawProblem({ rows: 80, columns: 60, labels: 2 });
    const fast = await fitSparseSigmoids(problem, kernels);
    const plain = await fitSparseSigmoids(problem, plainKernels);
    fast.forEach((fit, label) => {
      expect(fit.columns).toEqual(plain[label].columns);
      fit.weights.forEach((weight, j) => expect(weight).toBeCloseTo(plain[label].weights[j], 10));
    });
  });

  test("a row of weight 2 is a row twice, one of weight 0 is none", async () => {
    const problem = drawProblem({ rows: 60, columns: 30, labels: 2 });
    const twice = stack(
      problem,
      Array.from({ length: 60 }, (_, row) => row).flatMap((row) =>
        row % 3 === 0 ? [row, row] : row % 3 === 1 ? [row] : [],
      ),
    );
    const sampleWeights = Float64Array.from({ length: 60 }, (_, row) => [2, 1, 0][row % 3]);
    const weighted = await fitSparseSigmoids({ ...problem, sampleWeights }, kernels);
    const repeated = await fitSparseSigmoids(twice, kernels);
    weighted.forEach((fit, label) => {
      expect(fit.objective).toBeCloseTo(repeated[label].objective, 8);
      expect(fit.bias).toBeCloseTo(repeated[label].bias, 5);
    });
  });

  test("the intercept is penalized where that is asked for", async () => {
    const problem = drawProblem({ labels: 2 });
    const fits = await fitSparseSigmoids(problem, kernels, { interceptPenalty: 1 });
    fits.forEach((fit, label) => {
      const { objective, steepest } = check(problem, label, fit, 1, 1);
      expect(fit.objective).toBeCloseTo(objective, 9);
      expect(steepest).toBeLessThan(1e-4);
    });
  });

  test("rows without entries leave the intercept to itself: the log-odds", async () => {
    const empty = {
      rows: 4,
      columns: 3,
      starts: new Uint32Array(5),
      indices: new Uint32Array(0),
      values: new Float32Array(0),
    };
    const [fit] = await fitSparseSigmoids(
      { ...empty, labels: 1, marks: Uint8Array.of(1, 0, 0, 0), sampleWeights: null },
      kernels,
    );
    expect(fit.bias).toBeCloseTo(-Math.log(3), 12);
    expect(fit.status).toBe("certified");
    expect(fit.weights).toHaveLength(0);
  });

  test("strong and weak penalties are both certified", async () => {
    const problem = drawProblem({ labels: 3 });
    for (const l2 of [1e-3, 1e3]) {
      const fits = await fitSparseSigmoids(problem, kernels, { l2 });
      expect(fits.map(({ status }) => status)).toEqual(["certified", "certified", "certified"]);
    }
  });

  test("stops when it is told to, and says so", async () => {
    const problem = drawProblem();
    const fits = await fitSparseSigmoids(problem, kernels, { signal: { aborted: true } });
    expect(fits.every(({ status }) => status === "budget")).toBe(true);
    const few = await fitSparseSigmoids(problem, kernels, { maxPasses: 3 });
    expect(few.every(({ status, gap, objective }) => status === "budget" && gap > 1e-13 * objective)).toBe(
      true,
    );
  });
});

function stack(problem: SparseSigmoids, rows: readonly number[]): SparseSigmoids {
  const output = createSparseRows(rows.length);
  for (const row of rows) {
    for (let i = problem.starts[row]; i < problem.starts[row + 1]; i++)
      output.put(problem.indices[i], problem.values[i]);
    output.endRow();
  }
  const { labels } = problem;
  const marks = Uint8Array.from(
    rows.flatMap((row) => [...problem.marks.subarray(row * labels, (row + 1) * labels)]),
  );
  return { ...output.take(problem.columns), labels, marks, sampleWeights: null };
}
