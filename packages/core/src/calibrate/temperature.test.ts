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
import { accuracy, expectedCalibrationError, logLoss } from "../evaluate/index.ts";
import { createTemperature, fitTemperature } from "./temperature.ts";

test("two logits by hand: one mistake in four rows asks for log-odds of ln 3", () => {
  const fit = fitTemperature(twoClasses([2, 2, 2, -2]), labelsOf(2, [1, 1, 0, 0]));
  expect(fit.beta).toBeCloseTo(Math.log(3) / 2, 13);
  expect(fit.temperature).toBeCloseTo(2 / Math.log(3), 12);
  expect(fit.status).toBe("converged");
});

test.each(references.digits)(
  "$name: SciPy's temperature, log-loss and ECE; not one label changes",
  (reference) => {
    const { columns, calibrate, test: held, before, after } = reference;
    const fit = fitTemperature(logitsOf(columns, calibrate.logits), labelsOf(columns, calibrate.labels));
    const logits = logitsOf(columns, held.logits);
    const labels = labelsOf(columns, held.labels);
    const calibrated = fit.apply(logits);
    expect(fit.temperature).toBeCloseTo(reference.temperature, 11);
    expect(logLoss(logits, labels)).toBeCloseTo(before.logLoss, 12);
    expect(logLoss(calibrated, labels)).toBeCloseTo(after.logLoss, 12);
    expect(expectedCalibrationError(probabilitiesOf(logits), labels)).toBeCloseTo(before.ece, 12);
    expect(expectedCalibrationError(probabilitiesOf(calibrated), labels)).toBeCloseTo(after.ece, 10);
    expect(accuracy(calibrated, labels)).toBe(accuracy(logits, labels));
  },
);

test("the figures that were asked for", () => {
  const [underconfident, overconfident] = references.digits;
  expect(underconfident.temperature).toBeCloseTo(0.5416469, 7);
  expect(underconfident.after.logLoss).toBeCloseTo(0.139622, 6);
  expect(underconfident.after.ece).toBeCloseTo(0.02338, 6);
  expect(overconfident.temperature).toBeCloseTo(2.283061, 6);
  expect(overconfident.after.logLoss).toBeCloseTo(0.125388, 6);
  expect(overconfident.after.ece).toBeCloseTo(0.021991, 6);
});

test.each([1e-6, 0.01, 1, 100, 1e6])(
  "logits %f times as large have a temperature that much higher",
  (scale) => {
    const [logits, labels] = drawRows(300, 4, 1);
    const plain = fitTemperature(logits, labels);
    const scaled = fitTemperature({ ...logits, values: logits.values.map((z) => z * scale) }, labels);
    expect(scaled.temperature / scale / plain.temperature).toBeCloseTo(1, 10);
  },
);

test("the slope of the log-loss is 0 at the fit, and the loss is higher on either side", () => {
  const [logits, labels] = drawRows(400, 5, 2, (z) => 0.4 * z);
  const { beta } = fitTemperature(logits, labels);
  const lossAt = (value: number) => logLoss(createTemperature(value).apply(logits), labels);
  const step = 1e-4;
  expect((lossAt(beta + step) - lossAt(beta - step)) / (2 * step)).toBeCloseTo(0, 7);
  expect(lossAt(beta * 1.05)).toBeGreaterThan(lossAt(beta));
  expect(lossAt(beta * 0.95)).toBeGreaterThan(lossAt(beta));
  expect(Math.abs(beta - 0.4)).toBeLessThan(0.1);
});

test("the order of the classes stays in every row, and masked classes stay masked", () => {
  const [logits] = drawRows(200, 6, 3);
  logits.values[3] = -Infinity;
  for (const beta of [0.001, 0.3, 7, 1e308]) {
    const { values } = createTemperature(beta).apply(logits);
    expect(values[3]).toBe(-Infinity);
    const places = Array.from(values.keys());
    const reversed = places.filter((i) =>
      places
        .slice(i - (i % 6), i)
        .some((j) => (logits.values[i] - logits.values[j]) * (values[i] - values[j]) < 0),
    );
    expect(reversed).toEqual([]);
    expect(values.every((z) => z < Infinity)).toBe(true);
  }
});

test("classes in another order have the same temperature", () => {
  const [logits, labels] = drawRows(300, 3, 4);
  const order = [2, 0, 1];
  const permuted = labelsOf(
    3,
    Array.from(labels.indices, (label) => order.indexOf(label)),
  );
  expect(fitTemperature(reorder(logits, order), permuted).beta).toBeCloseTo(
    fitTemperature(logits, labels).beta,
    12,
  );
});

test("a weight counts as so many rows, and 0 as none", () => {
  const [logits, labels] = drawRows(100, 3, 5);
  const places = Array.from(labels.indices.keys()).flatMap((row) => Array<number>(row % 3).fill(row));
  const copies = logitsOf(
    3,
    places.flatMap((row) => [...logits.values.subarray(3 * row, 3 * row + 3)]),
  );
  const ofCopies = labelsOf(
    3,
    places.map((row) => labels.indices[row]),
  );
  const weighted = fitTemperature(logits, labels, { sampleWeights: labels.indices.map((_, row) => row % 3) });
  expect(weighted.beta).toBeCloseTo(fitTemperature(copies, ofCopies).beta, 12);
});

test("rows without a mistake end at the rule of succession, not at infinity", () => {
  const right = fitTemperature(twoClasses([-1, 1, 1, -1]), labelsOf(2, [0, 1, 1, 0]));
  expect(right.status).toBe("separated");
  expect(1 / (1 + Math.exp(-right.beta))).toBeCloseTo(5 / 6, 9);
  const surer = fitTemperature(twoClasses([-40, 30]), labelsOf(2, [0, 1]));
  expect([surer.beta, surer.status]).toEqual([1, "separated"]);
  const shared = fitTemperature(logitsOf(3, [1, 1, 0, 1, 1, 0, 0, 0, 1]), labelsOf(3, [0, 1, 2]));
  expect(shared.status).toBe("separated");
  expect(shared.beta).toBeLessThan(10);
});

test("logits that say nothing, or the opposite, do not make the fit fail", () => {
  const level = fitTemperature(twoClasses([0, 0]), labelsOf(2, [0, 1]));
  expect([level.beta, level.status]).toEqual([1, "flat"]);
  const opposite = fitTemperature(twoClasses([3, -2, 1]), labelsOf(2, [0, 1, 0]));
  expect([opposite.beta, opposite.temperature, opposite.status]).toEqual([0, Infinity, "flat"]);
  expect([...opposite.apply(logitsOf(2, [5, -Infinity])).values]).toEqual([0, -Infinity]);
});

test("rows a fit cannot learn from are refused, each with its sentence", () => {
  const fit = (scores: number[], indices: number[]) => () =>
    fitTemperature(twoClasses(scores), labelsOf(2, indices));
  expect(fit([1], [1])).toThrow("fitTemperature: two rows or more are needed, got 1");
  expect(fit([1, 2, 3], [1, 1, 1])).toThrow(
    'fitTemperature: each class needs a calibration row, got none of class "c0"',
  );
  expect(fit([1, 2], [1, 7])).toThrow("fitTemperature: labels must be integers in [0, 2), got 7 at row 1");
  expect(fit([1, NaN], [0, 1])).toThrow(
    "fitTemperature: logits must be finite, or −Infinity to mask a class, got NaN at row 1, column 1",
  );
  expect(fit([1, 2, -Infinity], [0, 1, 1])).toThrow(
    'fitTemperature: the true class must not be masked (−Infinity, probability 0), which no calibrator can mend; it is "c1" at row 2',
  );
  expect(() => fitTemperature(twoClasses([1, 2]), labelsOf(2, [0, 1]), { sampleWeights: [1, -1] })).toThrow(
    "fitTemperature: sampleWeights must be finite and ≥ 0, got -1 at row 1",
  );
  expect(() => fitTemperature(twoClasses([1, 2]), labelsOf(2, [0, 1]), { sampleWeights: [1, 0] })).toThrow(
    'fitTemperature: each class needs a calibration row, got none of class "c1"',
  );
  expect(() => createTemperature(-1)).toThrow("createTemperature: beta must be finite and ≥ 0, got -1");
});

test("of many rows the start comes from some of them: rows that all come twice give the same number", () => {
  const [logits, labels] = drawRows(30_000, 3, 11, (z) => 2 * z);
  const twice = logitsOf(3, [...logits.values, ...logits.values]);
  const labelsTwice = labelsOf(3, [...labels.indices, ...labels.indices]);
  const { beta, status } = fitTemperature(twice, labelsTwice);
  expect(status).toBe("converged");
  expect(beta).toBeCloseTo(fitTemperature(logits, labels).beta, 12);
});
