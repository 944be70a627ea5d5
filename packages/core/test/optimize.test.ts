import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readIdx } from "../src/data/index.ts";
import type { LinearSums, LinearSumsData } from "../src/kernels/index.ts";
import { plainLinearSums, simdFloat64Sums } from "../src/kernels/linear-sums.ts";
import { optimize, type LinearProblem, type OptimizeOptions, type Optimum } from "../src/optimize/index.ts";
import { createGenerator } from "../src/random/index.ts";
import reference from "./references/optimum.json" with { type: "json" };
import separation from "./references/separation.json" with { type: "json" };

interface Table {
  readonly values: Float64Array;
  readonly columns: number;
  readonly labels: Int32Array;
}

const data = new URL("../../sigmax/data/", import.meta.url);

function readTable(name: string, classes: readonly string[]): Table {
  const lines = readFileSync(new URL(name, data), "utf8").trim().split(/\r?\n/).slice(1);
  const cells = lines.map((line) => line.split(","));
  return {
    values: Float64Array.from(cells.flatMap((row) => row.slice(0, -1).map(Number))),
    columns: cells[0].length - 1,
    labels: Int32Array.from(cells, (row) => classes.indexOf(row[row.length - 1])),
  };
}

function readDigits(): Table {
  const read = (name: string): ArrayLike<number> =>
    readIdx(gunzipSync(readFileSync(new URL(`digits-${name}-ubyte.gz`, data))), name).values;
  return {
    values: Float64Array.from(read("images-idx3"), (value) => value / 16),
    columns: 64,
    labels: Int32Array.from(read("labels-idx1")),
  };
}

function rowsOf({ values, columns, labels }: Table, isChosen: (row: number) => boolean): Table {
  const rows = [...labels.keys()].filter(isChosen);
  return {
    values: Float64Array.from(
      rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]),
    ),
    columns,
    labels: Int32Array.from(rows, (row) => labels[row]),
  };
}

/** With mean 0 and standard deviation 1 in the training rows: those whose number is no multiple of five. */
function standardized({ values, columns, labels }: Table): Table {
  const train = [...labels.keys()].filter((row) => row % 5 > 0);
  const means = Float64Array.from({ length: columns }, (_, j) =>
    train.reduce((sum, row) => sum + values[row * columns + j] / train.length, 0),
  );
  const scales = means.map((mean, j) =>
    Math.sqrt(train.reduce((sum, row) => sum + (values[row * columns + j] - mean) ** 2 / train.length, 0)),
  );
  return { values: values.map((x, at) => (x - means[at % columns]) / scales[at % columns]), columns, labels };
}

const isTrain = (row: number): boolean => row % 5 > 0;
const iris = readTable("iris.csv", ["setosa", "versicolor", "virginica"]);
const overlapping = rowsOf(iris, (row) => row >= 50);
const twoIrises = { ...overlapping, labels: overlapping.labels.map((k) => k - 1) };
const cancer = standardized(readTable("breast-cancer.csv", ["malignant", "benign"]));
const digits = readDigits();

/** The rows that a case of the references was fitted to. */
function trainingRows(name: string): Table {
  if (name.startsWith("two irises")) return twoIrises;
  if (name.startsWith("iris")) return iris;
  return rowsOf(name.startsWith("digits") ? digits : cancer, isTrain);
}

type CreateSums = (data: LinearSumsData & { readonly values: Float64Array }) => LinearSums;

function problemOf(
  { values, columns, labels }: Table,
  outputs: number,
  lambda: number | readonly number[],
  { sampleWeights = null, createSums = plainLinearSums }: { sampleWeights?: Float64Array | null; createSums?: CreateSums } = {}, // prettier-ignore
): LinearProblem {
  return {
    sums: createSums({ values, columns, scale: 1, labels, outputs, sampleWeights }),
    values,
    lambda: typeof lambda === "number" ? new Float64Array(columns).fill(lambda) : Float64Array.from(lambda),
    labels,
    sampleWeights,
    noise: 1e-15,
  };
}

function weightsOf(name: string, rows: number): Float64Array | null {
  return name.endsWith("rows weighted") ? Float64Array.from({ length: rows }, (_, row) => row % 3) : null;
}

/** Mean cross-entropy in nats. */
async function logLoss(table: Table, outputs: number, parameters: Float64Array): Promise<number> {
  return (await problemOf(table, outputs, 0).sums.place(parameters)) / table.labels.length;
}

type Solver = "newton" | "lbfgs";
/** The digits take seconds: they are solved once, and but once by Newton. */
const isDue = (name: string, solver: Solver, createSums: CreateSums): boolean =>
  !name.startsWith("digits") ||
  (createSums !== plainLinearSums && (solver === "lbfgs" || name === "digits, C = 1"));

describe.each([
  { name: "plain", createSums: plainLinearSums },
  { name: "SIMD", createSums: simdFloat64Sums },
])("the references, $name kernels", ({ createSums }) => {
  const jobs = reference.cases.flatMap((expected) =>
    (["newton", "lbfgs"] as const)
      .filter((solver) => isDue(expected.name, solver, createSums))
      .map((solver) => ({ ...expected, solver })),
  );

  test.each(jobs)(
    "$name by $solver: certified, and every number as NumPy's Newton has it",
    async (expected) => {
      const { name, solver, outputs, lambda, intercepts, weights } = expected;
      const table = trainingRows(name);
      const sampleWeights = weightsOf(name, table.labels.length);
      const problem = problemOf(table, outputs, lambda, { sampleWeights, createSums });
      const optimum = await optimize(problem, { solver, tolerance: 1e-12, aim: 1e-20 });
      const isFree = lambda.includes(0);
      expect(optimum).toMatchObject({ status: isFree ? "gradient" : "certified", obstacle: null });
      expect(optimum.objective / expected.objective).toBeCloseTo(1, 12);
      // Loss and penalty trade along flat directions: f to 10⁻¹⁴ leaves the loss at 10⁻⁷ of itself where λ is tiny.
      expect(optimum.loss / expected.loss).toBeCloseTo(1, lambda[0] < 1e-2 ? 6 : 7);
      const { parameters } = optimum;
      // f is flat in some directions: near C = 10⁴ a weight may be off by 10⁻⁶ of itself at a gap of 10⁻¹⁴.
      const scale = Math.max(...weights.map(Math.abs), ...intercepts.map(Math.abs));
      const own = [...parameters.subarray(0, weights.length)];
      own.forEach((w, i) => expect(Math.abs(w - weights[i])).toBeLessThan(2e-6 * scale));
      const found = [...parameters.subarray(outputs * table.columns)];
      const mean = outputs === 1 ? 0 : found.reduce((sum, b) => sum + b, 0) / outputs;
      found.forEach((b, k) => expect(Math.abs(b - mean - intercepts[k])).toBeLessThan(2e-6 * scale));

      if (expected.testLogLoss === undefined) return;
      const unseen = rowsOf(name.startsWith("digits") ? digits : cancer, (row) => !isTrain(row));
      const digitsKnown = lambda[0] < 1e-2 ? 8 : 10;
      expect(await logLoss(unseen, outputs, parameters)).toBeCloseTo(expected.testLogLoss, digitsKnown);
    },
  );
});

test("softmax of two classes with λ and the sigmoid with λ/2 are the same model", async () => {
  const table = trainingRows("breast cancer");
  const one = await optimize(problemOf(table, 1, 0.5), { tolerance: 1e-14 });
  const two = await optimize(problemOf(table, 2, 1), { tolerance: 1e-14 });
  expect(two.objective / one.objective).toBeCloseTo(1, 13);
  for (let j = 0; j <= 30; j++) {
    const [first, second] =
      j < 30 ? [two.parameters[j], two.parameters[30 + j]] : [two.parameters[60], two.parameters[61]];
    expect(Math.abs(second - first - one.parameters[j])).toBeLessThan(1e-8);
  }
  // The gauge does not move: what both classes share stays 0.
  for (let j = 0; j < 30; j++) expect(two.parameters[j] + two.parameters[30 + j]).toBeCloseTo(0, 13);
});

describe("the bound", () => {
  test.each([
    { name: "digits", table: rowsOf(digits, isTrain), outputs: 10, lambda: 1, solvers: ["lbfgs"] },
    { name: "breast cancer, C = 1", table: rowsOf(cancer, isTrain), outputs: 1, lambda: 1, solvers: ["newton", "lbfgs"] },
    { name: "breast cancer, C = 10000", table: rowsOf(cancer, isTrain), outputs: 2, lambda: 1e-4, solvers: ["newton", "lbfgs"] },
  ] as const)("is never below the true distance, whenever one stops, $name", async ({ table, outputs, lambda, solvers }) => {
    const best = await optimize(problemOf(table, outputs, lambda), { tolerance: 1e-15 });
    for (const solver of solvers)
      for (const tolerance of [0.1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8]) {
        const optimum = await optimize(problemOf(table, outputs, lambda), { solver, tolerance });
        expect(optimum.status).toBe("certified");
        const distance = optimum.objective - best.objective;
        expect(optimum.gap).toBeGreaterThan(distance - 1e-14 * best.objective);
        expect(optimum.gap).toBeLessThanOrEqual(tolerance * optimum.objective);
        expect(distance).toBeGreaterThan(-1e-13 * best.objective);
      }
  }); // prettier-ignore

  test("of one column is its own: with penalties 10¹² apart it still holds", async () => {
    const lambda = Array.from({ length: 30 }, (_, j) => 10 ** ((j % 13) - 6));
    const table = rowsOf(cancer, isTrain);
    const best = await optimize(problemOf(table, 1, lambda), { tolerance: 1e-14 });
    for (const solver of ["newton", "lbfgs"] as const) {
      const optimum = await optimize(problemOf(table, 1, lambda), { solver, tolerance: 1e-4 });
      expect(optimum.gap).toBeGreaterThan(optimum.objective - best.objective - 1e-13);
      expect(optimum.status).toBe("certified");
    }
  });
});

/** Columns with given offsets and scales, and three classes drawn from a softmax of the same numbers without them. */
function illConditioned(offset: (j: number) => number, scale: (j: number) => number): Table {
  const [rows, columns] = [400, 8];
  const generator = createGenerator(3);
  const plain = Float64Array.from({ length: rows * columns }, () => generator.normal());
  const weights = Float64Array.from({ length: 3 * columns }, () => generator.normal());
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const logits = [0, 1, 2].map((k) => {
      let sum = -1.5 * Math.log(-Math.log(generator.uniform()));
      for (let j = 0; j < columns; j++) sum += weights[k * columns + j] * plain[row * columns + j];
      return sum;
    });
    return logits.indexOf(Math.max(...logits));
  });
  const values = plain.map((x, at) => offset(at % columns) + scale(at % columns) * x);
  return { values, columns, labels };
}

describe("columns whose units are a million apart", () => {
  const plain = illConditioned(() => 0, () => 1); // prettier-ignore
  const units = Array.from({ length: 8 }, (_, j) => 10 ** ((6 * j) / 7 - 3));

  test.each([
    { name: "scales 10⁶ apart", table: illConditioned(() => 0, (j) => units[j]), scales: units },
    { name: "offsets of 10⁴", table: illConditioned(() => 1e4, () => 1), scales: units.map(() => 1) },
    { name: "offsets of 10⁴ and scales 10⁴ apart", table: illConditioned((j) => (j % 2 ? 1e4 : 0), (j) => (j % 2 ? 1 : 1e4)), scales: units.map((_, j) => (j % 2 ? 1 : 1e4)) },
  ])("are certified within 20 Newton steps, with the same optimum as in equal units: $name", async ({ table, scales }) => {
    for (const lambda of [1, 1e-4]) {
      // Offsets cost digits of the gradient, and the bound says so: 1.05e-8 of f at λ = 10⁻⁴.
      const options = { solver: "newton", tolerance: 1e-7 } as const;
      const own = await optimize(problemOf(table, 3, scales.map((scale) => lambda * scale * scale)), options); // prettier-ignore
      const same = await optimize(problemOf(plain, 3, lambda), { solver: "newton" });
      expect(own.status).toBe("certified");
      expect(own.iterations).toBeLessThanOrEqual(20);
      expect(own.objective / same.objective).toBeCloseTo(1, 9);
      // The same number as the penalty of all columns is another problem, as hard.
      const raw = await optimize(problemOf(table, 3, lambda), options);
      expect(raw.status).toBe("certified");
      expect(raw.iterations).toBeLessThanOrEqual(20);
    }
  }); // prettier-ignore
});

describe("without a penalty", () => {
  test("iris is found to be separated by its petals alone, whichever solver", async () => {
    for (const solver of ["newton", "lbfgs", "auto"] as const)
      expect(await optimize(problemOf(iris, 3, 0), { solver })).toMatchObject({
        status: "stalled",
        gap: null,
        obstacle: { kind: "quasi", columns: [2, 3], alone: true },
      });
  });

  test("what linear programs call separated is, and the rest has an optimum", async () => {
    for (const { values, columns, labels, outputs, kind } of separation.cases) {
      const table = { values: Float64Array.from(values), columns, labels: Int32Array.from(labels) };
      const { status, obstacle } = await optimize(problemOf(table, outputs, 0), { solver: "newton" });
      expect({ kind: obstacle?.kind ?? "none", status }).toEqual({
        kind,
        status: kind === "none" ? "gradient" : "stalled",
      });
    }
  });

  test("breast cancer is separated completely, by columns together", async () => {
    for (const outputs of [1, 2])
      expect((await optimize(problemOf(cancer, outputs, 0))).obstacle).toMatchObject({
        kind: "complete",
        alone: false,
      });
  });

  test("a copy of a column is named, with the column it copies, and a penalty makes it harmless", async () => {
    const values = Float64Array.from(
      [...twoIrises.labels.keys()].flatMap((row) => {
        const own = [...twoIrises.values.subarray(row * 4, row * 4 + 4)];
        return [...own, own[1]];
      }),
    );
    const twins = { ...twoIrises, values, columns: 5 };
    for (const solver of ["newton", "lbfgs"] as const) {
      const { status, obstacle } = await optimize(problemOf(twins, 1, 0), { solver });
      expect({ status, obstacle }).toEqual({
        status: "stalled",
        obstacle: { kind: "dependent", column: 4, on: [1] },
      });
    }
    const { status, parameters } = await optimize(problemOf(twins, 1, 1));
    expect(status).toBe("certified");
    expect(parameters[4]).toBeCloseTo(parameters[1], 8);
  });

  test("a penalty on the columns that separate is enough", async () => {
    const { status, obstacle } = await optimize(problemOf(iris, 3, [0, 1, 1, 1]));
    expect({ status, obstacle }).toEqual({ status: "gradient", obstacle: null });
  });

  test("the gradient is 0 where both solvers end", async () => {
    for (const solver of ["newton", "lbfgs"] as const) {
      const optimum = await optimize(problemOf(twoIrises, 1, 0), { solver });
      expect(optimum).toMatchObject({ status: "gradient", gap: null });
      expect(optimum.gradientNorm).toBeLessThan(1e-3);
      expect(optimum.objective).toBeCloseTo(5.949273395679, 9);
    }
  });
});

describe("a run", () => {
  const digitRows = rowsOf(digits, isTrain);

  test("ends when its passes are used up or it is stopped, and says how far it is", async () => {
    const budget = await optimize(problemOf(digitRows, 10, 1), { solver: "lbfgs", maxPasses: 6 });
    expect(budget.status).toBe("budget");
    expect(budget.passes).toBeLessThan(7.5);
    expect(budget.gap).toBeGreaterThan(budget.objective - 311.96525588669);
    const stopped = await optimize(problemOf(digitRows, 10, 1), { signal: { aborted: true } });
    expect(stopped).toMatchObject({ status: "budget", iterations: 0 });
  });

  test("tells of each iteration, f never rising", async () => {
    const seen: { iterations: number; objective: number }[] = [];
    const onIteration: OptimizeOptions["onIteration"] = (at) => seen.push(at);
    const optimum = await optimize(problemOf(digitRows, 10, 1), { solver: "lbfgs", onIteration });
    expect(seen.map(({ iterations }) => iterations)).toEqual([...Array(optimum.iterations + 1).keys()]);
    seen.slice(1).forEach(({ objective }, i) => expect(objective).toBeLessThanOrEqual(seen[i].objective));
  });

  test("may start anywhere and ends in the same place, and the start is not written to", async () => {
    const table = rowsOf(cancer, isTrain);
    const generator = createGenerator(5);
    const start = Float64Array.from({ length: 31 }, () => 30 * generator.normal());
    const held = start.slice();
    for (const solver of ["newton", "lbfgs"] as const) {
      const optimum = await optimize(problemOf(table, 1, 1), { solver, start });
      expect(optimum.status).toBe("certified");
      expect(optimum.objective / 29.073949073563).toBeCloseTo(1, 8);
    }
    expect(start).toEqual(held);
  });

  test("with whole weights is a run with rows repeated, and weight 0 with rows left out", async () => {
    const weights = Float64Array.from(twoIrises.labels, (_, row) => row % 3);
    const rows = [...weights.keys()].flatMap((row) => Array<number>(weights[row]).fill(row));
    const repeated: Table = {
      values: Float64Array.from(rows.flatMap((row) => [...twoIrises.values.subarray(row * 4, row * 4 + 4)])),
      columns: 4,
      labels: Int32Array.from(rows, (row) => twoIrises.labels[row]),
    };
    for (const solver of ["newton", "lbfgs"] as const) {
      const fit = (problem: LinearProblem): Promise<Optimum> =>
        optimize(problem, { solver, tolerance: 1e-14 });
      const weighted = await fit(problemOf(twoIrises, 2, 1, { sampleWeights: weights }));
      const other = await fit(problemOf(repeated, 2, 1));
      weighted.parameters.forEach((value, i) => expect(value).toBeCloseTo(other.parameters[i], 6));
    }
  });

  test("has the same bits each time", async () => {
    const table = rowsOf(digits, (row) => row % 9 === 0);
    const once = await optimize(problemOf(table, 10, 1), { solver: "lbfgs", seed: 3 });
    const again = await optimize(problemOf(table, 10, 1), { solver: "lbfgs", seed: 3 });
    expect(again).toEqual(once);
  });
});
