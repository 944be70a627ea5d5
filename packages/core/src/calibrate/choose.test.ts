import { expect, test } from "vitest";
import references from "../../test/references/calibration.json" with { type: "json" };
import { drawRows, labelsOf, logitsOf, twoClasses } from "../../test/calibration-samples.ts";
import { chooseCalibrator } from "./choose.ts";
import { fitTemperature } from "./temperature.ts";
import type { Method } from "./methods.ts";

const everything: readonly Method[] = ["temperature", "vector", "platt", "beta", "isotonic"];

test.each(references.digits)("$name: a temperature, though every method was tried", (reference) => {
  const logits = logitsOf(10, reference.calibrate.logits);
  const labels = labelsOf(10, reference.calibrate.labels);
  const { calibrator, candidates, reason } = chooseCalibrator(logits, labels, { methods: everything });
  expect(calibrator.kind).toBe("temperature");
  expect(candidates.map(({ kind }) => kind)).toEqual([
    "identity",
    "temperature",
    "platt",
    "vector",
    "beta",
    "isotonic",
  ]);
  expect(reason).toMatch(/^temperature: held-out log-loss 0\.1\d+, and 0\.1\d+ without calibration/);
  expect(reason).toContain(
    "isotonic gave probability 0 to classes that came true, so its log-loss is infinite",
  );
});

test("naive Bayes: a temperature, and isotonic is refused on 114 rows or warned of when asked for", () => {
  const { scores, labels } = references.naiveBayes.calibrate;
  const choice = chooseCalibrator(twoClasses(scores), labelsOf(2, labels));
  expect(choice.calibrator.kind).toBe("temperature");
  expect(choice.candidates.find(({ kind }) => kind === "isotonic")).toMatchObject({
    logLoss: null,
    refusal: "it needs 1000 rows, and there are 114",
  });
  expect(choice.reason).toContain("isotonic was not tried: it needs 1000 rows, and there are 114");
  const asked = chooseCalibrator(twoClasses(scores), labelsOf(2, labels), { methods: ["isotonic"] });
  expect(asked.calibrator.kind).toBe("identity");
  expect(asked.reason).toContain("its log-loss is infinite, with a Brier score of 0.1338 against 0.1399");
});

test("a calibrated model is left alone, and the reason says so", () => {
  const { calibrator, reason } = chooseCalibrator(...drawRows(500, 3, 1));
  expect(calibrator.kind).toBe("identity");
  expect(reason).toMatch(/^the model is left as it is: /);
});

test("what is wrong decides: a wrong bias asks for one number per class, a bent curve for a curve", () => {
  const biased = chooseCalibrator(...drawRows(2000, 3, 2, (z, k) => z + 1.5 * k));
  expect(["vector", "platt"]).toContain(biased.calibrator.kind);
  const shifted = chooseCalibrator(...drawRows(2000, 2, 3, (z, k) => 0.5 * z + 2 * k));
  expect(shifted.calibrator.kind).toBe("platt");
});

test("a hundred rows of ten classes are too few for a number per class, but not for one number", () => {
  const { candidates } = chooseCalibrator(...drawRows(150, 10, 4));
  expect(candidates.filter(({ refusal }) => refusal === null).map(({ kind }) => kind)).toEqual([
    "identity",
    "temperature",
  ]);
  expect(candidates.find(({ kind }) => kind === "vector")?.refusal).toBe(
    "it needs 200 rows, and there are 150",
  );
});

test("too few rows to calibrate: the answer is the model as it is", () => {
  const few = chooseCalibrator(...drawRows(60, 3, 5, (z) => 5 * z));
  expect(few.calibrator.kind).toBe("identity");
  expect(few.reason).toBe(
    "too few rows to calibrate: 60 rows, and at least 100 are wanted; the model is left as it is",
  );
  expect(chooseCalibrator(...drawRows(60, 3, 5, (z) => 5 * z), { fewestRows: 50 }).calibrator.kind).toBe(
    "temperature",
  );
  const [logits, labels] = drawRows(200, 2, 6);
  const single = labelsOf(
    2,
    Array.from(labels.indices, (_, row) => (row === 7 ? 1 : 0)),
  );
  expect(chooseCalibrator(logits, single).reason).toContain('class "c1" has rows in one fold only');
});

test("groups stay whole, and copies of rows do not make the choice surer", () => {
  const [logits, labels] = drawRows(120, 2, 7, (z) => 1.15 * z);
  const copied = logitsOf(2, Array.from({ length: 20 }, () => [...logits.values]).flat());
  const ofCopied = labelsOf(2, Array.from({ length: 20 }, () => [...labels.indices]).flat());
  const groups = ofCopied.indices.map((_, row) => row % 120);
  const error = (choice: ReturnType<typeof chooseCalibrator>) => choice.candidates[0].standardError ?? NaN;
  const plain = error(chooseCalibrator(logits, labels));
  const grouped = error(chooseCalibrator(copied, ofCopied, { groups, methods: ["temperature"] }));
  const blind = error(chooseCalibrator(copied, ofCopied, { methods: ["temperature"] }));
  expect(grouped / plain).toBeCloseTo(1, 2);
  expect(blind / plain).toBeCloseTo(1 / Math.sqrt(20), 2);
  expect(chooseCalibrator(logits, labels, { groups: new Int32Array(120) }).reason).toContain(
    "all rows are of one group",
  );
});

test("the same seed gives the same figures, and weights count as rows do", () => {
  const [logits, labels] = drawRows(300, 3, 8, (z) => 0.6 * z);
  const choice = chooseCalibrator(logits, labels, { seed: 3 });
  expect(chooseCalibrator(logits, labels, { seed: 3 }).candidates).toEqual(choice.candidates);
  const halved = chooseCalibrator(logits, labels, {
    seed: 3,
    sampleWeights: new Float64Array(300).fill(0.5),
  });
  expect(halved.candidates[1].logLoss).toBeCloseTo(choice.candidates[1].logLoss ?? NaN, 12);
});

test("options out of range and rows a fit cannot learn from are refused", () => {
  const [logits, labels] = drawRows(200, 2, 9);
  expect(() => chooseCalibrator(logits, labels, { folds: 1 })).toThrow(
    "chooseCalibrator: folds must be a whole number from 2 to 255, got 1",
  );
  expect(() => chooseCalibrator(logits, labels, { groups: [1, 2] })).toThrow(
    "chooseCalibrator: needs one group per row, got 2 for 200 rows",
  );
  expect(() => chooseCalibrator(logits, labels, { fewestRows: NaN })).toThrow(
    "chooseCalibrator: fewestRows must be 0 or more, got NaN",
  );
  expect(() => chooseCalibrator(twoClasses([1, 2]), labelsOf(2, [1, 1]))).toThrow(
    'chooseCalibrator: each class needs a calibration row, got none of class "c0"',
  );
});

test("of many rows a sample is judged on, every class in it, and the fit is on all", () => {
  const [logits, labels] = drawRows(3000, 3, 9, (z) => 2 * z);
  const choice = chooseCalibrator(logits, labels, { mostRows: 500, seed: 4 });
  expect(choice.judgedOn).toBeGreaterThanOrEqual(499);
  expect(choice.judgedOn).toBeLessThanOrEqual(501);
  expect(choice.calibrator).toMatchObject({ kind: "temperature", numbers: fitTemperature(logits, labels).numbers }); // prettier-ignore
  expect(choice.reason).toContain(
    `; judged on ${choice.judgedOn} of the 3000 rows, drawn class by class, then fitted on all`,
  );
  expect(chooseCalibrator(logits, labels, { mostRows: 500, seed: 4 })).toMatchObject({
    candidates: choice.candidates,
  });
  expect(chooseCalibrator(logits, labels, { mostRows: Infinity }).judgedOn).toBe(3000);
  expect(() => chooseCalibrator(logits, labels, { mostRows: 0 })).toThrow(
    "chooseCalibrator: mostRows must be 1 or more, got 0",
  );
});

test("a rare class makes the sample larger, and groups stay whole in it", () => {
  const [logits, labels] = drawRows(4000, 2, 10);
  const rare = labelsOf(
    2,
    Array.from(labels.indices, (_, row) => (row % 200 === 0 ? 1 : 0)),
  ); // 20 rows of the second class
  expect(chooseCalibrator(logits, rare, { mostRows: 500 }).judgedOn).toBe(2000);
  const groups = Array.from(labels.indices, (_, row) => Math.floor(row / 100));
  expect(chooseCalibrator(logits, labels, { mostRows: 500, groups }).judgedOn % 100).toBe(0);
});
