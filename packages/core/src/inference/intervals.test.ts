import { describe, expect, test } from "vitest";
import reference from "../../test/references/inference.json" with { type: "json" };
import { breastCancer, dataOf, drawLabels, drawRows, rowsWhere } from "../../test/samples.ts";
import { matrix, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { normalQuantile } from "../statistics/index.ts";
import { fitClassifier, type FitOptions, type MatrixData } from "../train/index.ts";
import { fullCovarianceOf, predictIntervals } from "./index.ts";

const { spector, nes } = reference;
const spectorData = dataOf(spector.values, 3, spector.labels);
const nesData = dataOf(nes.values, 4, nes.labels);
const precise: FitOptions = { l2: 0, tolerance: 1e-12 };
const logit = (p: number): number => Math.log(p / (1 - p));

test("Spector's fitted probabilities have the intervals of statsmodels, to 1e-9", async () => {
  for (const head of ["sigmoid", "softmax"] as const) {
    const model = await fitClassifier(spectorData, { ...precise, head });
    const { probabilities, low, high } = predictIntervals(model, spectorData.features);
    spector.labels.forEach((_, row) => {
      const at = 2 * row + 1;
      expect(probabilities.values[at]).toBeCloseTo(spector.probabilities[row], 9);
      expect(low[at]).toBeCloseTo(spector.low[row], 9);
      expect(high[at]).toBeCloseTo(spector.high[row], 9);
      // The other class is the mirror image.
      expect(low[at - 1]).toBeCloseTo(1 - high[at], 12);
      expect(high[at - 1]).toBeCloseTo(1 - low[at], 12);
    });
    expect([13, 31].map((row) => [low[2 * row + 1], high[2 * row + 1]].map((v) => v.toFixed(6)))).toEqual([
      ["0.047397", "0.535461"],
      ["0.013013", "0.541947"],
    ]);
  }
});

test("of four classes they are those of the delta method by central differences, to 1e-8", async () => {
  const model = await fitClassifier(nesData, precise);
  const rows = nes.rows.flatMap((row) => nes.values.slice(4 * row, 4 * row + 4));
  const { probabilities, low, high } = predictIntervals(model, matrix(Float64Array.from(rows), 4, 4));
  nes.probabilities.forEach((p, at) => {
    expect(probabilities.values[at]).toBeCloseTo(p, 9);
    expect(low[at]).toBeCloseTo(nes.low[at], 8);
    expect(high[at]).toBeCloseTo(nes.high[at], 8);
  });
});

test("the gradient of logit pₖ along the coefficients is right: shifting them moves it as far as the interval says", async () => {
  const model = await fitClassifier(nesData, { ...precise, scaling: 1 });
  const features = matrix(nesData.features.values.slice(0, 4), 1, 4);
  const covariance = fullCovarianceOf(model.inference) ?? [];
  const p = 15;
  const [layer] = model.layers;
  /** logit pₖ with the contrast of one class moved. */
  const logits = (place: number, by: number): number[] => {
    const z = [...model.logits(features).values];
    const k = Math.floor(place / 5) + 1;
    z[k] += by * [...features.values, 1][place % 5];
    const max = Math.max(...z);
    const e = z.map((value) => Math.exp(value - max));
    const total = e.reduce((sum, value) => sum + value, 0);
    return e.map((value) => logit(value / total));
  };
  expect(layer.weights).toHaveLength(16);
  const gradients = Array.from({ length: p }, (_, i) => {
    const [up, down] = [logits(i, 1e-5), logits(i, -1e-5)];
    return up.map((value, k) => (value - down[k]) / 2e-5);
  });
  const { low, high } = predictIntervals(model, features);
  for (let k = 0; k < 4; k++) {
    let variance = 0;
    for (let i = 0; i < p; i++)
      for (let j = 0; j < p; j++) variance += gradients[i][k] * gradients[j][k] * covariance[i * p + j];
    const width = 2 * normalQuantile(0.975) * Math.sqrt(variance);
    expect(logit(high[k]) - logit(low[k])).toBeCloseTo(width, 7);
  }
});

describe("sigmoid with λ/2 and softmax with λ", () => {
  const train = rowsWhere(breastCancer(), (row) => row % 5 > 0);
  const held = rowsWhere(breastCancer(), (row) => row % 5 === 0).features;
  const fits = (l2: number): Promise<[Classifier, Classifier]> =>
    Promise.all([
      fitClassifier(train, { l2: l2 / 2, head: "sigmoid", tolerance: 1e-12 }),
      fitClassifier(train, { l2, head: "softmax", tolerance: 1e-12 }),
    ]);

  test("are one model at the optimum: probabilities and intervals agree to 1e-8, breast cancer", async () => {
    for (const l2 of [1, 0.1]) {
      const [a, b] = (await fits(l2)).map((model) => predictIntervals(model, held));
      a.low.forEach((value, at) => {
        expect(Math.abs(a.probabilities.values[at] - b.probabilities.values[at])).toBeLessThan(1e-8);
        expect(Math.abs(value - b.low[at])).toBeLessThan(1e-8);
        expect(Math.abs(a.high[at] - b.high[at])).toBeLessThan(1e-8);
      });
    }
  });

  test("sandwich and robust too", async () => {
    for (const covariance of ["sandwich", "robust"] as const) {
      const [a, b] = await Promise.all([
        fitClassifier(train, { l2: 0.5, head: "sigmoid", tolerance: 1e-12, covariance }),
        fitClassifier(train, { l2: 1, head: "softmax", tolerance: 1e-12, covariance }),
      ]);
      const [c, d] = [predictIntervals(a, held), predictIntervals(b, held)];
      c.low.forEach((value, at) => expect(Math.abs(value - d.low[at])).toBeLessThan(1e-8));
    }
  });
});

test("intervals lie inside (0, 1), around the probability, and grow with confidence", async () => {
  const data = drawRows(80, [[0, 0, 0], [4, -3, 1], [-2, 5, -2]], 3); // prettier-ignore
  const model = await fitClassifier(data, { l2: 0.01 });
  const far = matrix(Float64Array.from([0, 0, 3, -3, -4, 4, 2, 2]), 4, 2);
  const [half, most] = [0.5, 0.999].map((confidence) => predictIntervals(model, far, { confidence }));
  half.probabilities.values.forEach((p, at) => {
    expect(most.low[at]).toBeGreaterThan(0);
    expect(most.low[at]).toBeLessThan(half.low[at]);
    expect(half.low[at]).toBeLessThan(p);
    expect(half.high[at]).toBeGreaterThan(p);
    expect(most.high[at]).toBeGreaterThan(half.high[at]);
    expect(most.high[at]).toBeLessThan(1);
  });
});

test("classes in another order, or columns, have the same intervals, to 1e-9", async () => {
  const order = [2, 0, 3, 1];
  const renamed = {
    features: nesData.features,
    labels: { classes: ["a", "b", "c", "d"], indices: nesData.labels.indices.map((k) => order.indexOf(k)) },
  };
  const rows = matrix(nesData.features.values.slice(0, 40), 10, 4);
  for (const covariance of ["laplace", "sandwich", "robust"] as const) {
    const a = predictIntervals(await fitClassifier(nesData, { covariance, tolerance: 1e-13 }), rows);
    const b = predictIntervals(await fitClassifier(renamed, { covariance, tolerance: 1e-13 }), rows);
    a.low.forEach((value, at) => {
      const [row, k] = [Math.floor(at / 4), at % 4];
      expect(Math.abs(value - b.low[4 * row + order.indexOf(k)])).toBeLessThan(1e-9);
    });
  }
});

test("float32 features have nearly the intervals of float64", async () => {
  const features = { ...nesData.features, values: Float32Array.from(nesData.features.values) };
  const options: FitOptions = { scaling: 10, penaltyUnits: "original" };
  const a = predictIntervals(await fitClassifier(nesData, options), nesData.features);
  const single = await fitClassifier({ ...nesData, features }, options);
  const b = predictIntervals(single, features);
  a.low.forEach((value, at) => expect(Math.abs(value - b.low[at])).toBeLessThan(1e-4));
});

describe("bad input", () => {
  test("a model without covariance says what to do", async () => {
    const model = await fitClassifier(spectorData, { covariance: "none" });
    expect(() => predictIntervals(model, spectorData.features)).toThrow(
      new InputError(
        "predictIntervals: the model keeps no covariance of its coefficients; fit it by an exact solver, with at most 1,000 coefficients, or ask for a covariance by name",
      ),
    );
  });

  test("confidence outside (0, 1), rows that the model does not take", async () => {
    const model = await fitClassifier(spectorData);
    expect(() => predictIntervals(model, spectorData.features, { confidence: 1 })).toThrow(
      new InputError("predictIntervals: confidence must be in (0, 1), got 1"),
    );
    expect(() => predictIntervals(model, matrix(new Float64Array(2), 1, 2))).toThrow(
      new InputError("classifier: the model takes 3 columns, got 2"),
    );
  });
});

const binary = [[0, 0, 0, 0], [0.8, -0.5, 0.3, -0.4]]; // prettier-ignore
const ternary = [[0, 0, 0, 0], [0.9, -0.4, 0.2, 0.3], [-0.5, 0.7, 0.4, -0.2]]; // prettier-ignore

/** Probabilities of softmax(B x̃). */
function truthAt(truth: readonly (readonly number[])[], { rows, columns, values }: Matrix): number[] {
  return Array.from({ length: rows }, (_, row) => {
    const odds = truth.map((own) =>
      Math.exp(own.reduce((z, b, j) => z + b * (j < columns ? values[row * columns + j] : 1), 0)),
    );
    const total = odds.reduce((sum, each) => sum + each, 0);
    return odds.map((each) => each / total);
  }).flat();
}

/** The share of nominal 95 % intervals that hold the truth, over refits, at each place. */
async function coverage(
  refits: number,
  truth: readonly number[],
  points: Matrix,
  draw: (seed: number) => MatrixData,
  options: FitOptions,
): Promise<number[]> {
  const held = truth.map(() => 0);
  for (let seed = 1; seed <= refits; seed++) {
    const { low, high } = predictIntervals(await fitClassifier(draw(seed), options), points);
    truth.forEach((p, at) => (held[at] += Number(low[at] <= p && p <= high[at])));
  }
  return held.map((count) => count / refits);
}

const points = matrix(Float64Array.from([0, 0, 0, 1, -1, 0.5, -1.5, 0.3, 1, 0.7, 1.4, -0.6]), 4, 3);

test.runIf(process.env["SIGMAX_SLOW"]).each([
  ["two classes, 300 rows", binary, 300],
  ["three classes, 400 rows", ternary, 400],
] as const)(
  "%s: nominal 95 %% intervals of class probabilities cover 93 to 97 %% in 2,000 refits",
  async (_, truth, rows) => {
    const found = await coverage(
      2000,
      truthAt(truth, points),
      points,
      (seed) => drawRows(rows, truth, seed),
      {
        l2: 0,
      },
    );
    for (const share of found) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(0.97);
    }
  },
  600_000,
);

/** 100 groups of 5 rows that share their columns and an effect: the marginal truth is what repeated draws average to. */
function drawGroups(seed: number): MatrixData {
  const generator = createGenerator(seed);
  const values: number[] = [];
  const labels: number[] = [];
  const groups: number[] = [];
  for (let group = 0; group < 100; group++) {
    const x = generator.normal();
    // All five rows of a group have the label of its first with chance 0.7: alike, and σ(x) each by itself.
    const drawOne = (): number => Number(generator.uniform() < 1 / (1 + Math.exp(-x)));
    const first = drawOne();
    for (let i = 0; i < 5; i++) {
      values.push(x);
      labels.push(generator.uniform() < 0.7 ? first : drawOne());
      groups.push(group);
    }
  }
  return { ...dataOf(values, 1, labels), groups };
}

test.runIf(process.env["SIGMAX_SLOW"])(
  "rows of a group that are alike: wald's 95 % intervals cover less than 80 %, clustered ones 92 to 97 %",
  async () => {
    const at = matrix(Float64Array.from([-1, 0, 1.5]), 3, 1);
    const truth = [...at.values].flatMap((x) => [1 / (1 + Math.exp(x)), 1 / (1 + Math.exp(-x))]);
    const wald = await coverage(1000, truth, at, drawGroups, { l2: 0 });
    const cluster = await coverage(1000, truth, at, drawGroups, { l2: 0, covariance: "cluster" });
    for (const share of wald) expect(share).toBeLessThan(0.8);
    for (const share of cluster) {
      expect(share).toBeGreaterThan(0.92);
      expect(share).toBeLessThan(0.97);
    }
  },
  600_000,
);

test.runIf(process.env["SIGMAX_SLOW"])(
  "class weights of 8 to 1: wald's 95 % intervals are far off, robust ones cover 92 to 97 %",
  async () => {
    const truth = [[0, 0, 0], [0.8, -0.5, -2]]; // prettier-ignore
    const at = matrix(Float64Array.from([0, 0, 1, 1, -1, 0.5]), 3, 2);
    const draw = (seed: number): MatrixData => {
      const values = drawRows(500, truth, seed).features.values;
      return { features: matrix(values, 500, 2), labels: drawLabels(values, truth, seed) };
    };
    const options: FitOptions = { l2: 0, classWeights: { "1": 8 } };
    const expected = truthAt(truth, at);
    const wald = await coverage(1000, expected, at, draw, { ...options, covariance: "wald" });
    const robust = await coverage(1000, expected, at, draw, options);
    expect(Math.min(...wald)).toBeLessThan(0.8);
    for (const share of robust) {
      expect(share).toBeGreaterThan(0.92);
      expect(share).toBeLessThan(0.97);
    }
  },
  600_000,
);
