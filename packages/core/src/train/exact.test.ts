import { describe, expect, test } from "vitest";
import { breastCancer, dataOf, digits, drawRows, iris, rowsWhere } from "../../test/samples.ts";
import { matrix, takeRows, type Labels } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { evaluate } from "../evaluate/index.ts";
import { fullCovarianceOf } from "../inference/index.ts";
import type { Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type FitOptions, type MatrixData, type TrainingData } from "./index.ts";

const isTrain = (row: number): boolean => row % 5 > 0;
const isTest = (row: number): boolean => row % 5 === 0;

const measure = (model: Classifier, { features, labels }: MatrixData) =>
  evaluate(model.logits(features), labels, { draws: 100 });

function expectDigits(found: ArrayLike<number>, expected: readonly number[], digitsAfter: number): void {
  expected.forEach((value, i) =>
    expect(Math.abs(found[i] - value), `at ${i}`).toBeLessThan(0.51 * 10 ** -digitsAfter),
  );
}

describe("reference numbers of the exact optimum, to their last digit with a tolerance of 1e-12", () => {
  test("iris, all rows, C = 1", async () => {
    const options = { scaling: 1, penaltyUnits: "original", tolerance: 1e-12 } as const;
    const model = await fitClassifier(iris(), options);
    const { accuracy, logLoss } = measure(model, iris());
    expect(logLoss).toBeCloseTo(0.119636677988, 11);
    expect(accuracy).toBe(146 / 150);
    const [{ weights, bias }] = model.layers;
    expectDigits(bias, [9.84956805, 2.237205632, -12.086773683], 9);
    expectDigits(weights, [-0.42350992, 0.96735058, -2.517152378, -1.079336648], 9);
    expect(model.training.status).toBe("certified");
    // The same whatever the scaling, since the penalty is in the columns' own units.
    const standardized = await fitClassifier(iris(), { penaltyUnits: "original", tolerance: 1e-12 });
    expect(measure(standardized, iris()).logLoss).toBeCloseTo(0.119636677988, 11);
  });

  test.each([
    ["1", 1, 0.094168263221, 0.04853485025, 0.9962837838, 0.029498009519, 0.242896571],
    ["2", 0.5, 0.110610135192, 0.041865682604, 0.9918918919, 0.032934237079, -0.01147847],
  ] as const)(
    "breast cancer, every fifth row a test, C = %s",
    async (_, l2, testLoss, trainLoss, auc, brier, bias) => {
      const train = rowsWhere(breastCancer(), isTrain);
      const held = rowsWhere(breastCancer(), isTest);
      for (const solver of ["newton", "lbfgs"] as const) {
        const model = await fitClassifier(train, { l2, solver, tolerance: 1e-12 });
        const found = measure(model, held);
        expect(found.rows).toBe(114);
        expect(found.accuracy).toBe(110 / 114);
        expect(found.logLoss).toBeCloseTo(testLoss, 10);
        expect(found.auc).toBeCloseTo(auc, 10);
        expect(found.brierBinary).toBeCloseTo(brier, 10);
        expect(measure(model, train).logLoss).toBeCloseTo(trainLoss, 10);
        expectDigits(model.layers[0].bias, [bias], 8);
        if (l2 === 1)
          expectDigits(
            model.layers[0].weights,
            [-0.36231179, -0.605502987, -0.372889798, -0.475968833, -0.382545358],
            8,
          );
      }
    },
  );

  test("digits, every fifth row a test, C = 1", async () => {
    const options = { scaling: 1, penaltyUnits: "original", tolerance: 1e-12 } as const;
    const model = await fitClassifier(rowsWhere(digits(), isTrain), options);
    const found = measure(model, rowsWhere(digits(), isTest));
    expect(found.accuracy).toBe(347 / 360);
    expect(found.logLoss).toBeCloseTo(0.163051352693, 10);
    expect(measure(model, rowsWhere(digits(), isTrain)).logLoss).toBeCloseTo(0.114178487644, 10);
    const [{ weights, bias }] = model.layers;
    expectDigits(bias, [0.47877748, -2.852931785, -0.091655607], 8);
    expectDigits(weights, [0, -0.019060385, -0.134131339, 0.422444994], 8);
  });

  test("digits, two of five rows left aside, C = 1", async () => {
    const options = { scaling: 1, penaltyUnits: "original", covariance: "none", tolerance: 1e-12 } as const;
    const model = await fitClassifier(
      rowsWhere(digits(), (row) => row % 5 > 1),
      options,
    );
    const found = measure(model, rowsWhere(digits(), isTest));
    expect(found.accuracy).toBe(346 / 360);
    expect(found.logLoss).toBeCloseTo(0.187732271, 9);
    expect(found.brier).toBeCloseTo(0.076282129, 9);
  });

  test("to 5e-9 by default, where 1e-8 of f is what is promised", async () => {
    const scaling = { scaling: 1, penaltyUnits: "original", covariance: "none" } as const;
    const model = await fitClassifier(rowsWhere(digits(), isTrain), scaling);
    const { logLoss } = measure(model, rowsWhere(digits(), isTest));
    expect(Math.abs(logLoss - 0.163051352693)).toBeLessThan(5e-9);
    const cancer = await fitClassifier(rowsWhere(breastCancer(), isTrain));
    const found = measure(cancer, rowsWhere(breastCancer(), isTest));
    expect(Math.abs(found.logLoss - 0.094168263221)).toBeLessThan(5e-9);
  });
});

describe("sigmoid with λ/2 and softmax with λ are one model, to 1e-8", () => {
  test.each([1, 0.02, 30])("λ = %s, breast cancer", async (l2) => {
    const train = rowsWhere(breastCancer(), isTrain);
    const [one, two] = await Promise.all([
      fitClassifier(train, { l2: l2 / 2, head: "sigmoid", tolerance: 1e-11 }),
      fitClassifier(train, { l2, head: "softmax", tolerance: 1e-11 }),
    ]);
    const [a, b] = [one, two].map((model) => model.predict(breastCancer().features).values);
    a.forEach((p, at) => expect(Math.abs(p - b[at])).toBeLessThan(1e-8));
    const [{ weights, bias }] = two.layers;
    one.layers[0].weights.forEach((w, j) =>
      expect(Math.abs(weights[30 + j] - weights[j] - w)).toBeLessThan(1e-8),
    );
    expect(weights[0] + weights[30]).toBeCloseTo(0, 12);
    expect(bias[0] + bias[1]).toBeCloseTo(0, 12);
    expect(one.training.optimum?.objective).toBeCloseTo(two.training.optimum?.objective ?? NaN, 7);
  });
});

describe("class weights", () => {
  const truth = [[0, 0, 0], [1.2, -0.8, -2.5], [-0.5, 1, -1.5]]; // prettier-ignore
  const drawn = drawRows(20_000, truth, 9);
  /** Mean probability of each class, beside its share. */
  const shares = (model: Classifier, { features, labels }: MatrixData): [number, number][] => {
    const { values, columns } = model.predict(features);
    return labels.classes.map((_, k) => [
      values.reduce((sum, p, at) => sum + (at % columns === k ? p : 0), 0) / features.rows,
      labels.indices.reduce((sum, own) => sum + Number(own === k), 0) / features.rows,
    ]);
  };

  test("are taken back from the intercepts: probabilities tell the true shares, and lie near the truth", async () => {
    const model = await fitClassifier(drawn, { classWeights: "balanced", l2: 0.01, scaling: 1 });
    for (const [mean, share] of shares(model, drawn)) expect(Math.abs(mean - share)).toBeLessThan(0.01);
    const [{ weights, bias }] = model.layers;
    // Standard errors are below 0.04 with so many rows.
    truth.slice(1).forEach((own, k) => {
      expect(Math.abs(weights[2 * (k + 1)] - weights[0] - own[0])).toBeLessThan(0.16);
      expect(Math.abs(weights[2 * (k + 1) + 1] - weights[1] - own[1])).toBeLessThan(0.16);
      expect(Math.abs(bias[k + 1] - bias[0] - own[2])).toBeLessThan(0.16);
    });
    expect(bias[0] + bias[1] + bias[2]).toBeCloseTo(0, 12);
    expect(model.training.options).toMatchObject({ corrected: true });
  });

  test("stay in the intercepts when that is refused: ln w apart, weights the same", async () => {
    const classWeights = { "0": 1, "1": 5, "2": 0.5 };
    const [corrected, raw] = await Promise.all([
      fitClassifier(drawn, { classWeights }),
      fitClassifier(drawn, { classWeights, correctShares: false }),
    ]);
    expect(raw.layers[0].weights).toEqual(corrected.layers[0].weights);
    const [a, b] = [raw.layers[0].bias, corrected.layers[0].bias];
    expect(a[1] - a[0] - (b[1] - b[0])).toBeCloseTo(Math.log(5), 12);
    expect(a[2] - a[0] - (b[2] - b[0])).toBeCloseTo(Math.log(0.5), 12);
    // At the weighted optimum the weighted shares are met exactly.
    const p = raw.predict(drawn.features).values;
    const w = [1, 5, 0.5];
    const gaps = [0, 0, 0];
    drawn.labels.indices.forEach((own, row) =>
      gaps.forEach((_, k) => (gaps[k] += w[own] * (p[3 * row + k] - Number(own === k)))),
    );
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(1e-5);
    expect(raw.training.options).toMatchObject({ corrected: false, classWeights: w });
  });

  test("of two classes, by the sigmoid head too", async () => {
    const data = drawRows(20_000, [truth[0], truth[1]], 10);
    const model = await fitClassifier(data, { classWeights: { "1": 12 }, l2: 0 });
    for (const [mean, share] of shares(model, data)) expect(Math.abs(mean - share)).toBeLessThan(0.01);
  });

  test("count as sample weights do, and with them", async () => {
    const data = drawRows(300, truth, 11);
    const own = Float64Array.from({ length: 300 }, (_, row) => 1 + (row % 3));
    const w = [2, 0.5, 3];
    const product = own.map((s, row) => s * w[data.labels.indices[row]]);
    const byClass = await fitClassifier(
      { ...data, sampleWeights: own },
      { classWeights: { "0": 2, "1": 0.5, "2": 3 }, correctShares: false },
    );
    const byRow = await fitClassifier({ ...data, sampleWeights: product });
    expect(byClass.layers).toEqual(byRow.layers);
  });

  test.each([
    [{ "0": 0 }, 'classWeights: the weight of "0" must be a positive number, got 0'],
    [{ "1": NaN }, 'classWeights: the weight of "1" must be a positive number, got NaN'],
    [{ "1": -2 }, 'classWeights: the weight of "1" must be a positive number, got -2'],
    [{ "1": Infinity }, 'classWeights: the weight of "1" must be a positive number, got Infinity'],
    [{ ill: 2 }, 'classWeights: there is no class "ill"; the classes are 0, 1, 2'],
  ])("%o is refused", async (classWeights, message) => {
    await expect(fitClassifier(drawn, { classWeights })).rejects.toThrow(
      new InputError(`fitClassifier: ${message}`),
    );
  });
});

describe("without a penalty", () => {
  const free: FitOptions = { l2: 0 };
  const refusal = (data: TrainingData, options: FitOptions = free): Promise<string> =>
    fitClassifier(data, options).then(
      () => "fitted",
      (error: unknown) => (error instanceof InputError ? error.message : String(error)),
    );
  const start =
    "fitClassifier: without a penalty (l2 = 0) there is no finite optimum, since the columns separate the classes";
  const end = "give a penalty: with l2 = 1, the default, there always is one optimum";

  test.each(["auto", "newton", "lbfgs"] as const)(
    "iris is refused as separated, by columns alone, %s",
    async (solver) => {
      expect(await refusal(iris(), { ...free, solver })).toBe(
        `${start} but for ties (quasi-completely): each alone petal length (cm), petal width (cm); ${end}`,
      );
    },
  );

  test("one column that is the target is named", async () => {
    const { features, labels } = drawRows(60, [[0, 0, 0], [1, 1, 0]], 3); // prettier-ignore
    const values = Float64Array.from([...labels.indices].flatMap((k, row) => [features.values[2 * row], k]));
    expect(await refusal({ features: matrix(values, 60, 2), labels, columns: ["x", "leak"] })).toBe(
      `${start} completely: alone leak; ${end}`,
    );
  });

  test("two columns that separate together are named together", async () => {
    const generator = createGenerator(4);
    const values = Array.from({ length: 120 }, () => generator.normal());
    const labels = Array.from({ length: 60 }, (_, row) => Number(values[2 * row] + values[2 * row + 1] > 0));
    expect(await refusal({ ...dataOf(values, 2, labels), columns: ["left", "right"] })).toBe(
      `${start} completely: together left, right; ${end}`,
    );
  });

  test("a column that is 1 for one class only separates it but for ties", async () => {
    const { features, labels } = drawRows(80, [[0, 0], [0.5, 0]], 5); // prettier-ignore
    const flags = [...labels.indices].map((k, row) => (k === 1 && row % 4 === 0 ? 1 : 0));
    const values = Float64Array.from(flags.flatMap((flag, row) => [features.values[row], flag]));
    expect(await refusal({ features: matrix(values, 80, 2), labels, columns: ["x", "flag"] })).toBe(
      `${start} but for ties (quasi-completely): alone flag; ${end}`,
    );
  });

  test("two identical columns, and one that is a sum of others, are said to depend; with a penalty they share", async () => {
    const { features, labels } = drawRows(80, [[0, 0, 0], [0.7, -0.5, 0]], 6); // prettier-ignore
    const [x, y] = [0, 1].map((j) => [...labels.indices.keys()].map((row) => features.values[2 * row + j]));
    const twins = matrix(Float64Array.from(x.flatMap((value, row) => [value, y[row], value])), 80, 3);
    const columns = ["a", "b", "c"];
    const text = await refusal({ features: twins, labels, columns });
    expect(text).toBe(
      `fitClassifier: without a penalty (l2 = 0) the coefficients are not determined: column "c" is determined by a; leave one out, or ${end}`,
    );
    const sums = matrix(
      Float64Array.from(x.flatMap((value, row) => [value, y[row], value - 2 * y[row]])),
      80,
      3,
    );
    expect(await refusal({ features: sums, labels, columns })).toContain('column "c" is determined by a, b');
    const model = await fitClassifier({ features: twins, labels, columns });
    const [{ weights }] = model.layers;
    expect(weights[2]).toBeCloseTo(weights[0], 9);
    expect(model.training.status).toBe("certified");
    expect(fullCovarianceOf(model.inference)?.every(Number.isFinite)).toBe(true);
  });

  test("a table's categories need no penalty: the first of each column is the reference", async () => {
    const generator = createGenerator(10);
    const rows = Array.from({ length: 400 }, () => {
      const site = ["arm", "leg", "trunk"][generator.below(3)];
      const size = generator.normal();
      const z = size + (site === "leg" ? 1 : site === "trunk" ? -1 : 0);
      return { size, site, ill: generator.uniform() < 1 / (1 + Math.exp(-z)) ? "yes" : "no" };
    });
    const model = await fitClassifier({ rows, target: "ill" }, free);
    expect(model.training.status).toBe("gradient");
    expect(model.features.columns).toEqual(["size", "site = arm", "site = leg", "site = trunk"]);
    const [{ weights }] = model.layers;
    expect(weights[1]).toBe(0);
    expect(weights[2]).toBeGreaterThan(0.3);
    expect(weights[3]).toBeLessThan(-0.3);
    expect(model.training.optimum?.degreesOfFreedom).toBeCloseTo(4, 8);
  });
});

describe("bad input is told in one sentence", () => {
  const data = drawRows(40, [[0, 0, 0], [1, 1, 0]], 8); // prettier-ignore
  const weightsWith = (bad: number): number[] => Array<number>(40).fill(1).with(3, bad);
  const labelsWith = (labels: Partial<Labels>): MatrixData => ({
    features: data.features,
    labels: { ...data.labels, ...labels },
  });

  test.each<[string, TrainingData, FitOptions, string]>([
    [
      "negative weights",
      { ...data, sampleWeights: weightsWith(-1) },
      {},
      "sample weights must be 0 or positive numbers, got -1 at row 3",
    ],
    [
      "NaN weights",
      { ...data, sampleWeights: weightsWith(NaN) },
      {},
      "sample weights must be 0 or positive numbers, got NaN at row 3",
    ],
    [
      "infinite weights",
      { ...data, sampleWeights: weightsWith(Infinity) },
      {},
      "sample weights must be 0 or positive numbers, got Infinity at row 3",
    ],
    [
      "weights that are all 0",
      { ...data, sampleWeights: Array(40).fill(0) },
      {},
      "some sample weight must be positive, all are 0",
    ],
    [
      "too few weights",
      { ...data, sampleWeights: [1, 2] },
      {},
      "needs one sample weight per row, got 2 weights for 40 rows",
    ],
    [
      "weights that leave a class none",
      { ...data, sampleWeights: [...data.labels.indices] },
      {},
      'class "0" has no training rows of positive weight, so there is no finite optimum; leave the class out',
    ],
    [
      "one class",
      labelsWith({ classes: ["0"], indices: new Int32Array(40) }),
      {},
      'needs two classes or more, got only "0"',
    ],
    [
      "a class without rows",
      labelsWith({ classes: ["0", "1", "2"] }),
      {},
      'class "2" has no training rows, so there is no finite optimum; leave the class out',
    ],
    [
      "very many classes",
      labelsWith({ classes: Array.from({ length: 2001 }, (_, k) => String(k)) }),
      {},
      "solver: an exact one takes at most 2000 classes, got 2001; take adam or sgd, which learn very many a tile at a time",
    ],
    [
      "a class without rows, lasso",
      labelsWith({ classes: ["0", "1", "2"] }),
      { l1Ratio: 1 },
      'class "2" has no training rows, so there is no finite optimum; leave the class out',
    ],
    ["λ negative", data, { l2: -1 }, "l2 must be 0 or a positive number, got -1"],
    ["λ infinite", data, { l2: Infinity }, "l2 must be 0 or a positive number, got Infinity"],
    ["λ NaN", data, { l2: NaN }, "l2 must be 0 or a positive number, got NaN"],
    [
      "λ given and to be chosen",
      data,
      { l2: 2, chooseL2: "minimum" },
      "l2 is given as 2 and to be chosen as well; give one or the other",
    ],
    ["α above 1", data, { l1Ratio: 1.5 }, "l1Ratio must be a number from 0 to 1, got 1.5"],
    ["α without λ", data, { l1Ratio: 0.5, l2: 0 }, "l1Ratio is a share of the penalty, but l2 is 0"],
    ["tolerance 0", data, { tolerance: 0 }, "tolerance must be a number above 0 and below 1, got 0"],
    [
      "one fold",
      data,
      { chooseL2: "minimum", chooseFolds: 1 },
      "chooseFolds must be a whole number from 2 to 255, got 1",
    ],
  ])("%s", async (_, input, options, message) => {
    await expect(fitClassifier(input, options)).rejects.toThrow(new InputError(`fitClassifier: ${message}`));
  });

  test.each([NaN, Infinity])("a feature that is %s", async (bad) => {
    const values = data.features.values.with(5, bad);
    await expect(
      fitClassifier({ features: { rows: 40, columns: 2, values }, labels: data.labels }),
    ).rejects.toThrow(new InputError(`matrix: values must be finite numbers, got ${bad} at row 2, column 1`));
  });

  test("an infinite value in a row", async () => {
    const rows = [{ x: 1, y: "a" }, { x: Infinity, y: "b" }, { x: 2, y: "b" }]; // prettier-ignore
    await expect(fitClassifier({ rows, target: "y" })).rejects.toThrow(InputError);
  });

  test("a column with no value at all teaches nothing, and is no obstacle", async () => {
    const rows = Array.from({ length: 40 }, (_, row) => ({
      x: data.features.values[2 * row],
      nothing: null,
      y: data.labels.indices[row],
    }));
    for (const l2 of [0, 1]) {
      const full = await fitClassifier({ rows, target: "y" }, { l2, tolerance: 1e-12 });
      const without = await fitClassifier(
        { rows: rows.map(({ x, y }) => ({ x, y })), target: "y" },
        { l2, tolerance: 1e-12 },
      );
      expect(full.probabilities({ x: 1, nothing: null })["1"]).toBeCloseTo(
        without.probabilities({ x: 1 })["1"],
        10,
      );
      expect(fullCovarianceOf(full.inference)?.every(Number.isFinite)).toBe(true);
    }
  });

  test("a class that only test rows have is refused where they are measured", async () => {
    const model = await fitClassifier(data);
    const logits = model.logits(data.features);
    const labels = { classes: ["0", "1", "2"], indices: data.labels.indices.with(0, 2) };
    expect(() => evaluate(logits, labels)).toThrow(
      new InputError("evaluate: logits must have one column per class, 3, got 2"),
    );
  });
});

test("the same input has the same bits, with either head and either solver", async () => {
  const data = rowsWhere(breastCancer(), isTrain);
  for (const options of [{}, { solver: "lbfgs" }, { head: "softmax" }, { l1Ratio: 0.5 }] as const) {
    const [a, b] = [await fitClassifier(data, options), await fitClassifier(data, options)];
    expect(a.layers).toEqual(b.layers);
    expect(a.inference).toEqual(b.inference);
    expect(a.training).toEqual(b.training);
  }
});

test("a lasso counts the rounds of the stronger penalties on its way", async () => {
  const data = rowsWhere(breastCancer(), isTrain);
  const roundsAt = async (l2: number): Promise<number> =>
    (await fitClassifier(data, { l1Ratio: 1, l2 })).training.optimum?.iterations ?? 0;
  expect(await roundsAt(1)).toBeGreaterThan(await roundsAt(4)); // which 1 passes on its way
  expect(await roundsAt(4)).toBeGreaterThan(2);
});

test("the order of rows changes nothing but rounding", async () => {
  const data = rowsWhere(breastCancer(), isTrain);
  const order = Uint32Array.from(data.labels.indices.keys()).toReversed();
  const reversed = {
    features: takeRows(data.features, order),
    labels: { ...data.labels, indices: data.labels.indices.toReversed() },
  };
  const [a, b] = [await fitClassifier(data), await fitClassifier(reversed)];
  a.layers[0].weights.forEach((w, j) => expect(Math.abs(w - b.layers[0].weights[j])).toBeLessThan(1e-8));
});
