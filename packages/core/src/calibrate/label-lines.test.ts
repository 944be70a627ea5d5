import { expect, test } from "vitest";
import { drawLabels, labelLogits, labelSetsOf } from "../../test/label-samples.ts";
import type { LabelSets, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { measureLabels } from "../evaluate/label-rows.ts";
import { chooseLabelCalibrator } from "./choose-label-lines.ts";
import { createCalibrator } from "./create.ts";
import { fitCommonLine, fitLabelLines } from "./fit-label-lines.ts";
import { createLabelLines } from "./label-lines.ts";

test("each column has its own line, and certainty stays certain", () => {
  const lines = createLabelLines({ slopes: Float64Array.of(2, 0.5), intercepts: Float64Array.of(1, -1) });
  const { values } = lines.apply(labelLogits(2, [3, 4, -Infinity, Infinity]));
  expect([...values]).toEqual([7, 1, -Infinity, Infinity]);
  expect(createCalibrator("labels", lines.numbers).apply(labelLogits(2, [3, 4])).values).toEqual(
    Float64Array.of(7, 1),
  );
});

test("the gradient of the held line is 0 where it was fitted", () => {
  const [logits, sets] = drawLabels(300, [0, -1], 1, (z, k) => (k === 0 ? 2 * z : z + 1));
  const common = fitCommonLine(logits, sets);
  const penalty = 10;
  const { slopes, intercepts } = fitLabelLines(logits, sets, common, penalty);
  for (let k = 0; k < 2; k++) {
    const loss = (slope: number, intercept: number): number => {
      let sum =
        (penalty / 2) * (((slope - common.slope) * common.scale) ** 2 + (intercept - common.intercept) ** 2);
      for (let row = 0; row < 300; row++) {
        const t = slope * logits.values[2 * row + k] + intercept;
        sum += Math.log1p(Math.exp(t)) - sets.values[2 * row + k] * t;
      }
      return sum;
    };
    const step = 1e-5;
    const [a, b] = [slopes[k], intercepts[k]];
    expect((loss(a + step, b) - loss(a - step, b)) / (2 * step)).toBeCloseTo(0, 4);
    expect((loss(a, b + step) - loss(a, b - step)) / (2 * step)).toBeCloseTo(0, 4);
  }
});

test("a label with five positives takes the common line, one with many its own", () => {
  // Both labels are off by their own shift, but the rare one has few rows to say so.
  const [logits, sets] = drawLabels(2000, [0, -7.5], 2, (z, k) => (k === 0 ? z + 1 : z + 1.2));
  const rare = sets.values.filter((mark, i) => i % 2 === 1 && mark === 1).length;
  expect(rare).toBeGreaterThan(0);
  expect(rare).toBeLessThan(12);
  const common = fitCommonLine(logits, sets);
  const held = fitLabelLines(logits, sets, common, 100);
  expect(Math.abs(held.intercepts[1] - common.intercept)).toBeLessThan(0.1);
  const free = fitLabelLines(logits, sets, common, 1);
  expect(free.intercepts[0]).toBeCloseTo(1, 0);
  expect(fitLabelLines(logits, sets, common, Infinity).slopes).toEqual(
    new Float64Array(2).fill(common.slope),
  );
});

test("a calibrated model is left alone", () => {
  const { calibrator, chosen, reason } = chooseLabelCalibrator(...drawLabels(1500, [0, -1, -2], 3));
  expect(calibrator.kind).toBe("identity");
  expect(chosen.kind).toBe("identity");
  expect(reason).toMatch(/^the model is left as it is: held-out log-loss 0\.\d+/);
});

test("one mistake of all labels asks for one line, one of each label for its own", () => {
  const same = chooseLabelCalibrator(...drawLabels(1500, [0, -1, -2], 4, (z) => z / 3));
  expect(same.chosen).toMatchObject({ kind: "common", penalty: Infinity });
  expect(same.reason).toMatch(/^one line for all labels: held-out log-loss 0\.\d+, and \d\.\d+ without/);
  const own = chooseLabelCalibrator(...drawLabels(1500, [0, 0, 0], 5, (z, k) => z + 2 * (k - 1)));
  expect(own.chosen.kind).toBe("shrunk");
  expect(own.calibrator.kind).toBe("labels");
});

test("with many rare labels, held lines do better on new rows than free ones and than none", () => {
  const centers = Array.from({ length: 30 }, (_, k) => (k < 5 ? -1 : -4.5));
  const law = (z: number, k: number): number => 0.6 * z + (k % 3 === 0 ? 0.5 : -0.3);
  const [logits, sets] = drawLabels(600, centers, 6, law);
  const [freshLogits, freshSets] = drawLabels(20_000, centers, 7, law);
  const lossOf = (calibrated: Logits, labelSets: LabelSets): number =>
    measureLabels(calibrated, labelSets).loss.reduce((sum, loss) => sum + loss, 0) / calibrated.rows;
  const chosen = chooseLabelCalibrator(logits, sets);
  const common = fitCommonLine(logits, sets);
  const loss = lossOf(chosen.calibrator.apply(freshLogits), freshSets);
  expect(loss).toBeLessThan(lossOf(freshLogits, freshSets));
  expect(loss).toBeLessThan(lossOf(fitLabelLines(logits, sets, common, 0.01).apply(freshLogits), freshSets));
});

test("a label that no row carries, or every row, takes the common line and is named", () => {
  const [logits, sets] = drawLabels(400, [0, 0, 0], 8, (z) => 0.4 * z);
  const values = sets.values.map((mark, i) => (i % 3 === 1 ? 0 : i % 3 === 2 ? 1 : mark));
  const labelSets = { ...sets, values };
  const common = fitCommonLine(logits, labelSets);
  const { slopes } = fitLabelLines(logits, labelSets, common, 1);
  expect([slopes[1], slopes[2]]).toEqual([common.slope, common.slope]);
  expect(chooseLabelCalibrator(logits, labelSets).notes).toEqual([
    'no calibration row carries "l1": the common line stands in',
    'every calibration row carries "l2": the common line stands in',
  ]);
});

test("too few rows, one group or no label at all: the model is left as it is", () => {
  const [logits, sets] = drawLabels(60, [0, 0], 9);
  expect(chooseLabelCalibrator(logits, sets).reason).toBe(
    "too little to calibrate on: 60 rows, and at least 100 are wanted; the model is left as it is",
  );
  const options = { fewestRows: 10 };
  const { reason } = chooseLabelCalibrator(logits, sets, { ...options, groups: new Int32Array(60) });
  expect(reason).toContain("all rows are of one group");
  const none = { ...sets, values: new Uint8Array(120) };
  expect(chooseLabelCalibrator(logits, none, options).reason).toContain("no row carries any label");
});

test("the same seed gives the same choice, and bad input is refused", () => {
  const [logits, sets] = drawLabels(200, [0, -1], 10);
  expect(chooseLabelCalibrator(logits, sets, { seed: 2 }).candidates).toEqual(
    chooseLabelCalibrator(logits, sets, { seed: 2 }).candidates,
  );
  expect(() => chooseLabelCalibrator(logits, labelSetsOf(2, [1, 0]))).toThrow(
    new InputError("chooseLabelCalibrator: label sets must be as many as rows, 200, got 1"),
  );
  expect(() => chooseLabelCalibrator(logits, sets, { groups: [1] })).toThrow(
    "chooseLabelCalibrator: needs one group per row, got 1 for 200 rows",
  );
  expect(() => chooseLabelCalibrator(logits, sets, { fewestRows: -1 })).toThrow(
    "fewestRows must be 0 or more",
  );
  const lines = createLabelLines({ slopes: Float64Array.of(1), intercepts: Float64Array.of(0) });
  expect(() => lines.apply(logits)).toThrow("labels.apply: logits must have 1 columns, one per label, got 2");
  expect(() => lines.apply(labelLogits(1, [Number.NaN]))).toThrow(
    "labels.apply: logits must be numbers, got NaN",
  );
  expect(() => createLabelLines({ slopes: Float64Array.of(1), intercepts: Float64Array.of(0, 1) })).toThrow(
    "createLabelLines: slopes and intercepts must be as many, one per label, got 1 and 2",
  );
});
