import { expect, test } from "vitest";
import references from "../../test/references/decisions.json" with { type: "json" };
import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { sigmoid } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { chowThreshold, elkanThreshold, tuneThreshold } from "./threshold.ts";

function rowsOf(events: readonly number[], labels: readonly number[]): [Probabilities, Labels] {
  const values = Float64Array.from(events.flatMap((p) => [1 - p, p]));
  return [
    { rows: events.length, columns: 2, values, unit: "probabilities" },
    { classes: ["benign", "malignant"], indices: Int32Array.from(labels) },
  ];
}

const { logOdds, labels: cancerLabels, leastCost, bestF1 } = references.breastCancer;
const cancer = rowsOf(logOdds.map(sigmoid), cancerLabels);

test("Elkan's threshold weighs what each error costs above the right answer", () => {
  expect(elkanThreshold({ falsePositive: 1, falseNegative: 50 })).toBe(1 / 51);
  expect(elkanThreshold({ falsePositive: 3, falseNegative: 5, truePositive: 1, trueNegative: 2 })).toBe(0.2);
  expect(() => elkanThreshold({ falsePositive: 1, falseNegative: 1, truePositive: 1 })).toThrow(InputError);
  expect(() => elkanThreshold({ falsePositive: Number.NaN, falseNegative: 1 })).toThrow(InputError);
});

test("Chow's rule accepts from 1 − the cost of referring, in units of an error", () => {
  expect(chowThreshold({ refer: 0.1 })).toBe(0.9);
  expect(chowThreshold({ refer: 2, error: 50 })).toBe(0.96);
  expect(chowThreshold({ refer: 3 })).toBe(0);
  expect(() => chowThreshold({ refer: -1 })).toThrow(InputError);
});

test("a threshold lies midway between the probabilities on either side", () => {
  const found = tuneThreshold(...rowsOf([0.1, 0.3, 0.5, 0.9], [0, 0, 1, 1]), { metric: "accuracy" });
  expect(found).toMatchObject({
    threshold: 0.4,
    value: 1,
    closedForm: 0.5,
    closedFormValue: 1,
    positive: "malignant",
  });
});

test("where the event is not worth calling the threshold is above 1", () => {
  const found = tuneThreshold(...rowsOf([0.1, 1], [1, 0]), { costs: { falsePositive: 9, falseNegative: 1 } });
  expect(found.threshold).toBeGreaterThan(1);
  expect(found.value).toBe(0.5);
});

test("breast cancer: the least cost and the best F1 over all thresholds are NumPy's", () => {
  const costs = { falsePositive: 1, falseNegative: 50 };
  const byCost = tuneThreshold(...cancer, { costs, seed: 3 });
  expect(byCost.value).toBeCloseTo(leastCost, 14);
  expect(byCost.closedForm).toBe(1 / 51);
  expect(byCost.closedFormValue).toBeGreaterThanOrEqual(byCost.value);
  expect(byCost.interval[0]).toBeLessThanOrEqual(byCost.threshold);
  expect(byCost.interval[1]).toBeGreaterThanOrEqual(byCost.threshold);
  expect(tuneThreshold(...cancer, { costs, seed: 3 })).toEqual(byCost);
  const byF1 = tuneThreshold(...cancer, { metric: "f1" });
  expect(byF1.value).toBeCloseTo(bestF1, 14);
  expect(byF1.closedForm).toBeCloseTo(bestF1 / 2, 14);
});

test("with calibrated probabilities and many rows the tuned threshold is the closed form, and its interval holds it", () => {
  const generator = createGenerator(4);
  const events = Array.from({ length: 4000 }, () => generator.uniform());
  const rows = rowsOf(
    events,
    events.map((p) => (generator.uniform() < p ? 1 : 0)),
  );
  for (const options of [
    { costs: { falsePositive: 1, falseNegative: 3 } },
    { metric: "f1" },
    { metric: "accuracy" },
    { metric: "balancedAccuracy" },
  ] as const) {
    const { threshold, interval, closedForm, value, closedFormValue } = tuneThreshold(...rows, {
      ...options,
      draws: 300,
    });
    expect(Math.abs(threshold - closedForm)).toBeLessThan(0.06);
    expect(interval[0]).toBeLessThan(closedForm);
    expect(interval[1]).toBeGreaterThan(closedForm);
    expect(Math.abs(value - closedFormValue)).toBeLessThan(0.006);
  }
});

test("any class may be the event", () => {
  const [probabilities, labels] = cancer;
  const found = tuneThreshold(probabilities, labels, { metric: "accuracy", positive: "benign", draws: 50 });
  const other = tuneThreshold(probabilities, labels, { metric: "accuracy", draws: 50 });
  expect(found.value).toBe(other.value);
});

test("bad input is refused in one sentence", () => {
  const [probabilities, labels] = rowsOf([0.1, 0.2], [0, 0]);
  expect(() => tuneThreshold(probabilities, labels, { metric: "f1" })).toThrow(
    new InputError('tuneThreshold: rows with and without "malignant" are needed, got 0 of 2 with it'),
  );
  expect(() => tuneThreshold(...cancer, { metric: "f1", positive: "malignent" })).toThrow(
    new InputError(
      'tuneThreshold: there is no class "malignent" (benign, malignant); did you mean "malignant"?',
    ),
  );
  expect(() => tuneThreshold(...cancer, { metric: "f1", confidence: 1 })).toThrow(
    new InputError("tuneThreshold: confidence must be in (0, 1), got 1"),
  );
});
