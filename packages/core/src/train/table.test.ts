import { describe, expect, test } from "vitest";
import { labelsOf, matrix, tableOf, takeTarget, type Row } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type Checkpoint, type FitOptions, type TrainingData } from "./index.ts";

const kernels = createKernels();
const fit = (data: TrainingData, options: FitOptions = {}) =>
  fitClassifier(data, { kernels, head: "softmax", epochs: 4, ...options });

/** People of whom the older and the smokers more often have it; every tenth age is unknown. */
function people(count: number, seed = 1): { age: number | null; smokes: string; id: number; ill: boolean }[] {
  const generator = createGenerator(seed);
  return Array.from({ length: count }, (_, id) => {
    const age = Math.round(20 + 60 * generator.uniform());
    const smokes = ["never", "former", "daily"][generator.below(3)];
    const z = (age - 50) / 10 + (smokes === "daily" ? 2 : -1);
    const ill = generator.uniform() < 1 / (1 + Math.exp(-z));
    return { age: generator.below(10) === 0 ? null : age, smokes, id, ill };
  });
}

const rows = people(300);

describe("rows, columns and tables", () => {
  const options = { seed: 5 };

  test("of the same values give the same model", async () => {
    const expected = await fit({ rows, target: "ill" }, options);
    const { table, labels } = takeTarget(tableOf(rows), "ill");
    const columns = Object.fromEntries(
      (["age", "smokes", "id", "ill"] as const).map((name) => [name, rows.map((row) => row[name])]),
    );
    for (const data of [
      { columns, target: "ill" },
      { table, labels, target: "ill" },
      { table: tableOf(rows), labels, target: "ill" }, // the target among the columns is taken out
    ]) {
      const model = await fit(data, options);
      expect(model.features).toEqual(expected.features);
      expect(model.layers).toEqual(expected.layers);
      expect(model.classes).toEqual(["false", "true"]);
      expect(model.training).toEqual(expected.training);
    }
    expect(expected.features.columns).toEqual([
      "age",
      "age is missing",
      "smokes = daily",
      "smokes = former",
      "smokes = never",
      "id",
    ]);
    expect(expected.training).toMatchObject({ target: "ill", rows: 300, status: "completed" });
  });

  test("of numbers alone give the same weights as their matrix", async () => {
    const numbers = rows.map(({ id }) => ({ a: id % 17, b: (id * 7) % 23 }));
    const labels = labelsOf(rows.map(({ ill }) => String(ill)));
    const values = Float64Array.from(numbers.flatMap(({ a, b }) => [a, b]));
    const fromTable = await fit({ table: tableOf(numbers), labels }, options);
    const fromMatrix = await fit({ features: matrix(values, 300, 2), labels, columns: ["a", "b"] }, options);
    expect(fromTable.layers).toEqual(fromMatrix.layers);
    expect(fromTable.features).toMatchObject(fromMatrix.features);
    expect(fromTable.probabilities({ b: 3, a: 1 })).toEqual(fromMatrix.probabilities([1, 3]));
  });

  test("learn what the rows show: age, and who smokes daily", async () => {
    const model = await fit(
      { rows: people(3000).map(({ age, smokes, ill }) => ({ age, smokes, ill })), target: "ill" },
      { epochs: 30 },
    );
    const isIll = (age: number, smokes: string): number => model.probabilities({ age, smokes }).true;
    // P(ill) = σ((age − 50)/10 + 2) for the daily, σ((age − 50)/10 − 1) for the others.
    for (const [age, smokes, z] of [
      [30, "daily", 0],
      [60, "never", 0],
      [50, "former", -1],
      [50, "daily", 2],
    ] as const)
      expect(Math.abs(isIll(age, smokes) - 1 / (1 + Math.exp(-z)))).toBeLessThan(0.08);
  });

  test("classes may be given in their order; labels have theirs", async () => {
    const model = await fit({ rows, target: "ill", classes: ["true", "false"] });
    expect(model.classes).toEqual(["true", "false"]);
    expect(Object.keys(model.probabilities(rows[0]))).toEqual(["true", "false"]);
  });

  test("numeric targets are sorted by value", async () => {
    const graded = rows.map(({ age, id }) => ({ age, grade: [10, 9, 100][id % 3] }));
    expect((await fit({ rows: graded, target: "grade" })).classes).toEqual(["9", "10", "100"]);
  });
});

describe("a column of which nothing can be learned", () => {
  test("has weight 0, so it says nothing later on", async () => {
    const constant = rows.map(({ age, ill }) => ({ age, ill, site: "north", year: 2024, empty: null }));
    const model = await fit({ rows: constant, target: "ill" });
    expect(model.features.columns).toEqual([
      "age",
      "age is missing",
      "site = north",
      "year",
      "empty",
      "empty is missing",
    ]);
    const [{ weights }] = model.layers;
    for (const output of [0, 1]) {
      expect([...weights.subarray(6 * output + 2, 6 * output + 6)]).toEqual([0, 0, 0, 0]);
      expect(weights[6 * output]).not.toBe(0);
    }
    expect(model.probabilities({ age: 50, site: "south", year: 1, empty: 1e6 })).toEqual(
      model.probabilities({ age: 50, site: "north", year: 2024, empty: null }),
    );
  });

  test("has weight 0 in a matrix of bytes, too, where it is always 0", async () => {
    const values = Uint8Array.from({ length: 300 }, (_, i) => (i % 3 === 1 ? 0 : (i * 37) % 256));
    const labels = labelsOf(Array.from({ length: 100 }, (_, i) => ((i * 111) % 256 > 128 ? "a" : "b")));
    const model = await fit({ features: matrix(values, 100, 3), labels }, { scaling: 255, momentum: 0.9 });
    const [{ weights }] = model.layers;
    expect([weights[1], weights[4]]).toEqual([0, 0]);
    expect([0, 2, 3, 5].every((i) => weights[i] !== 0)).toBe(true);
  });
});

describe("a run over a table that is taken up again", () => {
  test.each(["softmax", "sigmoid"] as const)("ends with the same bits, %s", async (head) => {
    const data = { rows, target: "ill" };
    const options = { head, momentum: 0.9, seed: 3 };
    const checkpoints: Checkpoint[] = [];
    const whole = await fit(data, {
      ...options,
      onCheckpoint: (checkpoint) => void checkpoints.push(checkpoint),
    });
    expect(checkpoints).toHaveLength(4);
    for (const checkpoint of checkpoints.slice(0, 3)) {
      const model = await fit(data, { ...options, checkpoint });
      expect(model.layers).toEqual(whole.layers);
      expect(model.training).toEqual(whole.training);
    }
    const other = head === "softmax" ? "sigmoid" : "softmax";
    await expect(fit(data, { ...options, head: other, checkpoint: checkpoints[0] })).rejects.toThrow(
      `the head was ${head} there and is ${other} here`,
    );
  });
});

describe("refused are", () => {
  const labels = labelsOf(["a", "b"]);
  const two: Row[] = [
    { x: 1, t: "a" },
    { x: 2, t: "b" },
  ];
  test.each<[string, TrainingData, string]>([
    ["no rows", { rows: [], target: "t" }, "table: needs one row or more, got none"],
    [
      "no columns",
      { columns: {}, target: "t" },
      'table: there is no column "t" to be the target; the columns are ',
    ],
    [
      "nothing beside the target",
      { rows: [{ t: "a" }, { t: "b" }], target: "t" },
      "fitClassifier: needs rows and columns, got 2 rows and 0 columns",
    ],
    [
      "an unknown target",
      { rows: two, target: "y" },
      'table: there is no column "y" to be the target; the columns are x, t',
    ],
    [
      "a row without a class",
      { rows: [...two, { x: 3 }], target: "t" },
      'table: every row needs a class, but "t" is missing at row 2',
    ],
    [
      "one class",
      {
        rows: [
          { x: 1, t: "a" },
          { x: 2, t: "a" },
        ],
        target: "t",
      },
      'fitClassifier: needs two classes or more, got only "a"',
    ],
    [
      "a class that is not named",
      { rows: two, target: "t", classes: ["a", "c"] },
      'labels: must be one of a, c, got "b" at row 1',
    ],
    [
      "NaN",
      { rows: [{ x: NaN, t: "a" }], target: "t" },
      'table: column "x" must hold finite numbers, got NaN at row 0',
    ],
    [
      "mixed kinds",
      { columns: { x: [1, "2"], t: ["a", "b"] }, target: "t" },
      'table: column "x" holds numbers, but row 1 has the text "2"; a column is of one kind',
    ],
    [
      "fewer labels than rows",
      { table: tableOf([{ x: 1 }, { x: 2 }, { x: 3 }]), labels },
      "fitClassifier: needs one label per row, got 2 labels for 3 rows",
    ],
    [
      "two columns of one name",
      {
        table: {
          rows: 2,
          columns: [...tableOf([{ x: 1 }, { x: 2 }]).columns, ...tableOf([{ x: 1 }, { x: 2 }]).columns],
        },
        labels,
      },
      'table: columns need different names, got "x" twice',
    ],
  ])("%s", async (_case, data, message) => {
    await expect(fit(data)).rejects.toThrow(new InputError(message));
  });

  test("a scale for the columns of a table", async () => {
    await expect(fit({ rows: two, target: "t" }, { scaling: 255 })).rejects.toThrow(
      new InputError('fitClassifier: scaling must be "standardize" for a table, got 255'),
    );
  });

  test("the sigmoid head for three classes, and a head that is none", async () => {
    const three = [...two, { x: 3, t: "c" }];
    await expect(fit({ rows: three, target: "t" }, { head: "sigmoid" })).rejects.toThrow(
      new InputError("fitClassifier: the sigmoid head is for two classes, got 3; take softmax"),
    );
    const options: object = { head: "toString" };
    await expect(fit({ rows: two, target: "t" }, options)).rejects.toThrow(
      new InputError("fitClassifier: head must be softmax or sigmoid or multilabel, got toString"),
    );
  });

  test("categories that would fill the memory, before it is taken", async () => {
    const count = 20_000;
    const columns = {
      name: Array.from({ length: count }, (_, i) => `person ${i}`),
      t: Array.from({ length: count }, (_, i) => i % 2),
    };
    await expect(fit({ columns, target: "t" })).rejects.toThrow(
      'fitClassifier: 20000 rows become 20000 features each, 1.6 GB, which is above 1.1 GB; column "name" has 20000 categories: leave it out, or group them',
    );
  });
});

test("two thousand categories are one feature each", async () => {
  const columns = {
    id: Array.from({ length: 4000 }, (_, i) => `c${i % 2000}`),
    t: Array.from({ length: 4000 }, (_, i) => (i % 2000) % 2),
  };
  const model = await fit({ columns, target: "t" }, { epochs: 20, learningRate: 1, l2: 0 });
  expect(model.features.columns).toHaveLength(2000);
  for (const i of [0, 1, 1998, 1999])
    expect(model.probabilities({ id: `c${i}` })[String(i % 2)]).toBeGreaterThan(0.5);
});
