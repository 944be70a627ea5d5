import { expect, test } from "vitest";
import { chooseLabelCalibrator, createLabelLines, createTemperature } from "../calibrate/index.ts";
import { controlMissedLabels } from "../conformal/index.ts";
import { matrix, type LabelSets } from "../data/index.ts";
import { createKernels } from "../kernels/index.ts";
import { createClassifier, labelThresholdsOf, type Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier } from "../train/index.ts";
import { readModel, writeModel, type Guarantees } from "./index.ts";
import { seal, unseal } from "./sealed.ts";
import { isRecord } from "./safetensors.ts";

const rows = 150;
const generator = createGenerator(9);
const features = matrix(
  Float64Array.from({ length: 2 * rows }, () => generator.normal()),
  rows,
  2,
);
const labels: LabelSets = {
  names: ["web", "games", "never"],
  rows,
  values: Uint8Array.from({ length: 3 * rows }, (_, i) =>
    i % 3 === 2 ? 0 : Number(features.values[2 * Math.floor(i / 3) + (i % 3)] + generator.normal() > 0.5),
  ),
};

async function calibrated(): Promise<Classifier & { guarantees: Guarantees }> {
  const model = await fitClassifier({ features, labels, target: "tags", separator: ";" });
  const { calibrator, reason } = chooseLabelCalibrator(model.rawLogits(features), labels);
  const lines =
    calibrator.kind === "labels"
      ? calibrator
      : createLabelLines({ slopes: Float64Array.of(1, 0.9, 1), intercepts: Float64Array.of(0, 0.1, 1 / 3) });
  const thresholds = Float64Array.of(0.3, 1 / 3, 1);
  const calibration = { calibrator: lines, source: "kept", rows, reason, thresholds };
  const whole = createClassifier({ ...model, calibration }, createKernels());
  const missedLabels = controlMissedLabels(whole.predict(features), labels);
  const guarantees = { source: "kept", rows, groupColumn: null, sets: null, selective: null, missedLabels };
  return { ...whole, guarantees };
}

test("a model of several labels comes back to the last bit, with thresholds and promise", async () => {
  const model = await calibrated();
  const bytes = writeModel(model);
  const read = readModel(bytes);
  expect(read.head.kind).toBe("multilabel");
  expect(read.classes).toEqual(labels.names);
  expect([...read.predict(features).values]).toEqual([...model.predict(features).values]);
  expect([...labelThresholdsOf(read)]).toEqual([0.3, 1 / 3, 1]);
  expect(read.guarantees).toEqual(model.guarantees);
  expect(read.training).toEqual(model.training);
  expect(read.training.warnings?.[0]).toMatch(/^no training row carries "never"/);
  expect([...writeModel(read)]).toEqual([...bytes]);
});

test("without tuned thresholds each label is given from ½ on", async () => {
  const model = await fitClassifier({ features, labels });
  expect([...labelThresholdsOf(readModel(writeModel(model)))]).toEqual([0.5, 0.5, 0.5]);
});

test("one label is a model", async () => {
  const web = { names: ["web"], rows, values: labels.values.filter((_, i) => i % 3 === 0) };
  const model = await fitClassifier({ features, labels: web });
  expect(readModel(writeModel(model)).probabilities([1, 2])).toEqual(model.probabilities([1, 2]));
});

/** The file with some fields of its JSON changed. */
function withFields(bytes: Uint8Array, change: Record<string, unknown>): Uint8Array {
  const { content, tensors } = unseal(bytes, "sigmax", "a Sigmax model", "model");
  const merge = (old: unknown, next: unknown): unknown =>
    isRecord(old) && isRecord(next)
      ? {
          ...old,
          ...Object.fromEntries(Object.entries(next).map(([name, value]) => [name, merge(old[name], value)])),
        }
      : next;
  const merged = merge(content, change);
  return seal("sigmax", isRecord(merged) ? merged : {}, tensors);
}

test.each([
  [{ classes: [] }, "its field classes should be one label or more"],
  [{ classes: ["web", "web", "never"] }, "its field classes should be labels of different names"],
  [
    { classes: ["web", "games"] },
    "its field layers.0.outputs should be 2, as the head needs for so many classes",
  ],
  [{ head: "softmax" }, "its field calibration.kind should be a calibrator of classes, as the head is for"],
  [
    { inference: { kind: "wald" } },
    "its field inference should be null: a model of several labels keeps none",
  ],
  [
    { calibration: { thresholds: [0.5] } },
    "its field calibration.thresholds should be one number, 0 or more, for each of 3 labels",
  ],
  [
    { calibration: { thresholds: [0.5, -1, 0] } },
    "its field calibration.thresholds should be one number, 0 or more, for each of 3 labels",
  ],
  [{ calibration: { thresholds: "½" } }, "its field calibration.thresholds should be a list"],
  [
    { guarantees: { missedLabels: { alpha: 1 } } },
    "its field guarantees.missedLabels.alpha should be above 0 and below 1",
  ],
  [
    { guarantees: { missedLabels: { threshold: 7 } } },
    "its field guarantees.missedLabels.threshold should be in [0, 1]",
  ],
  [
    { guarantees: { missedLabels: { feasible: 1 } } },
    "its field guarantees.missedLabels.feasible should be true or false",
  ],
  [
    { guarantees: { missedLabels: { rows: 1.5 } } },
    "its field guarantees.missedLabels.rows should be a whole number",
  ],
  [{ guarantees: { missedLabels: null } }, "its field guarantees.missedLabels should be an object"],
  [{ guarantees: { sets: {} } }, "its field guarantees.sets should be null: the model is of several labels"],
  [{ training: { separator: 1 } }, "its field training.separator should be a text"],
  [{ training: { warnings: "none" } }, "its field training.warnings should be a list"],
])("a damaged field is named: %#", async (change, sentence) => {
  const bytes = withFields(writeModel(await calibrated()), change);
  expect(() => readModel(bytes)).toThrow(`model: damaged: ${sentence}`);
});

test("a calibrator of other labels, or of classes, is none of the model's", async () => {
  const model = await calibrated();
  const withCalibrator = (
    calibrator: ReturnType<typeof createTemperature> | ReturnType<typeof createLabelLines>,
  ) => writeModel({ ...model, calibration: { calibrator, source: "kept", rows, reason: "" } });
  const two = createLabelLines({ slopes: Float64Array.of(1, 1), intercepts: Float64Array.of(0, 0) });
  expect(() => readModel(withCalibrator(two))).toThrow(
    "its field calibration.numbers should be a line for each of 3 labels",
  );
  expect(() => readModel(withCalibrator(createTemperature(1)))).toThrow(
    "its field calibration.kind should be a calibrator of labels, as the head is for",
  );
});
