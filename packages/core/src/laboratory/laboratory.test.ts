import { describe, expect, test } from "vitest";
import { breastCancer, dataOf, iris, rowsWhere } from "../../test/samples.ts";
import { applyScalingExactly, fitStandardization } from "../features/index.ts";
import type { Matrix } from "../data/index.ts";
import { descend } from "./descent.ts";
import { headLaws, headPractice } from "./index.ts";
import { probabilityGap } from "./laws.ts";
import { lossAt, optimumOf } from "./optimum.ts";
import { rowLoss, sigmoidPair, slopes, softmaxPair } from "./output.ts";
import { openTwoClasses } from "./two-classes.ts";

/** Breast cancer with every fifth row a test, in units of the training rows. */
function split(): { train: ReturnType<typeof breastCancer>; test: ReturnType<typeof breastCancer> } {
  const train = rowsWhere(breastCancer(), (row) => row % 5 !== 0);
  const held = rowsWhere(breastCancer(), (row) => row % 5 === 0);
  const scaling = fitStandardization(train.features);
  const scaled = (features: Matrix): Matrix<Float64Array> => ({
    ...features,
    values: applyScalingExactly(scaling, features, new Float64Array(features.values.length)),
  });
  return {
    train: { ...train, features: scaled(train.features) },
    test: { ...held, features: scaled(held.features) },
  };
}

const { train, test: held } = split();
const laws = headLaws(train.features, train.labels);

describe("on breast cancer", () => {
  test.each(laws.map((law) => [law.name, law.difference]))(
    "the law of %s holds to 1e-12: %d",
    (_, difference) => {
      expect(difference).toBeLessThanOrEqual(1e-12);
    },
  );

  test("and whoever gives both heads the same rate or penalty sees them apart", () => {
    const apart = laws.flatMap(({ unmatched }) => (unmatched === null ? [] : [unmatched]));
    expect(apart).toHaveLength(7);
    expect(Math.min(...apart)).toBeGreaterThan(0.01);
  });

  test("the optima are those of the reference: softmax with C is sigmoid with 2C, 0.228 from sigmoid with C", () => {
    const data = openTwoClasses("test", held.features, held.labels);
    const own = openTwoClasses("test", train.features, train.labels);
    const loss = (outputs: 1 | 2, l2: number): number =>
      lossAt(data, optimumOf(own, outputs, l2)) / data.rows;
    expect(loss(2, 1)).toBeCloseTo(0.110610135192, 11);
    expect(loss(1, 0.5)).toBeCloseTo(0.110610135192, 11);
    expect(loss(1, 1)).toBeCloseTo(0.094168263221, 11);
    const gap = (l2: number): number => probabilityGap(data, optimumOf(own, 2, 1), optimumOf(own, 1, l2));
    expect(gap(0.5)).toBeLessThan(1e-12);
    expect(gap(1)).toBeCloseTo(0.228, 3);
  });

  const practice = headPractice(train.features, train.labels);

  test("the first step of the softmax goes exactly twice as far, and its loss is that of twice the rate", () => {
    const { firstStep, softmax, sigmoid, sigmoidTwice } = practice.learningRate;
    expect(firstStep).toBeCloseTo(2, 14);
    expect(softmax).toBeCloseTo(sigmoidTwice, 14);
    expect(softmax).toBeLessThan(sigmoid);
  });

  test("at the same penalty the softmax fits closer, with larger weights", () => {
    const { softmax, sigmoid, softmaxNorm, sigmoidNorm } = practice.penalty;
    expect(softmax).toBeLessThan(sigmoid);
    expect(softmaxNorm).toBeGreaterThan(sigmoidNorm);
  });

  test("float32 moves weights a thousand million times more than float64, whichever head; so does another order of sums", () => {
    const { heads, softmax, sigmoid } = practice.precision;
    for (const gap of [heads, softmax, sigmoid, practice.order.float32]) {
      expect(gap).toBeGreaterThan(1e-9);
      expect(gap).toBeLessThan(1e-4);
    }
    expect(practice.order.float64).toBeLessThan(1e-12);
  });
});

test("the log-odds of two starting weights vary twice as much as one", () => {
  const { start } = headPractice(train.features, train.labels, { steps: 1 });
  expect(start.variance).toBeGreaterThan(1.92); // 2 within four standard errors, 4 · 2√(2 / 10,000)
  expect(start.variance).toBeLessThan(2.08);
});

test("1 − σ(z) is nothing from 37 on in float64 and from 17 in float32, and two outputs keep it", () => {
  const { tails } = headPractice(train.features, train.labels, { steps: 1 });
  expect(tails.map(({ precision, logit }) => [precision, logit])).toEqual([
    ["float64", 37],
    ["float32", 17],
  ]);
  expect(tails[0].kept).toBeCloseTo(Math.exp(-37), 30);
  expect(tails[1].kept).toBeCloseTo(Math.exp(-17), 12);
});

test("outputs of 0 are an even chance, and the slopes are p − t", () => {
  expect(sigmoidPair(0)).toEqual([0.5, 0.5]);
  expect(softmaxPair(3, 3)).toEqual([0.5, 0.5]);
  expect(sigmoidPair(-800)).toEqual([1, 0]);
  const output = new Float64Array(2);
  slopes(Float64Array.of(0, Math.log(3)), 1, output);
  expect([...output]).toEqual([expect.closeTo(0.25, 15), expect.closeTo(-0.25, 15)]);
  expect(rowLoss(Float64Array.of(200, 0), 1)).toBe(200);
  expect(rowLoss(Float64Array.of(-200), 1)).toBe(200);
});

test("one step from 0 by hand: two rows at −1 and 1, slopes ±½, so w = η/2", () => {
  const data = dataOf([-1, 1], 1, [0, 1]);
  const own = openTwoClasses("test", data.features, data.labels);
  const plan = {
    optimizer: "sgd",
    learningRate: 0.2,
    steps: 1,
    batch: 2,
    order: Uint32Array.of(0, 1),
  } as const;
  expect([...descend(own, 1, plan)]).toEqual([0.1, 0]);
  expect([...descend(own, 2, plan)]).toEqual([-0.1, 0, 0.1, 0]);
});

test("slopes of the loss agree with central differences", () => {
  const h = 1e-6;
  for (const outputs of [[0.3], [-2.5], [0.3, -0.9], [4, 1]])
    for (const target of [0, 1, 0.3]) {
      const output = new Float64Array(outputs.length);
      slopes(Float64Array.from(outputs), target, output);
      outputs.forEach((_, k) => {
        const at = (shift: number): number =>
          rowLoss(
            Float64Array.from(outputs, (z, i) => (i === k ? z + shift : z)),
            target,
          );
        expect(output[k]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 8);
      });
    }
});

test("three classes, a class without rows and too few labels are refused", () => {
  const { features, labels } = iris();
  expect(() => headLaws(features, labels)).toThrow(
    "headLaws: one output or two is a question for two classes, got 3",
  );
  const two = { classes: ["a", "b"], indices: new Int32Array(150) };
  expect(() => headPractice(features, two)).toThrow('headPractice: class "b" has no rows');
  expect(() => headLaws(features, { ...two, indices: Int32Array.of(0, 1) })).toThrow(
    "headLaws: needs one label per row, got 2 labels for 150 rows",
  );
});
