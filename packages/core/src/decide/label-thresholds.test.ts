import { expect, test } from "vitest";
import { drawLabels, labelProbabilities, labelSetsOf } from "../../test/label-samples.ts";
import type { Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { evaluateLabels } from "../evaluate/index.ts";
import { tuneLabelThresholds } from "./label-thresholds.ts";

function oneColumn(values: readonly number[]): Probabilities {
  return { rows: values.length, columns: 1, values: Float64Array.from(values), unit: "probabilities" };
}

/** (1 + β²) Σ_{p ≥ t} p / (#{p ≥ t} + β² Σ p). */
function expectedF(values: readonly number[], threshold: number, beta: number): number {
  const sum = (list: readonly number[]) => list.reduce((total, p) => total + p, 0);
  const given = values.filter((p) => p >= threshold);
  return ((1 + beta ** 2) * sum(given)) / (given.length + beta ** 2 * sum(values));
}

test("three rows by hand: the best expected F1 gives the label to two of them, and its half parts them", () => {
  const found = tuneLabelThresholds(oneColumn([0.8, 0.5, 0.1]), labelSetsOf(1, [1, 1, 0]), {
    fewestPositives: 0,
  });
  // 1.6/2.4, 2.6/3.4, 2.8/4.4
  expect(found.perLabel[0].expected).toBeCloseTo(2.6 / 3.4, 15);
  expect(found.thresholds[0]).toBeCloseTo(1.3 / 3.4, 15);
  expect(found.perLabel[0]).toMatchObject({ label: "l0", positives: 2, weight: 1, observed: 1 });
  expect(found.common).toBe(found.thresholds[0]);
});

test.each([0.5, 1, 2])("F* / (1 + β²) is the best threshold of all, β = %d", (beta) => {
  const [logits, sets] = drawLabels(300, [-1], 1);
  const probabilities = labelProbabilities(logits);
  const values = [...probabilities.values];
  const found = tuneLabelThresholds(probabilities, sets, { beta, fewestPositives: 0 });
  const most = Math.max(...values.map((threshold) => expectedF(values, threshold, beta)));
  expect(found.perLabel[0].expected).toBeCloseTo(most, 12);
  expect(expectedF(values, found.thresholds[0], beta)).toBeCloseTo(most, 12);
});

test("a label with 5 positives takes nine tenths of the common threshold, one without any takes all of it", () => {
  const rows = 400;
  const [logits, sets] = drawLabels(rows, [0, -3, -3], 2);
  const values = sets.values.map((mark, i) => (i % 3 === 1 ? (i < 15 ? 1 : 0) : i % 3 === 2 ? 0 : mark));
  const { perLabel, common } = tuneLabelThresholds(labelProbabilities(logits), { ...sets, values });
  expect(perLabel[0].weight).toBe(1);
  expect(perLabel[0].threshold).toBe(perLabel[0].own);
  expect(perLabel[1]).toMatchObject({ positives: 5, weight: 0.1 });
  expect(perLabel[1].threshold).toBeCloseTo(0.1 * perLabel[1].own + 0.9 * common, 15);
  expect(perLabel[2]).toMatchObject({ positives: 0, weight: 0, threshold: common });
});

test("on other rows the tuned thresholds give a better F1 than one half does", () => {
  const centers = [-1, -2, -2.5];
  const { thresholds } = tuneLabelThresholds(...of(drawLabels(1500, centers, 3)));
  const [logits, sets] = drawLabels(20_000, centers, 4);
  const tuned = evaluateLabels(logits, sets, { thresholds, draws: 100 });
  const plain = evaluateLabels(logits, sets, { draws: 100 });
  expect(tuned.macro.f1).toBeGreaterThan((plain.macro.f1 ?? 1) + 0.05);
});

test("the interval holds what the whole population would give, and the same seed gives the same one", () => {
  const [whole] = tuneLabelThresholds(...of(drawLabels(50_000, [-1], 5)), { draws: 1 }).perLabel;
  let covered = 0;
  for (let seed = 0; seed < 60; seed++) {
    const [{ interval }] = tuneLabelThresholds(...of(drawLabels(400, [-1], 100 + seed))).perLabel;
    if (interval[0] <= whole.threshold && whole.threshold <= interval[1]) covered++;
  }
  expect(covered / 60).toBeGreaterThan(0.85);
  const again = () => tuneLabelThresholds(...of(drawLabels(100, [-1], 6)), { seed: 3 }).perLabel;
  expect(again()).toEqual(again());
});

test("where all probabilities are 0 nothing is given, and bad input is refused", () => {
  const none = tuneLabelThresholds(oneColumn([0, 0]), labelSetsOf(1, [0, 0]));
  expect(none.perLabel[0]).toMatchObject({ threshold: 1, expected: 0, observed: null });
  const rows = [oneColumn([0.1, 0.9]), labelSetsOf(1, [0, 1])] as const;
  expect(() => tuneLabelThresholds(...rows, { beta: 0 })).toThrow(
    new InputError("tuneLabelThresholds: beta must be a positive number, got 0"),
  );
  expect(() => tuneLabelThresholds(...rows, { fewestPositives: -1 })).toThrow(
    "tuneLabelThresholds: fewestPositives must be ≥ 0, got -1",
  );
  expect(() => tuneLabelThresholds(oneColumn([0.1]), labelSetsOf(1, [0, 1]))).toThrow(
    "tuneLabelThresholds: label sets must be as many as rows, 1, got 2",
  );
});

function of([logits, sets]: ReturnType<typeof drawLabels>) {
  return [labelProbabilities(logits), sets] as const;
}
