import { expect, test } from "vitest";
import { drawSample, part, type Sample } from "../../test/conformal-rows.ts";
import references from "../../test/references/conformal.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import { fitCrossConformal } from "./cross.ts";
import { evaluateSets, type ObservedCoverage } from "./evaluate-sets.ts";
import { fitConformal } from "./fit.ts";
import type { ConformalThreshold, PredictionSets } from "./prediction-sets.ts";

// The promises themselves, over many splits: not only that coverage suffices, but that it follows its law.

const slow = Boolean(process.env["SIGMAX_SLOW"]);

/** P(X < x) and P(X = x) of the beta-binomial law, from its ratios of neighbours. */
function betaBinomialAt(x: number, trials: number, a: number, b: number): [below: number, at: number] {
  const relative = new Float64Array(trials + 1);
  const top = Math.round((trials * a) / (a + b));
  const rise = (k: number): number => ((trials - k) * (a + k)) / ((k + 1) * (b + trials - k - 1));
  relative[top] = 1;
  for (let k = top; k < trials; k++) relative[k + 1] = relative[k] * rise(k);
  for (let k = top - 1; k >= 0; k--) relative[k] = relative[k + 1] / rise(k);
  const total = relative.reduce((sum, mass) => sum + mass, 0);
  const below = relative.subarray(0, x).reduce((sum, mass) => sum + mass, 0);
  return [below / total, relative[x] / total];
}

/** Uniform on (0, 1) if `covered` follows the law of its threshold: the probability of less, and a random part of equal. */
function placeInLaw({ covered, rows }: ObservedCoverage, own: ConformalThreshold, u: number): number {
  const [below, at] = betaBinomialAt(covered, rows, own.rank, own.rows + 1 - own.rank);
  return below + u * at;
}

/** Kolmogorov and Smirnov's √n · sup |F̂ − F| against the uniform law. */
function distanceFromUniform(places: readonly number[]): number {
  const sorted = places.toSorted((a, b) => a - b);
  const n = sorted.length;
  return Math.sqrt(n) * Math.max(...sorted.map((place, i) => Math.max((i + 1) / n - place, place - i / n)));
}

/** Beyond this once in 1000 such tests: 2·exp(−2·1.95²). */
const limit = 1.95;

const splits = slow ? 2000 : 150;
const learn = 150;
const judge = 200;

type Fit = (
  kept: Sample,
  test: Sample,
  seed: number,
) => { sets: PredictionSets; own: readonly ConformalThreshold[] };

const split =
  (options: object, byGroup = false): Fit =>
  (kept, judged, seed) => {
    const by = byGroup ? { by: kept.groups } : {};
    const fitted = fitConformal(kept.probabilities, kept.labels, { ...options, ...by, seed });
    return { sets: fitted.sets(judged.probabilities, { groups: judged.groups }), own: fitted.thresholds };
  };

const crossOfOneModel: Fit = (kept, judged, seed) => {
  const folds = kept.labels.indices.map((_, row) => row % 5);
  const fitted = fitCrossConformal(kept.probabilities, kept.labels, folds, { method: "aps", seed });
  const own = [{ name: "all rows", rows: learn, rank: fitted.rank, cutoff: 0, tie: 0 }];
  return { sets: fitted.sets(Array.from({ length: 5 }, () => judged.probabilities)), own };
};

test.each<{ name: string; fit: Fit; steps?: number }>([
  { name: "LAC", fit: split({}) },
  { name: "LAC at 0.8 without chance", fit: split({ coverage: 0.8, randomized: false }) },
  { name: "LAC of rows of which many are equal", fit: split({}), steps: 2 },
  { name: "APS", fit: split({ method: "aps" }) },
  { name: "APS at 0.6 without chance", fit: split({ method: "aps", coverage: 0.6, randomized: false }) },
  { name: "APS of rows of which many are equal", fit: split({ method: "aps", coverage: 0.75 }), steps: 2 },
  { name: "RAPS", fit: split({ method: "raps", freeRank: 1, penalty: 0.1 }) },
  { name: "LAC by class", fit: split({ by: "class", coverage: 0.8 }) },
  { name: "APS by class", fit: split({ method: "aps", by: "class", coverage: 0.8 }) },
  { name: "LAC by group", fit: split({}, true) },
  { name: "APS by group", fit: split({ method: "aps" }, true) },
  { name: "cross-conformal APS with one model", fit: crossOfOneModel },
])("coverage of $name follows its beta-binomial law over the splits", ({ fit, steps = 0 }) => {
  const places: number[][] = [];
  const generator = createGenerator(42);
  for (let seed = 0; seed < splits; seed++) {
    const drawn = drawSample(learn + judge, generator, steps);
    const [kept, judged] = [part(drawn, 0, learn), part(drawn, learn, learn + judge)];
    const { sets, own } = fit(kept, judged, seed);
    const { overall, perClass, perGroup } = evaluateSets(sets, judged.labels);
    const observed = { all: [overall], class: perClass, group: perGroup }[sets.by];
    observed.forEach((found, i) => (places[i] ??= []).push(placeInLaw(found, own[i], generator.uniform())));
  }
  for (const own of places) expect(distanceFromUniform(own)).toBeLessThan(limit);
});

test("without breaking them, ties raise the coverage above its law", () => {
  const generator = createGenerator(42);
  const places = Array.from({ length: 200 }, () => {
    const drawn = drawSample(learn + judge, generator, 2);
    const kept = part(drawn, 0, learn);
    const judged = part(drawn, learn, learn + judge);
    const fitted = fitConformal(kept.probabilities, kept.labels, { coverage: 0.75, randomized: false });
    const found = evaluateSets(fitted.sets(judged.probabilities), judged.labels);
    return placeInLaw(found.overall, fitted.thresholds[0], generator.uniform());
  });
  expect(distanceFromUniform(places)).toBeGreaterThan(limit);
  expect(places.reduce((sum, place) => sum + place, 0) / places.length).toBeGreaterThan(0.5);
});

test("each class and each group has the promised coverage on average, and one threshold for all does not give it", () => {
  const generator = createGenerator(6);
  const repeats = slow ? 2000 : 200;
  const sums = { own: new Float64Array(6), law: new Float64Array(6), shared: new Float64Array(6) };
  for (let seed = 0; seed < repeats; seed++) {
    const drawn = drawSample(600, generator);
    const [{ probabilities, labels, groups }, judged] = [part(drawn, 0, 300), part(drawn, 300, 600)];
    const add = (by: "all" | "class" | Labels, to: Float64Array, places: readonly number[]): void => {
      const fitted = fitConformal(probabilities, labels, { by, seed });
      const sets = fitted.sets(judged.probabilities, { groups: judged.groups });
      const { perClass, perGroup } = evaluateSets(sets, judged.labels, { groups: judged.groups });
      const found = [...perClass, ...perGroup];
      places.forEach((place, i) => {
        to[place] += (found[place].coverage ?? NaN) / repeats;
        const { rank, rows } = fitted.thresholds[by === "all" ? 0 : i];
        if (by !== "all") sums.law[place] += rank / (rows + 1) / repeats;
      });
    };
    add("class", sums.own, [0, 1, 2, 3]);
    add(groups, sums.own, [4, 5]);
    add("all", sums.shared, [0, 1, 2, 3, 4, 5]);
  }
  // One split's coverage has a standard deviation of some 0.05 for a class, 0.04 for a group.
  const slack = (4 * 0.05) / Math.sqrt(repeats);
  sums.own.forEach((mean, place) => {
    expect(sums.law[place]).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(mean - sums.law[place])).toBeLessThan(slack);
  });
  expect(sums.shared[4]).toBeGreaterThan(0.92);
  expect(sums.shared[5]).toBeLessThan(0.88);
});

test.runIf(slow)("over 1000 re-splits of the digits the mean coverage is within 0.002 of k/(n + 1)", () => {
  const { columns, calibrate, test: rest } = references;
  const logits = Float64Array.from([...calibrate.logits, ...rest.logits]);
  const truth = [...calibrate.labels, ...rest.labels];
  const values = softmax(logits, columns);
  const classes = Array.from({ length: columns }, (_, k) => String(k));
  const take = (rows: Uint32Array): [Probabilities, Labels] => {
    const taken = new Float64Array(rows.length * columns);
    rows.forEach((row, i) => taken.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
    return [
      { rows: rows.length, columns, values: taken, unit: "probabilities" },
      { classes, indices: Int32Array.from(rows, (row) => truth[row]) },
    ];
  };
  const order = Uint32Array.from(truth, (_, row) => row);
  const generator = createGenerator(1);
  const sums = [0, 0, 0];
  for (let seed = 0; seed < 1000; seed++) {
    shuffle(order, generator);
    const [probabilities, labels] = take(order.subarray(0, 360));
    const [judged, judgedLabels] = take(order.subarray(360));
    (["lac", "aps", "raps"] as const).forEach((method, i) => {
      const sets = fitConformal(probabilities, labels, { method, seed }).sets(judged);
      sums[i] += evaluateSets(sets, judgedLabels).overall.covered / 360 / 1000;
    });
  }
  for (const mean of sums) expect(Math.abs(mean - 325 / 361)).toBeLessThan(0.002);
});

/** A quick model, learned anew on each fold's other rows: log of class shares, and distances from class means. */
function centroidModel(
  x: Float64Array,
  labels: Int32Array,
  rows: readonly number[],
): (z: Float64Array) => Probabilities {
  const counts = new Float64Array(3);
  const means = new Float64Array(6);
  for (const row of rows) counts[labels[row]]++;
  for (const row of rows)
    for (let j = 0; j < 2; j++) means[2 * labels[row] + j] += x[2 * row + j] / counts[labels[row]];
  return (z) => {
    const logits = Float64Array.from({ length: (z.length / 2) * 3 }, (_, i) => {
      const [row, k] = [Math.floor(i / 3), i % 3];
      return -2 * ((z[2 * row] - means[2 * k]) ** 2 + (z[2 * row + 1] - means[2 * k + 1]) ** 2);
    });
    return { rows: z.length / 2, columns: 3, values: softmax(logits, 3), unit: "probabilities" };
  };
}

test("cross-conformal sets of models learned anew cover far more than is proven, and near what was asked for", () => {
  const generator = createGenerator(17);
  const [rows, folds, judged] = [60, 5, 200];
  const draw = (count: number): { x: Float64Array; labels: Labels } => {
    const indices = Int32Array.from({ length: count }, () => generator.below(3));
    const x = Float64Array.from({ length: 2 * count }, (_, i) => {
      const k = indices[i >> 1];
      return generator.normal() + (i % 2 === 0 ? Number(k === 1) : Number(k === 2)) * 1.5;
    });
    return { x, labels: { classes: ["a", "b", "c"], indices } };
  };
  let mean = 0;
  const repeats = slow ? 2000 : 300;
  let guaranteed = 1;
  for (let seed = 0; seed < repeats; seed++) {
    const { x, labels } = draw(rows);
    const next = draw(judged);
    const all = [...labels.indices.keys()];
    const models = Array.from({ length: folds }, (_, fold) =>
      centroidModel(
        x,
        labels.indices,
        all.filter((row) => row % folds !== fold),
      ),
    );
    const values = new Float64Array(rows * 3);
    models.forEach((model, fold) => {
      const own = model(x).values;
      for (let row = fold; row < rows; row += folds) values.set(own.subarray(3 * row, 3 * row + 3), 3 * row);
    });
    const outOfFold: Probabilities = { rows, columns: 3, values, unit: "probabilities" };
    const fitted = fitCrossConformal(
      outOfFold,
      labels,
      all.map((row) => row % folds),
      { coverage: 0.8, seed },
    );
    guaranteed = fitted.guaranteed;
    const sets = fitted.sets(models.map((model) => model(next.x)));
    mean += evaluateSets(sets, next.labels).overall.covered / judged / repeats;
  }
  expect(mean).toBeGreaterThan(guaranteed + 0.1);
  expect(mean).toBeGreaterThan(0.79);
  expect(mean).toBeLessThan(0.83);
});
