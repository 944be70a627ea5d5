import { describe, expect, test } from "vitest";
import { breastCancer, dataOf, drawRows, rowsWhere } from "../../test/samples.ts";
import { foldsOf, tableOf, type Row } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { studentReach } from "../statistics/index.ts";
import { fitClassifier, type MatrixData } from "../train/index.ts";
import { accuracy, brierScore, crossValidate, logLoss } from "./index.ts";

const cancer = breastCancer();

/** The same numbers as plain rows. */
function rowsOf({ features: { rows, columns, values }, labels }: MatrixData): Row[] {
  return Array.from({ length: rows }, (_, row) => ({
    ...Object.fromEntries(Array.from({ length: columns }, (__, j) => [`x${j}`, values[row * columns + j]])),
    y: labels.classes[labels.indices[row]],
  }));
}

describe("on a matrix", () => {
  const found = crossValidate(cancer, {}, { folds: 5, seed: 3 });

  test("each row is predicted by the model of the other folds", async () => {
    const { logits, byFold } = await found;
    const [foldOfRow] = foldsOf(cancer.labels, { folds: 5, seed: 3 });
    const rest = rowsWhere(cancer, (row) => foldOfRow[row] !== 2);
    const held = rowsWhere(cancer, (row) => foldOfRow[row] === 2);
    const model = await fitClassifier(rest);
    const own = model.logits(held.features);
    const rows = [...foldOfRow.keys()].filter((row) => foldOfRow[row] === 2);
    rows.forEach((row, i) => expect(logits.values[2 * row + 1]).toBe(own.values[2 * i + 1]));
    expect(byFold[2]).toMatchObject({
      repeat: 0,
      fold: 2,
      rows: rows.length,
      accuracy: accuracy(own, held.labels),
      logLoss: logLoss(own, held.labels),
      brier: brierScore(model.predict(held.features), held.labels),
    });
  });

  test("figures are means over folds, with Nadeau and Bengio's error and Student's t", async () => {
    const { logLoss: figure, byFold, folds, repeats } = await found;
    expect([folds, repeats, byFold.length]).toEqual([5, 1, 5]);
    const values = byFold.map((each) => each.logLoss);
    const mean = values.reduce((sum, value) => sum + value, 0) / 5;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    expect(figure.mean).toBeCloseTo(mean, 14);
    expect(figure.standardError).toBeCloseTo(Math.sqrt(variance * (1 / 5 + 1 / 4)), 14);
    const half = studentReach(0.95, 4) * figure.standardError;
    expect(figure.interval[0]).toBeCloseTo(Math.max(0, mean - half), 12);
    expect(figure.interval[1]).toBeCloseTo(mean + half, 12);
  });

  test("intervals stay in the figure's range", async () => {
    const easy = await crossValidate(rowsWhere(cancer, (row) => row < 60), {}, { folds: 3, confidence: 0.999 }); // prettier-ignore
    for (const { interval } of [easy.accuracy, easy.brier]) {
      expect(interval[0]).toBeGreaterThanOrEqual(0);
      expect(interval[1]).toBeLessThanOrEqual(2);
    }
    expect(easy.accuracy.interval[1]).toBeLessThanOrEqual(1);
  });

  test("is reproducible, and repeats divide anew", async () => {
    const small = rowsWhere(cancer, (row) => row < 120);
    const run = (seed: number) => crossValidate(small, {}, { folds: 4, repeats: 2, seed });
    const [a, b] = [await run(5), await run(5)];
    expect(b).toEqual(a);
    expect(a.byFold.map(({ repeat, fold }) => [repeat, fold])).toEqual(
      [0, 1].flatMap((repeat) => [0, 1, 2, 3].map((fold) => [repeat, fold])),
    );
    expect(a.byFold.slice(0, 4)).not.toEqual(a.byFold.slice(4).map((each) => ({ ...each, repeat: 0 })));
    expect((await run(6)).logits).not.toEqual(a.logits);
  });
});

test("a matrix, rows, columns and a table of the same numbers have the same figures", async () => {
  const data = rowsWhere(cancer, (row) => row < 150);
  const rows = rowsOf(data);
  const options = { folds: 3, seed: 2 };
  const { classes } = data.labels;
  const known = await crossValidate(data, {}, options);
  const names = Object.keys(rows[0]);
  const columns = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  for (const same of [
    { rows, target: "y", classes },
    { columns, target: "y", classes },
    { table: tableOf(rows), labels: data.labels, target: "y" },
  ]) {
    const found = await crossValidate(same, {}, options);
    found.byFold.forEach((each, fold) => {
      expect(each.rows).toBe(known.byFold[fold].rows);
      expect(each.logLoss).toBeCloseTo(known.byFold[fold].logLoss, 10);
      expect(each.accuracy).toBe(known.byFold[fold].accuracy);
    });
  }
});

test("what is learned of columns is learned without the fold: a category or a mean of held rows alone is unknown", async () => {
  const generator = createGenerator(8);
  const rows = Array.from({ length: 60 }, (_, row) => ({
    id: `row ${row}`, // a category of its own for each row: it would tell the class, were it known
    x: generator.normal(),
    y: row % 2,
  }));
  const { accuracy: figure, logits } = await crossValidate({ rows, target: "y" }, { l2: 0.01 }, { folds: 6 });
  expect(figure.mean).toBeLessThan(0.8);
  expect(logits.values.every(Number.isFinite)).toBe(true);
});

describe("groups", () => {
  /** Each subject has its own place and its own label: who knows the subject knows the label. */
  const generator = createGenerator(9);
  const subjects = Array.from({ length: 40 }, () => [
    generator.normal(),
    generator.normal(),
    generator.below(2),
  ]);
  const rows = Array.from({ length: 200 }, (_, row) => subjects[row % 40]);
  const data = {
    ...dataOf(rows.flatMap(([a, b]) => Array.from({ length: 12 }, (_, j) => Math.sin(a * (j + 1)) + Math.cos(b * (j + 2)))), 12, rows.map(([, , y]) => y)), // prettier-ignore
    groups: rows.map((_, row) => row % 40),
  };

  test("are kept whole, from the data or the options, so that nobody is tested on rows of the same subject", async () => {
    const { groups, ...apart } = data;
    const [alone, whole, named] = await Promise.all([
      crossValidate(apart, { l2: 0.01 }, { folds: 5 }),
      crossValidate(data, { l2: 0.01 }, { folds: 5 }),
      crossValidate(apart, { l2: 0.01 }, { folds: 5, groups }),
    ]);
    expect(alone.logLoss.mean).toBeLessThan(0.6 * whole.logLoss.mean);
    expect(named.byFold).toEqual(whole.byFold);
  });

  test("are kept whole where a penalty is chosen inside as well", async () => {
    const choose = { chooseL2: "minimum", chooseFolds: 4 } as const;
    const { groups, ...apart } = data;
    const [whole, named, alone] = await Promise.all([
      crossValidate(data, choose, { folds: 4 }),
      crossValidate(apart, choose, { folds: 4, groups }),
      crossValidate(apart, choose, { folds: 4 }),
    ]);
    expect(named.byFold).toEqual(whole.byFold);
    // Whoever sees the subject on both sides takes next to no penalty, and is punished for it.
    expect(alone.logLoss.mean).toBeLessThan(whole.logLoss.mean);
    expect(whole.logLoss.mean).toBeLessThan(0.8);
  });
});

test("sample weights go to the fits with their rows", async () => {
  const drawn = drawRows(200, [[0, 0, 0], [1, -1, 0.5]], 4); // prettier-ignore
  const sampleWeights = Float64Array.from(drawn.labels.indices, (k) => (k === 1 ? 6 : 1));
  const [plain, weighted, byClass] = await Promise.all([
    crossValidate(drawn, {}, { folds: 4 }),
    crossValidate({ ...drawn, sampleWeights }, {}, { folds: 4 }),
    crossValidate(drawn, { classWeights: { "1": 6 }, correctShares: false }, { folds: 4 }),
  ]);
  expect(weighted.logits).toEqual(byClass.logits);
  expect(weighted.logits).not.toEqual(plain.logits);
});

test("tells of each fit", async () => {
  const told: number[][] = [];
  const onFold = (done: number, all: number): number => told.push([done, all]);
  await crossValidate(rowsWhere(cancer, (row) => row < 60), {}, { folds: 3, repeats: 2, onFold }); // prettier-ignore
  expect(told).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
});

test("minibatch training is measured like any other", async () => {
  const { accuracy: figure } = await crossValidate(cancer, { solver: "sgd", epochs: 5 }, { folds: 3 });
  expect(figure.mean).toBeGreaterThan(0.9);
});

describe("bad input", () => {
  test("a class that one fold has all of", async () => {
    const { features, labels } = rowsWhere(cancer, (row) => row < 60);
    const odd = { classes: ["malignant", "benign", "odd"], indices: labels.indices.with(4, 2) };
    await expect(crossValidate({ features, labels: odd }, {}, { folds: 3 })).rejects.toThrow(
      new InputError(
        'crossValidate: without one of the folds no row of class "odd" is left to learn from; take fewer folds, or leave the class out',
      ),
    );
  });

  test("folds, groups and confidence that are none", async () => {
    await expect(crossValidate(cancer, {}, { folds: 1 })).rejects.toThrow(InputError);
    await expect(crossValidate(cancer, {}, { groups: [1] })).rejects.toThrow(
      new InputError("folds: needs one group per row, got 1 for 569 rows"),
    );
    await expect(crossValidate(cancer, {}, { confidence: 1 })).rejects.toThrow(
      new InputError("crossValidate: confidence must be in (0, 1), got 1"),
    );
  });
});
