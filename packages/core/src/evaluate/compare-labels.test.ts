import { describe, expect, test } from "vitest";
import { drawLabels, labelLogits, labelSetsOf } from "../../test/label-samples.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { compareLabelModels, evaluateLabels } from "./index.ts";

const [good, labels] = drawLabels(150, [0, -1, -2], 11);
const generator = createGenerator(12);
const poor = labelLogits(
  3,
  Array.from(good.values, (z) => z / 2 + 1.5 * generator.normal()),
);

test("two rows of two labels by hand", () => {
  // given: 10 00 by the first, 10 11 by the second; carried: 10 01
  const sets = labelSetsOf(2, [1, 0, 0, 1]);
  const found = compareLabelModels(labelLogits(2, [1, -1, -1, -1]), labelLogits(2, [1, -1, 1, 1]), sets);
  expect(found).toMatchObject({ rows: 2, onlyFirst: 0, onlySecond: 0 });
  expect(found.accuracy).toMatchObject({ first: 1 / 2, second: 1 / 2, difference: 0, p: 1 });
  expect(found.hammingLoss).toMatchObject({ first: 1 / 4, second: 1 / 4 });
  expect(found.microF1).toMatchObject({ first: 2 / 3, second: 4 / 5 });
  expect(found.macroF1).toMatchObject({ first: 1 / 2, second: (2 / 3 + 1) / 2 });
});

test("figures are those of the models at their thresholds, and the difference is the second less the first", () => {
  const thresholds = [
    [0.5, 0.4, 0.3],
    [0.6, 0.2, 0.5],
  ] as const;
  const found = compareLabelModels(poor, good, labels, { thresholds });
  const [a, b] = [poor, good].map((logits, i) =>
    evaluateLabels(logits, labels, { thresholds: thresholds[i], draws: 100 }),
  );
  for (const name of ["accuracy", "hammingLoss", "logLoss", "brier"] as const) {
    expect(found[name].first).toBeCloseTo(a[name], 14);
    expect(found[name].second).toBeCloseTo(b[name], 14);
    expect(found[name].difference).toBeCloseTo(b[name] - a[name], 14);
  }
  for (const name of ["micro", "macro"] as const) {
    expect(found[`${name}F1`]).toMatchObject({ first: a[name].f1, second: b[name].f1, p: null });
    const [low, high] = found[`${name}F1`]?.interval ?? [1, 0];
    expect(low).toBeLessThan(found[`${name}F1`]?.difference ?? NaN);
    expect(high).toBeGreaterThan(found[`${name}F1`]?.difference ?? NaN);
  }
  expect(found.logLoss.interval[1]).toBeLessThan(0);
});

test("a model does not differ from itself, and changing places changes signs", () => {
  const same = compareLabelModels(good, good, labels);
  for (const name of ["accuracy", "hammingLoss", "logLoss", "brier", "microF1", "macroF1"] as const)
    expect(same[name]).toMatchObject({ difference: 0, interval: [0, 0] });
  const [one, other] = [compareLabelModels(poor, good, labels), compareLabelModels(good, poor, labels)];
  expect(other.microF1?.difference).toBe(-(one.microF1?.difference ?? NaN));
  expect(other.macroF1?.interval[0]).toBeCloseTo(-(one.macroF1?.interval[1] ?? NaN), 12);
  expect([other.onlyFirst, other.accuracy.p]).toEqual([one.onlySecond, one.accuracy.p]);
});

describe("rows are drawn", () => {
  test("by the seed, and whole where they belong to groups, so that rows told twice say no more", () => {
    expect(compareLabelModels(poor, good, labels, { seed: 3 })).toEqual(
      compareLabelModels(poor, good, labels, { seed: 3 }),
    );
    expect(compareLabelModels(poor, good, labels, { seed: 4 }).macroF1?.interval).not.toEqual(
      compareLabelModels(poor, good, labels, { seed: 3 }).macroF1?.interval,
    );
    const twice = ({ values }: { readonly values: ArrayLike<number> }): number[] => [
      ...Array.from(values),
      ...Array.from(values),
    ];
    const groups = Array.from({ length: 300 }, (_, row) => row % 150);
    const [a, b] = [poor, good].map((logits) => labelLogits(3, twice(logits)));
    const grouped = compareLabelModels(a, b, labelSetsOf(3, twice(labels)), { groups });
    const single = compareLabelModels(poor, good, labels);
    for (const end of [0, 1] as const)
      expect(grouped.microF1?.interval[end]).toBeCloseTo(single.microF1?.interval[end] ?? NaN, 12);
    expect(grouped.accuracy.p).toBeNull();
  });

  test("as often as needed: 95 % intervals of micro F1 hold the difference in 19 of 20 samples", () => {
    const [manyGood, manyLabels] = drawLabels(60_000, [0, -1], 21);
    const noise = createGenerator(22);
    const manyPoor = labelLogits(
      2,
      Array.from(manyGood.values, (z) => z + noise.normal()),
    );
    const truth = compareLabelModels(manyPoor, manyGood, manyLabels, { draws: 100 }).microF1?.difference;
    let covered = 0;
    for (let part = 0; part < 200; part++) {
      const cut = <T extends { readonly values: { subarray(from: number, to: number): T["values"] } }>(
        all: T,
      ) => ({ ...all, rows: 300, values: all.values.subarray(600 * part, 600 * part + 600) });
      const found = compareLabelModels(cut(manyPoor), cut(manyGood), cut(manyLabels), { draws: 200 });
      const [low, high] = found.microF1?.interval ?? [1, 0];
      if (low <= (truth ?? NaN) && (truth ?? NaN) <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(200);
  });
});

test("a figure that a model does not have is null", () => {
  const none = labelSetsOf(1, [0, 0]);
  const [never, always] = [labelLogits(1, [-1, -1]), labelLogits(1, [1, 1])];
  const found = compareLabelModels(never, always, none);
  expect([found.microF1, found.macroF1]).toEqual([null, null]);
  expect(found.hammingLoss.difference).toBe(1);
});

test("what does not fit together is refused in one sentence", () => {
  expect(() => compareLabelModels(good, labelLogits(3, [1, 2, 3]), labels)).toThrow(
    new InputError("compareLabelModels: label sets must be as many as rows, 1, got 150"),
  );
  expect(() => compareLabelModels(good, poor, labels, { thresholds: [[0.5], [0.5]] })).toThrow(
    "compareLabelModels: thresholds must be one per label, 3, got 1",
  );
  expect(() => compareLabelModels(good, poor, labels, { draws: 10 })).toThrow(
    "compareLabelModels: draws must be a whole number ≥ 100, got 10",
  );
});
