import { expect, test } from "vitest";
import references from "../../test/references/calibration.json" with { type: "json" };
import {
  drawRows,
  labelsOf,
  logitsOf,
  probabilitiesOf,
  reorder,
  twoClasses,
} from "../../test/calibration-samples.ts";
import { brierScore, logLoss } from "../evaluate/index.ts";
import { createBeta, fitBeta } from "./beta.ts";
import { createIsotonic, fitIsotonic } from "./isotonic.ts";
import { createPlatt, fitPlatt } from "./platt.ts";
import { fitTemperature } from "./temperature.ts";

const { calibrate, test: held, ...bayes } = references.naiveBayes;
const rows = twoClasses(calibrate.scores);
const labels = labelsOf(2, calibrate.labels);
const heldRows = twoClasses(held.scores);
const heldLabels = labelsOf(2, held.labels);

test("Gaussian naive Bayes: Platt's line and beta's curve are SciPy's", () => {
  const platt = fitPlatt(rows, labels);
  expect(platt.slopes[0]).toBeCloseTo(bayes.platt.parameters[0], 12);
  expect(platt.intercepts[0]).toBeCloseTo(bayes.platt.parameters[1], 12);
  expect(logLoss(platt.apply(heldRows), heldLabels)).toBeCloseTo(bayes.platt.logLoss, 12);
  expect(brierScore(probabilitiesOf(platt.apply(heldRows)), heldLabels)).toBeCloseTo(bayes.platt.brier, 12);
  const beta = fitBeta(rows, labels);
  [beta.a, beta.b, beta.c].forEach(([value], i) => expect(value).toBeCloseTo(bayes.beta.parameters[i], 11));
  expect(logLoss(beta.apply(heldRows), heldLabels)).toBeCloseTo(bayes.beta.logLoss, 12);
});

test("Gaussian naive Bayes: the isotonic probabilities are scikit-learn's, and its infinite log-loss is not clipped", () => {
  const isotonic = fitIsotonic(rows, labels);
  expect(isotonic.status).toBe("certain");
  const probabilities = probabilitiesOf(isotonic.apply(heldRows));
  bayes.isotonic.logOdds.probabilities.forEach((p, row) =>
    expect(probabilities.values[2 * row + 1]).toBeCloseTo(p, 12),
  );
  expect(brierScore(probabilities, heldLabels)).toBeCloseTo(bayes.isotonic.logOdds.brier, 12);
  expect(logLoss(isotonic.apply(heldRows), heldLabels)).toBe(Infinity);
});

test("Gaussian naive Bayes: the figures that were asked for", () => {
  expect(logLoss(heldRows, heldLabels)).toBeCloseTo(1.07723, 6);
  const temperature = fitTemperature(rows, labels);
  expect(temperature.temperature).toBeCloseTo(7.552061, 6);
  expect(logLoss(temperature.apply(heldRows), heldLabels)).toBeCloseTo(0.212978, 6);
  expect(logLoss(fitPlatt(rows, labels).apply(heldRows), heldLabels)).toBeCloseTo(0.221971, 6);
  // Beta's came from probabilities clipped at 1e-12; from the log-odds themselves it is 0.203052.
  const { limit } = bayes.betaClipped;
  const clip = (scores: number[]) => twoClasses(scores.map((s) => Math.max(-limit, Math.min(limit, s))));
  const clipped = fitBeta(clip(calibrate.scores), labels);
  expect(logLoss(clipped.apply(clip(held.scores)), heldLabels)).toBeCloseTo(0.2162155, 7);
});

test("Platt's line through two groups, by hand: the smoothed share of each", () => {
  // At −1 one event in three rows, at 1 two in two: targets 4/5 for events, 1/4 for the others.
  const fit = fitPlatt(twoClasses([-1, -1, -1, 1, 1]), labelsOf(2, [0, 1, 0, 1, 1]));
  const low = (2 * (1 / 4) + 4 / 5) / 3;
  const atLow = Math.log(low / (1 - low));
  const atHigh = Math.log(4);
  expect(fit.slopes[0]).toBeCloseTo((atHigh - atLow) / 2, 12);
  expect(fit.intercepts[0]).toBeCloseTo((atHigh + atLow) / 2, 12);
});

test("many rows give back the line or the curve their labels followed", () => {
  const law = (score: number) => 0.5 * score + 0.8;
  const lineRows = drawRows(40_000, 2, 1);
  const [logits] = lineRows;
  const follow = (map: (score: number) => number) => {
    const scores = Array.from(
      { length: logits.rows },
      (_, r) => logits.values[2 * r + 1] - logits.values[2 * r],
    );
    // Uniform numbers from the fractional parts of a rotation.
    const indices = scores.map((s, r) =>
      (r * 0.6180339887498949) % 1 < 1 / (1 + Math.exp(-map(s))) ? 1 : 0,
    );
    return [twoClasses(scores), labelsOf(2, indices)] as const;
  };
  const platt = fitPlatt(...follow(law));
  expect(platt.slopes[0]).toBeCloseTo(0.5, 1);
  expect(platt.intercepts[0]).toBeCloseTo(0.8, 1);
  const softplus = (x: number) => Math.log1p(Math.exp(x));
  const beta = fitBeta(...follow((s) => -0.4 * softplus(-s) + 1.5 * softplus(s) - 0.5));
  expect(beta.a[0]).toBeCloseTo(0.4, 1);
  expect(beta.b[0]).toBeCloseTo(1.5, 1);
  expect(beta.c[0]).toBeCloseTo(-0.5, 1);
});

test("beta never falls: where the best curve would, a or b is 0, and both where the scores say the opposite", () => {
  // Events in the middle and at the top of a U: the free curve falls on the left.
  const scores = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3];
  const u = fitBeta(twoClasses(scores), labelsOf(2, [1, 1, 0, 0, 0, 0, 0, 0, 1, 1]));
  expect(Math.min(u.a[0], u.b[0])).toBe(0);
  expect(u.status).toBe("converged");
  const opposite = fitBeta(twoClasses([3, 2, -2, -3]), labelsOf(2, [0, 0, 1, 1]));
  expect([opposite.a[0], opposite.b[0], opposite.status]).toEqual([0, 0, "flat"]);
  const separated = fitBeta(twoClasses([-2, -1, 1, 3]), labelsOf(2, [0, 0, 1, 1]));
  expect(separated.status).toBe("separated");
  expect(separated.a[0] + separated.b[0]).toBeGreaterThan(0);
  expect(Math.max(separated.a[0], separated.b[0], Math.abs(separated.c[0]))).toBeLessThan(50);
});

test("isotonic by hand: violators are pooled, knots joined by lines, the ends level", () => {
  const fit = fitIsotonic(twoClasses([1, 2, 3, 4, 4]), labelsOf(2, [0, 1, 0, 1, 0]));
  expect(fit.curves).toEqual([
    { scores: Float64Array.of(1, 2, 4), probabilities: Float64Array.of(0, 0.5, 0.5) },
  ]);
  const p = probabilitiesOf(fit.apply(twoClasses([-9, 1.5, 3, 9]))).values;
  [0, 0.25, 0.5, 0.5].forEach((expected, row) => expect(p[2 * row + 1]).toBeCloseTo(expected, 14));
});

test("isotonic curves solve the problem: the mean label of a pool is its value, and values rise", () => {
  const [logits, own] = drawRows(500, 2, 7, (z) => 0.5 * z);
  const [{ probabilities }] = fitIsotonic(logits, own).curves;
  for (let i = 1; i < probabilities.length; i++)
    expect(probabilities[i]).toBeGreaterThanOrEqual(probabilities[i - 1]);
  const fitted = probabilitiesOf(fitIsotonic(logits, own).apply(logits)).values;
  const sums = new Map<number, [number, number]>();
  own.indices.forEach((label, row) => {
    const key = Math.round(fitted[2 * row + 1] * 1e9);
    const [count, events] = sums.get(key) ?? [0, 0];
    sums.set(key, [count + 1, events + label]);
  });
  for (const [key, [count, events]] of sums) expect(events / count).toBeCloseTo(key / 1e9, 8);
});

const fits = { platt: fitPlatt, beta: fitBeta, isotonic: fitIsotonic };

test.each(Object.entries(fits))(
  "%s: classes in another order give the same probabilities in that order",
  (_, fit) => {
    for (const [columns, order] of [
      [2, [1, 0]],
      [4, [2, 0, 3, 1]],
    ] as const) {
      const [logits, own] = drawRows(400, columns, 5, (z, k) => 0.6 * z + k / 5);
      const permuted = labelsOf(
        columns,
        Array.from(own.indices, (label) => order.findIndex((from) => from === label)),
      );
      const plain = probabilitiesOf(fit(logits, own).apply(logits)).values;
      const moved = reorder(logits, order);
      const other = probabilitiesOf(fit(moved, permuted).apply(moved)).values;
      for (let i = 0; i < other.length; i++)
        expect(other[i]).toBeCloseTo(plain[i - (i % columns) + order[i % columns]], 8);
    }
  },
);

test.each(Object.entries(fits))("%s: a weight counts as so many rows, and 0 as none", (_, fit) => {
  const [logits, own] = drawRows(120, 3, 6, (z) => 0.7 * z);
  const places = Array.from(own.indices.keys()).flatMap((row) => Array<number>(row % 3).fill(row));
  const copies = logitsOf(
    3,
    places.flatMap((row) => [...logits.values.subarray(3 * row, 3 * row + 3)]),
  );
  const ofCopies = labelsOf(
    3,
    places.map((row) => own.indices[row]),
  );
  const weighted = fit(logits, own, { sampleWeights: own.indices.map((__, row) => row % 3) });
  const a = probabilitiesOf(weighted.apply(logits)).values;
  const b = probabilitiesOf(fit(copies, ofCopies).apply(logits)).values;
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i], 9);
});

test.each(Object.entries(fits))("%s: masked classes stay masked, extremes stay numbers", (_, fit) => {
  const fitted = fit(...drawRows(200, 3, 8));
  const values = [1, -Infinity, 0, -Infinity, 5, -Infinity, 1000, -1000, 0, -1e300, 0, 1e300];
  const calibrated = fitted.apply(logitsOf(3, values));
  expect(calibrated.values[1]).toBe(-Infinity);
  expect([...probabilitiesOf(calibrated).values.subarray(3, 6)]).toEqual([0, 1, 0]);
  expect(calibrated.values.every((z) => z < Infinity)).toBe(true);
  for (let start = 0; start < 12; start += 3)
    expect(Math.max(...calibrated.values.subarray(start, start + 3))).toBeGreaterThan(-Infinity);
  const two = fit(...drawRows(200, 2, 8)).apply(logitsOf(2, [0, -Infinity, -Infinity, 3, 0, 1000]));
  expect([...probabilitiesOf(two).values.subarray(0, 4)]).toEqual([1, 0, 0, 1]);
});

test("a row that isotonic curves call impossible for every class keeps its own logits", () => {
  const curve = { scores: Float64Array.of(0, 1), probabilities: Float64Array.of(0, 1) };
  const isotonic = createIsotonic([curve, curve, curve]);
  const level = logitsOf(3, [0.1, 0, 0]); // log-odds near −ln 2 each
  expect([...isotonic.apply(level).values]).toEqual([0.1, 0, 0]);
  expect(isotonic.apply(logitsOf(3, [9, 0, 0])).values[0]).toBe(0);
});

test("constructors give back what a fit learned", () => {
  const [logits, own] = drawRows(200, 3, 9);
  const platt = fitPlatt(logits, own);
  const beta = fitBeta(logits, own);
  const isotonic = fitIsotonic(logits, own);
  expect(createPlatt(platt).apply(logits)).toEqual(platt.apply(logits));
  expect(createBeta(beta).apply(logits)).toEqual(beta.apply(logits));
  expect(createIsotonic(isotonic.curves).apply(logits)).toEqual(isotonic.apply(logits));
  expect([platt.parameterCount, beta.parameterCount]).toEqual([6, 9]);
});

test.each(Object.entries(fits))("%s: rows it cannot learn from are refused", (name, fit) => {
  const where = `fit${name[0].toUpperCase()}${name.slice(1)}`;
  expect(() => fit(twoClasses([1]), labelsOf(2, [1]))).toThrow(
    `${where}: two rows or more are needed, got 1`,
  );
  expect(() => fit(twoClasses([1, 2]), labelsOf(2, [0, 0]))).toThrow(
    `${where}: each class needs a calibration row, got none of class "c1"`,
  );
  expect(() => fit(twoClasses([1, 2]), labelsOf(2, [0, 2]))).toThrow(
    `${where}: labels must be integers in [0, 2), got 2 at row 1`,
  );
  expect(() => fit(twoClasses([1, NaN]), labelsOf(2, [0, 1]))).toThrow("got NaN at row 1");
  expect(() => fit(twoClasses([1, -Infinity]), labelsOf(2, [0, 1]))).toThrow(
    `${where}: the true class must not be masked`,
  );
  expect(() => fit(...drawRows(50, 3, 1)).apply(twoClasses([1]))).toThrow(
    `${name}.apply: logits must have 3 columns, one per class, got 2`,
  );
});

test("numbers that make no calibrator are refused", () => {
  const one = Float64Array.of(1);
  const two = Float64Array.of(1, 1);
  expect(() => createPlatt({ slopes: two, intercepts: two })).toThrow("one for two classes");
  expect(() => createPlatt({ slopes: Float64Array.of(NaN), intercepts: one })).toThrow(
    "createPlatt: slopes must be finite numbers, got NaN at 0",
  );
  expect(() => createBeta({ a: Float64Array.of(-1), b: one, c: one })).toThrow(
    "createBeta: a and b must be ≥ 0, got -1",
  );
  expect(() => createIsotonic([{ scores: two, probabilities: two }])).toThrow(
    "createIsotonic: scores must rise, got 1 at 1 of curve 0",
  );
  expect(() =>
    createIsotonic([{ scores: Float64Array.of(0, 1), probabilities: Float64Array.of(1, 0.5) }]),
  ).toThrow("createIsotonic: probabilities must be in [0, 1] and never fall, got 0.5 at 1 of curve 0");
});
