import { expect, test } from "vitest";
import references from "../../test/references/evaluation.json" with { type: "json" };
import type { Labels, Logits, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { expectedCalibrationError } from "./calibration-error.ts";
import { accuracy, brierScore, confusionMatrix, logLoss } from "./metrics.ts";

function logitsOf(columns: number, ...values: number[]): Logits {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "logits" };
}

function probabilitiesOf(columns: number, ...values: number[]): Probabilities {
  return { rows: values.length / columns, columns, values: Float64Array.from(values), unit: "probabilities" };
}

function labelsOf(classCount: number, ...indices: number[]): Labels {
  return {
    classes: Array.from({ length: classCount }, (_, k) => `c${k}`),
    indices: Int32Array.from(indices),
  };
}

test("two rows by hand", () => {
  const labels = labelsOf(2, 0, 0);
  const probabilities = probabilitiesOf(2, 0.75, 0.25, 0.25, 0.75);
  const logits = logitsOf(2, Math.log(3), 0, 0, Math.log(3));
  expect(accuracy(probabilities, labels)).toBe(0.5);
  expect([...confusionMatrix(logits, labels)]).toEqual([1, 1, 0, 0]);
  expect(logLoss(logits, labels)).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 15);
  expect(brierScore(probabilities, labels)).toBe((2 * 0.0625 + 2 * 0.5625) / 2);
  expect(expectedCalibrationError(probabilities, labels)).toBe(0.25); // |1.5 − 1| / 2
});

test.each(references.cases)("the figures of $name are scikit-learn's", (reference) => {
  const { classes, figures } = reference;
  const logits = logitsOf(classes, ...reference.logits);
  const labels = labelsOf(classes, ...reference.labels);
  const probabilities = probabilitiesOf(classes, ...softmax(logits.values, classes));
  expect(accuracy(logits, labels)).toBeCloseTo(figures.accuracy, 15);
  expect(accuracy(probabilities, labels)).toBeCloseTo(figures.accuracy, 15);
  expect([...confusionMatrix(probabilities, labels)]).toEqual(figures.confusion);
  expect(logLoss(logits, labels)).toBeCloseTo(figures.logLoss, 13);
  expect(brierScore(probabilities, labels)).toBeCloseTo(figures.brier, 14);
  expect(expectedCalibrationError(probabilities, labels)).toBeCloseTo(figures.ece, 14);
});

test("of equally probable classes the lowest index is predicted", () => {
  expect([...confusionMatrix(logitsOf(3, 1, 1, 0, 0, 2, 2, 5, 5, 5), labelsOf(3, 1, 2, 0))]).toEqual([
    1, 0, 0, 1, 0, 0, 0, 1, 0,
  ]);
});

test("a certain mistake costs its distance in nats, and is not clipped", () => {
  expect(logLoss(logitsOf(2, 2000, 0), labelsOf(2, 1))).toBe(2000);
  expect(logLoss(logitsOf(2, 0, -Infinity), labelsOf(2, 1))).toBe(Infinity);
  expect(logLoss(logitsOf(2, 0, -Infinity), labelsOf(2, 0))).toBe(0);
});

test("the Brier score of certain rows is 0 when right and 2 when wrong", () => {
  expect(brierScore(probabilitiesOf(3, 0, 1, 0), labelsOf(3, 1))).toBe(0);
  expect(brierScore(probabilitiesOf(3, 0, 1, 0), labelsOf(3, 2))).toBe(2);
});

test("adding a constant to every logit of a row changes nothing", () => {
  const labels = labelsOf(3, 2, 0);
  const values = [0.5, -1, 2, 3, 0, 1];
  expect(logLoss(logitsOf(3, ...values.map((value) => value + 64)), labels)).toBeCloseTo(
    logLoss(logitsOf(3, ...values), labels),
    14,
  );
});

test("numbers no model can give are refused, with their place", () => {
  const labels = labelsOf(2, 0, 1);
  expect(() => logLoss(logitsOf(2, 0, 1, 2, NaN), labels)).toThrow(
    "logLoss: logits must be finite, or −Infinity to mask a class, got NaN at row 1, column 1",
  );
  expect(() => accuracy(logitsOf(2, 0, Infinity, 2, 3), labels)).toThrow("got Infinity at row 0, column 1");
  expect(() => accuracy(logitsOf(2, 0, 0, -Infinity, -Infinity), labels)).toThrow(
    "accuracy: each row needs a finite logit, got a row with all classes masked at row 1",
  );
  expect(() => brierScore(probabilitiesOf(2, 0.5, 0.5, 1.5, -0.5), labels)).toThrow(
    "brierScore: probabilities must be in [0, 1], got 1.5 at row 1, column 0",
  );
  expect(() => expectedCalibrationError(probabilitiesOf(2, NaN, 0.5, 1, 0), labels)).toThrow(InputError);
  expect(() => brierScore(probabilitiesOf(2, 0.5, 0.5, 0.5, 0.4), labels)).toThrow(
    "brierScore: probabilities of a row must sum to 1, got 0.9 at row 1",
  );
});

test("labels of other rows or classes are refused", () => {
  const logits = logitsOf(2, 0, 1, 2, 3);
  expect(() => accuracy(logits, labelsOf(2, 0))).toThrow(
    "accuracy: labels must be as many as rows, 2, got 1",
  );
  expect(() => accuracy(logits, labelsOf(3, 0, 1))).toThrow(
    "accuracy: logits must have one column per class, 3, got 2",
  );
  expect(() => accuracy(logits, labelsOf(2, 0, 2))).toThrow(
    "accuracy: labels must be integers in [0, 2), got 2 at row 1",
  );
  expect(() => accuracy(logits, labelsOf(2, -1, 0))).toThrow(InputError);
  expect(() => accuracy(logitsOf(2), labelsOf(2))).toThrow("accuracy: at least one row is needed, got 0");
  expect(() => accuracy({ ...logits, rows: 3 }, labelsOf(2, 0, 1, 0))).toThrow(
    "accuracy: 3 rows of 2 classes need 6 logits, got 4",
  );
});
