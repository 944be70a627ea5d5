import { describe, expect, test } from "vitest";
import { labelsOf, matrix, type LabelSets } from "../data/index.ts";
import { crossValidate, evaluate } from "../evaluate/index.ts";
import { coefficients, contributions, predictIntervals } from "../inference/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier } from "./index.ts";

const columns = 3;
const rows = 240;
const generator = createGenerator(5);
const values = Float64Array.from({ length: rows * columns }, () => generator.normal());
const truths = [
  [2, -1, 0],
  [0, 1, 1],
];
/** Two labels that hang on the columns, one that no row carries, one that all carry. */
const names = ["web", "games", "never", "always"];
const marks = Uint8Array.from({ length: rows * 4 }, (_, i) => {
  const [row, k] = [Math.floor(i / 4), i % 4];
  if (k > 1) return k - 2;
  const z = truths[k].reduce((sum, w, j) => sum + w * values[row * columns + j], 0);
  return Number(generator.uniform() < 1 / (1 + Math.exp(-z)));
});
const labels: LabelSets = { names, rows, values: marks };
const features = matrix(values, rows, columns);

const setsOf = (...keys: number[]): LabelSets => ({
  names: keys.map((k) => names[k]),
  rows,
  values: Uint8Array.from(
    { length: rows * keys.length },
    (_, i) => marks[4 * Math.floor(i / keys.length) + keys[i % keys.length]],
  ),
});

describe("several labels, fitted exactly", () => {
  test("each has its own logit taken apart, against its absence", async () => {
    const model = await fitClassifier({ features, labels: setsOf(0, 1) });
    const one = matrix(values.subarray(0, 3), 1, 3);
    const { against, logit, baseline, contributions: parts } = contributions(model, one, { class: "games" });
    expect(against).toBe("without games");
    expect(logit).toBeCloseTo(model.logits(one).values[1], 12);
    expect(parts.reduce((sum, { logOdds }) => sum + logOdds, baseline.logOdds)).toBe(logit);
  });

  test("are the logistic regressions of each by itself, to the last bit", async () => {
    const model = await fitClassifier({ features, labels: setsOf(0, 1) });
    expect(model.head.kind).toBe("multilabel");
    expect(model.classes).toEqual(["web", "games"]);
    const [{ weights, bias }] = model.layers;
    for (const k of [0, 1]) {
      const own = labelsOf(Array.from({ length: rows }, (_, row) => marks[4 * row + k]));
      const single = await fitClassifier({ features, labels: own });
      expect([...weights.subarray(k * columns, (k + 1) * columns)]).toEqual([...single.layers[0].weights]);
      expect(bias[k]).toBe(single.layers[0].bias[0]);
    }
    expect(model.training.status).toBe("certified");
    const { values: p } = model.predict(features);
    const { values: z } = model.logits(features);
    expect(z).toHaveLength(2 * rows);
    z.forEach((each, i) => expect(p[i]).toBeCloseTo(1 / (1 + Math.exp(-each)), 14));
    expect(model.probabilities([1, 2, 3])).toEqual({
      web: model.predict(matrix(Float64Array.of(1, 2, 3), 1, 3)).values[0],
      games: model.predict(matrix(Float64Array.of(1, 2, 3), 1, 3)).values[1],
    });
  });

  test("sum what was reached over the labels", async () => {
    const both = (await fitClassifier({ features, labels: setsOf(0, 1) })).training.optimum;
    const alone = await Promise.all(
      [0, 1].map(async (k) => (await fitClassifier({ features, labels: setsOf(k) })).training.optimum),
    );
    for (const name of [
      "objective",
      "gap",
      "iterations",
      "passes",
      "logLikelihood",
      "nullLogLikelihood",
    ] as const)
      expect(both?.[name]).toBeCloseTo(
        (alone[0]?.[name] ?? Number.NaN) + (alone[1]?.[name] ?? Number.NaN),
        10,
      );
    expect(both?.degreesOfFreedom).toBeNull();
  });

  test("give a label that all rows carry, or none, its log-odds, and say so", async () => {
    const done: number[] = [];
    const model = await fitClassifier(
      { features, labels },
      { onLabel: (label, all) => void done.push(label, all) },
    );
    const [{ weights, bias }] = model.layers;
    expect([...weights.subarray(2 * columns)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(bias[2]).toBeCloseTo(Math.log(0.5 / 240.5), 14);
    expect(bias[3]).toBeCloseTo(Math.log(240.5 / 0.5), 14);
    expect(model.training.warnings).toEqual([
      'no training row carries "never", so nothing tells such rows from others: a constant probability near its share stands for it',
      'every training row carries "always", so nothing tells such rows from others: a constant probability near its share stands for it',
    ]);
    expect(model.training.classRows?.slice(2)).toEqual([0, 240]);
    expect(done).toEqual([1, 4, 2, 4, 3, 4, 4, 4]);
  });

  test("that exclude each other bring the advice to take a softmax", async () => {
    const exclusive = Uint8Array.from({ length: rows * 2 }, (_, i) =>
      i % 2 === 0 ? marks[2 * i] : 1 - marks[2 * (i - 1)],
    );
    const model = await fitClassifier({ features, labels: { names: ["a", "b"], rows, values: exclusive } });
    expect(model.training.warnings).toEqual([
      "every one of the 240 rows carries exactly one of the 2 labels: they look mutually exclusive, and a softmax over one column of classes would fit better than independent sigmoids",
    ]);
  });

  test("may be sparse, by a penalty on |w|", async () => {
    const model = await fitClassifier({ features, labels: setsOf(0, 1) }, { l1Ratio: 1, l2: 20 });
    expect([...model.layers[0].weights]).toContain(0);
    expect(model.training.status).toBe("certified");
  });
});

describe("several labels, by minibatches", () => {
  test("come near the exact optimum", async () => {
    const exact = await fitClassifier({ features, labels: setsOf(0, 1) });
    const near = await fitClassifier(
      { features, labels: setsOf(0, 1) },
      { solver: "adam", epochs: 300, learningRate: 0.02, schedule: "cosine" },
    );
    near.layers[0].weights.forEach((w, i) =>
      expect(Math.abs(w - exact.layers[0].weights[i])).toBeLessThan(2e-2),
    );
    expect(near.training.history.at(-1)?.accuracy).toBeGreaterThan(0.3);
  });

  test("are the same on plain kernels but for rounding, through hidden layers with validation rows", async () => {
    const options = { hidden: "4:relu", epochs: 5, patience: 3, seed: 3 } as const;
    const fast = await fitClassifier({ features, labels: setsOf(0, 1) }, options);
    const plain = await fitClassifier(
      { features, labels: setsOf(0, 1) },
      { ...options, kernels: plainKernels },
    );
    expect(fast.body).not.toBeNull();
    expect(fast.inference).toBeNull();
    const expected = plain.layers[0].weights;
    fast.layers[0].weights.forEach((w, i) => expect(Math.abs(w - expected[i])).toBeLessThan(1e-5)); // 40 steps of float32
    const last = fast.training.history.at(-1);
    expect(last?.validationLoss).toBeGreaterThan(0);
    expect(last?.validationLoss).toBeLessThan(2 * Math.log(2) * 1.5);
  });
});

describe("labels among the columns", () => {
  const table = {
    x: Array.from({ length: 40 }, (_, i) => i),
    a: Array.from({ length: 40 }, (_, i) => Number(i > 18 && i !== 30)),
    b: Array.from({ length: 40 }, (_, i) => i % 3 === 0),
  };
  const tags = Array.from({ length: 40 }, (_, i) => [table.a[i] ? "a" : "", table.b[i] ? "b" : ""].join(";"));

  test("are several columns of 0 and 1, or one that lists them: the same model", async () => {
    const wide = await fitClassifier({ columns: table, target: ["a", "b"] });
    const listed = await fitClassifier({ columns: { x: table.x, tags }, target: "tags", separator: ";" });
    const byHead = await fitClassifier(
      { columns: { x: table.x, tags }, target: "tags" },
      { head: "multilabel" },
    );
    expect(wide.features.columns).toEqual(["x"]);
    expect([...wide.layers[0].weights]).toEqual([...listed.layers[0].weights]);
    expect([...wide.layers[0].weights]).toEqual([...byHead.layers[0].weights]);
    expect(wide.training).toMatchObject({ target: "a,b" });
    expect(wide.training.separator).toBeUndefined();
    expect(listed.training).toMatchObject({ target: "tags", separator: ";" });
    expect(byHead.training.separator).toBe(";");
  });

  test("may be one alone", async () => {
    const model = await fitClassifier({ columns: { x: table.x, a: table.a }, target: ["a"] });
    expect(model.classes).toEqual(["a"]);
    expect(Object.keys(model.probabilities({ x: 3 }))).toEqual(["a"]);
  });

  test("that hold anything but 0 and 1 are refused at their place", async () => {
    const odd = { ...table, a: table.a.with(7, 2) };
    await expect(fitClassifier({ columns: odd, target: ["a", "b"] })).rejects.toThrow(
      'labels: column "a" must hold 0 or 1 (or false or true), since it is one of several targets, got 2 at row 7',
    );
  });
});

test("contributions say what spoke for a label, and sum to its own logit", async () => {
  const model = await fitClassifier({ features, labels: setsOf(0, 1) });
  const one = matrix(values.subarray(0, 3), 1, columns);
  const found = contributions(model, one, { class: "games" });
  expect(found).toMatchObject({ class: "games", against: "without games" });
  expect(found.contributions.map(({ column }) => column)).toEqual(["0", "1", "2"]);
  expect(found.logit).toBeCloseTo(model.logits(one).values[1], 12);
});

describe("what is refused", () => {
  const two = setsOf(0, 1);
  test.each([
    [{ ...two, rows: 3 }, {}, "needs one label set per row, got 3 sets for 240 rows"],
    [{ ...two, names: [] }, {}, "needs one label or more, got none"],
    [{ ...two, names: ["a", "a"] }, {}, 'labels need different names, got "a" twice'],
    [{ ...two, values: two.values.subarray(1) }, {}, "240 rows of 2 labels need 480 marks, got 479"],
    [
      { ...two, values: two.values.with(3, 2) },
      {},
      'marks of labels must be 0 or 1, got 2 at row 1, label "games"',
    ],
    [
      setsOf(2),
      {},
      'some label must be carried by some rows and not by others, but "never" is the same in all rows',
    ],
    [
      two,
      { head: "softmax" },
      "the softmax head is for rows of one class each, got rows that carry several labels",
    ],
    [two, { classWeights: "balanced" }, "classWeights are for classes that exclude each other"],
    [
      two,
      { chooseL2: "minimum" },
      "chooseL2 is for classes that exclude each other; for several labels give l2",
    ],
    [two, { covariance: "wald" }, "covariance: a model of several labels keeps none, got wald; leave it out"],
  ] as const)("in a fit: %#", async (sets, options, sentence) => {
    await expect(fitClassifier({ features, labels: sets }, options)).rejects.toThrow(
      `fitClassifier: ${sentence}`,
    );
  });

  test("the multilabel head for one class per row", async () => {
    const own = labelsOf(Array.from({ length: rows }, (_, row) => marks[4 * row]));
    await expect(fitClassifier({ features, labels: own }, { head: "multilabel" })).rejects.toThrow(
      "the multilabel head is for rows that carry any number of labels, got one class per row; give label sets",
    );
  });

  test("separation without a penalty, with the label's name", async () => {
    const x = matrix(
      Float64Array.from({ length: 20 }, (_, i) => i),
      20,
      1,
    );
    const sets = {
      names: ["far"],
      rows: 20,
      values: Uint8Array.from({ length: 20 }, (_, i) => Number(i > 9)),
    };
    await expect(fitClassifier({ features: x, labels: sets }, { l2: 0 })).rejects.toThrow(
      'fitClassifier: label "far": without a penalty (l2 = 0) there is no finite optimum',
    );
  });

  test("by what is for classes that exclude each other", async () => {
    const model = await fitClassifier({ features, labels: two });
    const sentence =
      "the model gives several labels at once, and this is for classes of which every row has exactly one";
    expect(() => coefficients(model)).toThrow(`coefficients: ${sentence}`);
    expect(() => contributions(model, matrix(values.subarray(0, 3), 1, columns), { against: "web" })).toThrow(
      "contributions: a label is held against its absence",
    );
    expect(() => predictIntervals(model, features)).toThrow(`predictIntervals: ${sentence}`);
    // @ts-expect-error label sets are no labels
    expect(() => evaluate(model.logits(features), two)).toThrow(
      "labels must be one class per row, got label sets; evaluateLabels measures models of several labels",
    );
    await expect(crossValidate({ features, labels: two })).rejects.toThrow(
      "crossValidate: the rows carry several labels at once",
    );
  });
});
