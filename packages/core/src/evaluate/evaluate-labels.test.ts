import { expect, test } from "vitest";
import references from "../../test/references/labels.json" with { type: "json" };
import { drawLabels, labelLogits, labelSetsOf } from "../../test/label-samples.ts";
import { InputError } from "../errors/index.ts";
import { rocArea } from "./roc.ts";
import { evaluateLabels } from "./evaluate-labels.ts";
import type { AverageFigures } from "./label-evaluation.ts";

const { labels, logits: z, marks, thresholds } = references;

test("scikit-learn's figures, where it has one", () => {
  const found = evaluateLabels(labelLogits(labels, z), labelSetsOf(labels, marks), { thresholds });
  const three = ({ precision, recall, f1 }: AverageFigures) => [precision, recall, f1];
  for (const name of ["accuracy", "hammingLoss"] as const)
    expect(found[name]).toBeCloseTo(references[name], 14);
  for (const name of ["averagePrecision", "rankingLoss", "coverageError"] as const)
    expect(found.ranking[name]).toBeCloseTo(references[name], 13);
  for (const kind of ["micro", "macro", "weighted"] as const)
    for (const [i, value] of three(found[kind]).entries())
      expect(value, `${kind} ${i}`).toBeCloseTo(references[kind][i], 13);
  references.perLabel.forEach((label, k) => {
    const own = found.perLabel[k];
    for (const name of [
      "precision",
      "recall",
      "f1",
      "auc",
      "averagePrecision",
      "logLoss",
      "brier",
    ] as const) {
      const [value, truth] = [own[name], label[name]];
      expect(value === null, `${name} of ${k}`).toBe(truth === null);
      expect(value ?? 0, `${name} of ${k}`).toBeCloseTo(truth ?? 0, 13);
    }
  });
  const mean = (name: "logLoss" | "brier") =>
    references.perLabel.reduce((sum, label) => sum + label[name] / labels, 0);
  expect(found.logLoss).toBeCloseTo(mean("logLoss"), 13);
  expect(found.brier).toBeCloseTo(mean("brier"), 13);
});

test("three rows of two labels by hand", () => {
  // given: 10, 11, 00; carried: 10, 01, 00
  const found = evaluateLabels(labelLogits(2, [1, -1, 2, 1, -1, -2]), labelSetsOf(2, [1, 0, 0, 1, 0, 0]));
  expect(found).toMatchObject({ rows: 3, labels: ["l0", "l1"], accuracy: 2 / 3, hammingLoss: 1 / 6 });
  expect(found.micro).toMatchObject({ precision: 2 / 3, recall: 1, f1: 4 / 5 });
  expect(found.macro).toMatchObject({ precision: 3 / 4, recall: 1, f1: (1 + 2 / 3) / 2 });
  expect(found.ranking).toEqual({
    averagePrecision: 3 / 4, // 1 and ½; the third row carries nothing
    rankingLoss: 1 / 2,
    coverageError: 3 / 2,
    labeledRows: 2,
    pairedRows: 2,
  });
  expect([found.cardinality, found.predictedCardinality]).toEqual([2 / 3, 1]);
});

test("what no row speaks for is null and said, never NaN or 0", () => {
  const found = evaluateLabels(
    labelLogits(4, [1, -1, 1, -1, 1, -1, -1, -1]),
    labelSetsOf(4, [0, 0, 1, 1, 0, 0, 1, 1]),
  );
  const [givenToAll, nowhere, everywhere, missed] = found.perLabel;
  expect(givenToAll).toMatchObject({ precision: 0, recall: null, f1: 0, auc: null, averagePrecision: null });
  expect(givenToAll.note).toBe("no row carries it: no recall, AUC or average precision");
  expect(nowhere).toMatchObject({ precision: null, recall: null, f1: null, auc: null });
  expect(nowhere.note).toBe(
    "no row carries it and none was given it: no precision, recall, F1, AUC or average precision",
  );
  expect(everywhere).toMatchObject({ precision: 1, recall: 0.5, auc: null, averagePrecision: 1 });
  expect(everywhere.note).toBe("every row carries it: no AUC");
  expect(missed).toMatchObject({ precision: null, recall: 0, f1: 0 });
  expect(missed.note).toBe("every row carries it and none was given it: no precision or AUC");
  expect(JSON.stringify(found)).not.toContain("NaN");
  const empty = evaluateLabels(labelLogits(1, [-1, -1]), labelSetsOf(1, [0, 0]));
  expect(empty.micro).toEqual({
    precision: null,
    recall: null,
    f1: null,
    intervals: { precision: null, recall: null, f1: null },
  });
  expect(empty.ranking).toMatchObject({ averagePrecision: null, rankingLoss: null, coverageError: null });
});

test("a label's area under the curve is that of rocArea, with DeLong's interval", () => {
  const [logits, sets] = drawLabels(80, [0, -1], 3);
  const scores = Array.from({ length: 80 }, (_, row) => logits.values[2 * row + 1]);
  const events = Array.from({ length: 80 }, (_, row) => sets.values[2 * row + 1]);
  const area = rocArea(scores, events);
  const [, second] = evaluateLabels(logits, sets).perLabel;
  expect(second.auc).toBe(area?.area);
  expect(second.intervals.auc).toEqual(area?.interval);
});

test("labels in another order give the same figures in that order, and the same seed the same bits", () => {
  const [logits, sets] = drawLabels(60, [0, -1, -2], 4);
  const turned = (source: { readonly values: ArrayLike<number> }) =>
    Array.from(source.values, (_, i) => source.values[i - (i % 3) + (2 - (i % 3))]);
  const one = evaluateLabels(logits, sets, { seed: 5 });
  const other = evaluateLabels(labelLogits(3, turned(logits)), labelSetsOf(3, turned(sets)), { seed: 5 });
  const figures = (each: (typeof one.perLabel)[number]) => ({ ...each, label: null });
  expect(other.perLabel.map(figures)).toEqual(one.perLabel.map(figures).toReversed());
  expect(other.micro).toEqual(one.micro);
  expect(evaluateLabels(logits, sets, { seed: 5 })).toEqual(one);
  expect(evaluateLabels(logits, sets, { seed: 6 }).micro.intervals).not.toEqual(one.micro.intervals);
});

test("logits of ±1000 and ±Infinity are probabilities of 1 and 0", () => {
  const found = evaluateLabels(
    labelLogits(2, [1000, -1000, Infinity, -Infinity]),
    labelSetsOf(2, [1, 0, 1, 0]),
  );
  expect(found).toMatchObject({ accuracy: 1, logLoss: 0, brier: 0, ece: 0 });
  expect(evaluateLabels(labelLogits(1, [-Infinity]), labelSetsOf(1, [1])).logLoss).toBe(Infinity);
});

test("intervals over rows cover as they promise", () => {
  const [everyLogit, everySet] = drawLabels(200_000, [0, -2], 9);
  const whole = evaluateLabels(everyLogit, everySet, { draws: 100 });
  let covered = 0;
  for (let part = 0; part < 200; part++) {
    const [from, to] = [part * 600, part * 600 + 600];
    const logits = { ...everyLogit, rows: 300, values: everyLogit.values.subarray(from, to) };
    const sets = { ...everySet, rows: 300, values: everySet.values.subarray(from, to) };
    const [low, high] = evaluateLabels(logits, sets, { draws: 200 }).macro.intervals.f1 ?? [1, 0];
    const truth = whole.macro.f1 ?? Number.NaN;
    if (low <= truth && truth <= high) covered++;
  }
  expect(covered / 200).toBeGreaterThan(0.9);
  expect(covered / 200).toBeLessThan(0.99);
});

test("what does not fit together is refused in one sentence", () => {
  const logits = labelLogits(2, [1, 2, 3, 4]);
  const sets = labelSetsOf(2, [1, 0, 0, 1]);
  expect(() => evaluateLabels(labelLogits(1, [1, 2]), sets)).toThrow(
    new InputError("evaluateLabels: logits must have one column per label, 2, got 1"),
  );
  expect(() => evaluateLabels(logits, labelSetsOf(2, [1, 0]))).toThrow(
    new InputError("evaluateLabels: label sets must be as many as rows, 2, got 1"),
  );
  expect(() => evaluateLabels(logits, labelSetsOf(2, [1, 0, 0, 2]))).toThrow(
    new InputError('evaluateLabels: marks of labels must be 0 or 1, got 2 at row 1, label "l1"'),
  );
  expect(() => evaluateLabels(labelLogits(2, [1, Number.NaN, 3, 4]), sets)).toThrow(
    new InputError('evaluateLabels: logits must be numbers, got NaN at row 0, label "l1"'),
  );
  expect(() => evaluateLabels(logits, { ...sets, names: ["a", "a"] })).toThrow(
    new InputError("evaluateLabels: names of labels must differ, got a, a"),
  );
  expect(() => evaluateLabels(logits, sets, { thresholds: [0.5] })).toThrow(
    new InputError("evaluateLabels: thresholds must be one per label, 2, got 1"),
  );
  expect(() => evaluateLabels(logits, sets, { thresholds: [0.5, -1] })).toThrow(
    new InputError('evaluateLabels: thresholds must be ≥ 0, got -1 for "l1"'),
  );
  expect(() => evaluateLabels(logits, sets, { draws: 10 })).toThrow(
    "draws must be a whole number ≥ 100, got 10",
  );
  expect(() => evaluateLabels(labelLogits(2, []), labelSetsOf(2, []))).toThrow("at least one row is needed");
});
