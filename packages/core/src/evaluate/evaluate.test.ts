import { expect, test } from "vitest";
import references from "../../test/references/evaluation.json" with { type: "json" };
import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { wilsonInterval } from "../statistics/index.ts";
import { evaluate } from "./evaluate.ts";
import { expectedCalibrationError } from "./calibration-error.ts";
import { brierScore } from "./metrics.ts";

function logitsOf(columns: number, values: Iterable<number>): Logits {
  const all = Float64Array.from(values);
  return { rows: all.length / columns, columns, values: all, unit: "logits" };
}

function labelsOf(classCount: number, indices: Iterable<number>): Labels {
  return {
    classes: Array.from({ length: classCount }, (_, k) => `c${k}`),
    indices: Int32Array.from(indices),
  };
}

/** Seeded rows: the logit of the true class is higher by `strength` on average. */
function draw(rows: number, columns: number, strength: number, seed: number): [Logits, Labels] {
  const generator = createGenerator(seed);
  const labels = labelsOf(
    columns,
    Array.from({ length: rows }, () => generator.below(columns)),
  );
  const values = Float64Array.from(
    { length: rows * columns },
    (_, i) => generator.normal() + (i % columns === labels.indices[Math.floor(i / columns)] ? strength : 0),
  );
  return [logitsOf(columns, values), labels];
}

test.each(references.cases)(
  "the figures of $name are scikit-learn's",
  ({ classes, logits, labels, figures }) => {
    const result = evaluate(logitsOf(classes, logits), labelsOf(classes, labels));
    expect(result.rows).toBe(labels.length);
    expect(result.accuracy).toBeCloseTo(figures.accuracy, 15);
    expect(result.logLoss).toBeCloseTo(figures.logLoss, 13);
    expect(result.brier).toBeCloseTo(figures.brier, 14);
    expect(result.ece).toBeCloseTo(figures.ece, 14);
    expect([...result.confusion]).toEqual(figures.confusion);
  },
);

test("a whole evaluation is the same for the same seed, and differs only in drawn intervals for another", () => {
  const [logits, labels] = draw(300, 4, 1, 1);
  const result = evaluate(logits, labels);
  expect(evaluate(logits, labels, { confidence: 0.95, seed: 0 })).toEqual(result);
  const other = evaluate(logits, labels, { seed: 1 });
  expect(other.perClass[0].intervals).not.toEqual(result.perClass[0].intervals);
  expect(other.perClass[0].precision).toBe(result.perClass[0].precision);
  expect(other.intervals.logLoss).toEqual(result.intervals.logLoss);
  expect(other.reliability).toEqual(result.reliability);
});

test("the order of the rows does not matter", () => {
  const [logits, labels] = draw(200, 3, 1, 2);
  const backwards = Array.from({ length: 200 }, (_, row) => 199 - row);
  const turned = evaluate(
    logitsOf(
      3,
      backwards.flatMap((row) => [...logits.values.subarray(3 * row, 3 * row + 3)]),
    ),
    labelsOf(
      3,
      backwards.map((row) => labels.indices[row]),
    ),
  );
  const result = evaluate(logits, labels);
  expect(turned.confusion).toEqual(result.confusion);
  turned.perClass.forEach(({ aucInterval, ...figures }, k) => {
    const { aucInterval: expected, ...rest } = result.perClass[k];
    expect(figures).toEqual(rest);
    expect(aucInterval?.[0]).toBeCloseTo(expected?.[0] ?? NaN, 14);
    expect(aucInterval?.[1]).toBeCloseTo(expected?.[1] ?? NaN, 14);
  });
  expect(turned.logLoss).toBeCloseTo(result.logLoss, 14);
  expect(turned.intervals.ece[1]).toBeCloseTo(result.intervals.ece[1], 12);
});

test("reordering the classes reorders the answer", () => {
  const [logits, labels] = draw(250, 3, 1, 3);
  const result = evaluate(logits, labels);
  const mirrored = evaluate(
    logitsOf(
      3,
      logits.values.map((_, i) => logits.values[i - (i % 3) + (2 - (i % 3))]),
    ),
    labelsOf(
      3,
      labels.indices.map((label) => 2 - label),
    ),
  );
  expect([...mirrored.confusion]).toEqual([...result.confusion].toReversed());
  expect(mirrored.perClass.map(({ precision, intervals }) => ({ precision, intervals }))).toEqual(
    result.perClass.map(({ precision, intervals }) => ({ precision, intervals })).toReversed(),
  );
  expect(mirrored.brier).toBeCloseTo(result.brier, 14);
});

test("rows in many blocks, and float32 logits, give what the metrics give at once", () => {
  const [logits, labels] = draw(1501, 7, 2, 4); // 585 rows a block
  const narrow: Logits = { ...logits, values: Float32Array.from(logits.values) };
  const result = evaluate(narrow, labels);
  const probabilities = {
    ...logits,
    values: softmax(narrow.values, 7),
    unit: "probabilities",
  } as const;
  expect(result.brier).toBeCloseTo(brierScore(probabilities, labels), 14);
  expect(result.ece).toBeCloseTo(expectedCalibrationError(probabilities, labels), 14);
  expect(result.reliability.reduce((sum, bin) => sum + bin.rows, 0)).toBe(1501);
});

test("one row: every figure stands, and no interval claims to know", () => {
  const result = evaluate(logitsOf(3, [2, 0, 0]), labelsOf(3, [0]));
  expect(result.accuracy).toBe(1);
  expect(result.intervals.accuracy).toEqual(wilsonInterval(1, 1, 0.95));
  expect(result.intervals.logLoss).toEqual([0, Infinity]);
  expect(result.intervals.brier).toEqual([0, 2]);
  expect(result.intervals.ece[0]).toBe(0);
  expect(result.intervals.ece[1]).toBeGreaterThan(0.9);
  expect(result.perClass.map(({ precision }) => precision)).toEqual([1, null, null]);
});

test("perfect predictions have no negative log-loss and no Brier below 0", () => {
  const certain = evaluate(logitsOf(2, [800, 0, 0, 800, 0, 800]), labelsOf(2, [0, 1, 1]));
  expect(certain).toMatchObject({ accuracy: 1, logLoss: 0, brier: 0, ece: 0 });
  expect(certain.intervals.logLoss).toEqual([0, 0]);
  const nearly = evaluate(logitsOf(2, [9, 0, 0, 1, 0, 30]), labelsOf(2, [0, 1, 1]));
  expect(nearly.logLoss).toBeGreaterThan(0);
  expect(nearly.intervals.logLoss[0]).toBe(0);
  expect(nearly.intervals.brier[0]).toBe(0);
});

test("certain and wrong everywhere: Brier 2, error 1, a log-loss of the logits' distance", () => {
  const result = evaluate(logitsOf(2, [800, 0, 0, 800]), labelsOf(2, [1, 0]));
  expect(result).toMatchObject({ accuracy: 0, logLoss: 800, brier: 2, brierBinary: 1, ece: 1 });
  expect(result.intervals.brier).toEqual([2, 2]);
});

test("a true class that was masked makes the log-loss infinite, and its interval too", () => {
  const result = evaluate(logitsOf(2, [0, -Infinity, 1, 0]), labelsOf(2, [1, 0]));
  expect(result.logLoss).toBe(Infinity);
  expect(result.intervals.logLoss).toEqual([Infinity, Infinity]);
  expect(result.brier).toBeLessThan(2);
});

test("one class present, and a class that is the only one there is", () => {
  const present = evaluate(logitsOf(2, [1, 0, 0, 1, 3, 0]), labelsOf(2, [0, 0, 0]));
  expect(present.accuracy).toBeCloseTo(2 / 3, 15);
  expect(present.perClass[1]).toMatchObject({ support: 0, predicted: 1, recall: null });
  const only = evaluate(logitsOf(1, [0.3, -7]), labelsOf(1, [0, 0]));
  expect(only).toMatchObject({ accuracy: 1, logLoss: 0, brier: 0, ece: 0 });
});

test("a thousand classes", () => {
  const [logits, labels] = draw(500, 1000, 5, 5);
  const result = evaluate(logits, labels);
  expect(result.confusion).toHaveLength(1_000_000);
  expect(result.confusion.reduce((sum, count) => sum + count, 0)).toBe(500);
  expect(result.perClass.reduce((sum, figures) => sum + figures.support, 0)).toBe(500);
});

test("no figure is NaN, for the most awkward of small tables", () => {
  for (let seed = 0; seed < 60; seed++) {
    const result = evaluate(...draw(1 + (seed % 6), 2 + (seed % 3), seed % 4, seed), { draws: 100 });
    const numbers = JSON.stringify(result, (_, value: unknown) => (Number.isNaN(value) ? "NaN" : value));
    expect(numbers).not.toContain("NaN");
  }
});

test("a smaller confidence gives narrower intervals around the same figures", () => {
  const [logits, labels] = draw(400, 3, 1, 6);
  const wide = evaluate(logits, labels, { confidence: 0.99 });
  const narrow = evaluate(logits, labels, { confidence: 0.5 });
  for (const figure of ["accuracy", "logLoss", "brier", "ece"] as const) {
    expect(narrow[figure]).toBe(wide[figure]);
    expect(narrow.intervals[figure][1]).toBeLessThan(wide.intervals[figure][1]);
  }
  expect(narrow.perClass[0].intervals.f1?.[1]).toBeLessThan(wide.perClass[0].intervals.f1?.[1] ?? 0);
});

test("options outside their range are refused", () => {
  const [logits, labels] = draw(5, 2, 1, 7);
  expect(() => evaluate(logits, labels, { confidence: 95 })).toThrow(
    "evaluate: confidence must be in (0, 1), got 95",
  );
  expect(() => evaluate(logits, labels, { draws: 10 })).toThrow(
    "evaluate: draws must be a whole number ≥ 100, got 10",
  );
  expect(() => evaluate(logits, labels, { seed: -1 })).toThrow(InputError);
  expect(() => evaluate(logits, labelsOf(3, [0, 0, 0, 0, 0]))).toThrow(
    /^evaluate: logits must have one column/,
  );
});
