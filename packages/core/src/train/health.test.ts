import { expect, test } from "vitest";
import { heads, type DescentSettings, type EpochRecord, type LayerMeters } from "../model/index.ts";
import { fitClassifier } from "./fit.ts";
import { healthWarnings } from "./health.ts";

const meters = (name: string, gradientNorm: number, dead: number | null = null): LayerMeters => ({
  name,
  gradientNorm,
  updateRatio: 1e-3,
  mean: 0,
  deviation: 1,
  dead,
});
const settings: DescentSettings = {
  solver: "sgd",
  epochs: 3,
  batch: 10,
  learningRate: 1,
  schedule: "constant",
  warmUp: 0,
  stepEpochs: 1,
  stepFactor: 1,
  momentum: 0,
  l2: 0,
  classWeights: null,
  corrected: false,
};
/** Of a hundred rows of four classes, alike in number: knowing no column costs log 4 = 1.3863. */
const warningsAfter = (history: readonly EpochRecord[], options: Partial<DescentSettings> = {}): string[] =>
  healthWarnings({
    head: heads.softmax,
    training: {
      source: "",
      target: "",
      rows: 100,
      classRows: [25, 25, 25, 25],
      status: "completed",
      seed: 0,
      options: { ...settings, ...options },
      history,
      optimum: null,
      version: "",
    },
  });
const after = (...layers: LayerMeters[]) => warningsAfter([{ epoch: 1, loss: 1, accuracy: 0.5, layers }]);
const losses = (...values: number[]) => values.map((loss, i) => ({ epoch: i + 1, loss, accuracy: 0.5 }));

test("a healthy network, a linear model and a run without epochs need no warning", () => {
  expect(after(meters("8:relu", 0.1, 0.3), meters("8:relu", 0.2, 0), meters("output", 1))).toEqual([]);
  expect(warningsAfter(losses(1))).toEqual([]);
  expect(warningsAfter([])).toEqual([]);
});

test("gradients that shrink a thousandfold vanish, and what to try is said", () => {
  const [warning, ...others] = after(
    meters("8:sigmoid", 1e-6),
    meters("9:sigmoid", 0.5),
    meters("output", 1),
  );
  expect(others).toEqual([]);
  expect(warning).toBe(
    "gradients vanish on their way back: that of the first hidden layer (8:sigmoid) is 2.0e-6 of the last one's (9:sigmoid), so the first layers hardly learn; try relu or elu, skip connections (residual), layer normalization, or fewer layers",
  );
});

test("gradients that grow a thousandfold, or are huge, explode", () => {
  expect(after(meters("8:relu", 3e3), meters("8:relu", 1), meters("output", 1))[0]).toMatch(
    /^gradients explode on their way back: that of 8:relu has the length 3.0e\+3, 3.0e\+3 times the last hidden layer's; try a lower learning rate/,
  );
  expect(after(meters("8:relu", 2e3), meters("output", 1))[0]).toContain("has the length 2.0e+3; try");
});

test("more than a third of dead units are named with their layer", () => {
  expect(after(meters("4:relu", 1, 0.25), meters("6:relu", 1, 0.5), meters("output", 1))).toEqual([
    "50 % of the units of hidden layer 2 (6:relu) are dead: they were 0 for every row looked at, and learn no more; try a lower learning rate, leaky-relu or elu instead of relu, or layer normalization",
  ]);
});

test("several layers with dead units make one warning, which begins with the worst", () => {
  const layers = [0.4, 0.9, 0.1, 0.5].map((dead) => meters("8:relu", 1, dead));
  const warnings = after(...layers, meters("output", 1));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^90 % of the units of hidden layer 2 \(8:relu\), and more than a third of those of layers 1 and 4 are dead: /,
  );
});

test("for units that were dead before any step the rate is not blamed", () => {
  const [warning] = after({ ...meters("6:relu", 1, 0.5), deadAtStart: 0.4 }, meters("output", 1));
  expect(warning).toBe(
    "50 % of the units of hidden layer 1 (6:relu) are dead: they were 0 for every row looked at, and learn no more; 40 % were so from the first rows on, which no learning rate mends: try leaky-relu or elu instead of relu, another initialization or seed, layer normalization, or columns of one scale",
  );
  const [killed] = after({ ...meters("6:relu", 1, 0.5), deadAtStart: 0.1 }, meters("output", 1));
  expect(killed).toContain("; try a lower learning rate");
});

test("columns that are all below 0 by far leave units dead at the start, and the first epoch says so", async () => {
  const values = Float64Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? 1 : -50 - (i % 7)));
  const labels = { classes: ["a", "b"], indices: Int32Array.from({ length: 200 }, (_, row) => row % 2) };
  const features = { rows: 200, columns: 3, values };
  const { training } = await fitClassifier(
    { features, labels },
    { hidden: "32:relu", epochs: 1, batch: 20, scaling: 1, learningRate: 1e-6, covariance: "none" },
  );
  const { dead, deadAtStart } = training.history[0].layers?.[0] ?? {};
  expect(dead).toBeGreaterThan(1 / 3);
  expect(deadAtStart).toBe(dead);
});

test("a loss that ended no lower than the shares of the classes give is told, with a tenth of the rate", () => {
  expect(warningsAfter(losses(9, 4, 2))).toEqual([
    "the training loss ended at 2.0000, no lower than the 1.3863 of giving every row the shares of the classes: the steps are too long; try a learning rate of 0.1, or a clip norm of 1 or a rate that falls along a cosine",
  ]);
  expect(warningsAfter(losses(9, 4, 2), { clipNorm: 1, schedule: "cosine" })[0]).toMatch(/ of 0\.1$/);
  expect(warningsAfter(losses(1.5, 1.4, 1.39))[0]).toMatch(/; try more epochs, another learning rate or /);
  expect(warningsAfter(losses(1.5, 1.4, 1.38))).toEqual([]);
});

test("a rate beyond reason is not divided by ten, and a huge loss is short to read", () => {
  const [warning] = warningsAfter(losses(9, 5.7e18), { learningRate: 1e9, clipNorm: 1, schedule: "cosine" });
  expect(warning).toMatch(/^the training loss ended at 5\.7e\+18, no lower .* try a learning rate of 0\.1$/);
});

test("a loss that rose again by a tenth of what there is to learn is told; a smaller rise is chance", () => {
  expect(warningsAfter(losses(1, 0.2, 0.5))).toEqual([
    "the training loss ended at 0.5000, after 0.2000 in epoch 2: the steps are too long; try a learning rate of 0.1, or a clip norm of 1 or a rate that falls along a cosine",
  ]);
  expect(warningsAfter(losses(1, 0.2, 0.3))).toEqual([]);
});

test("class weights count in what the shares of the classes give", () => {
  // 25 rows of weight 3 and 75 of 1: shares 1/2 and three times 1/6; 1.5 times their entropy is 1.8639
  expect(warningsAfter(losses(1.86), { classWeights: [3, 1, 1, 1] })).toEqual([]);
  expect(warningsAfter(losses(1.87), { classWeights: [3, 1, 1, 1] })).toHaveLength(1);
});

test("where validation rows chose the weights, what came after is not held against them", () => {
  const history = losses(1, 0.2, 9).map((epoch, i) => ({
    ...epoch,
    validationLoss: [1, 0.5, 3][i],
    validationAccuracy: 0.5,
  }));
  expect(warningsAfter(history)).toEqual([]);
});
