import { describe, expect, test } from "vitest";
import {
  createBeta,
  createIdentity,
  createIsotonic,
  createPlatt,
  createTemperature,
  createVector,
} from "../calibrate/index.ts";
import { fitConformal } from "../conformal/index.ts";
import { labelsOf, matrix, type Probabilities } from "../data/index.ts";
import { fitSelective } from "../decide/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { createClassifier, softmaxHead, type Calibrator, type ClassifierParts } from "../model/index.ts";
import { readModel, writeModel } from "./index.ts";
import { readTensors } from "./safetensors.ts";

const parts: ClassifierParts = {
  classes: ["no", "yes"],
  features: {
    columns: ["score"],
    image: null,
    scaling: { kind: "columns", center: Float64Array.of(0), scale: Float64Array.of(1) },
    table: [{ kind: "numeric", name: "score", hasMissing: false }],
  },
  body: null,
  layers: [],
  scores: "logits",
  head: softmaxHead,
  training: {
    source: "elsewhere.csv",
    target: "y",
    rows: 3,
    classRows: [1, 2],
    status: "given",
    seed: 0,
    options: { solver: "given" },
    history: [],
    optimum: null,
    version: "0.1.0",
  },
  inference: null,
  calibration: null,
  ledger: [],
};

function calibratedBy(calibrator: Calibrator): ClassifierParts {
  return { ...parts, calibration: { calibrator, source: "cal.csv", rows: 120, reason: "it is best" } };
}

describe.each([
  ["identity", createIdentity()],
  ["temperature", createTemperature(0.1 + 0.2)],
  ["vector", createVector({ weights: Float64Array.of(1, 1 / 3), biases: Float64Array.of(0, -0.1) })],
  ["platt", createPlatt({ slopes: Float64Array.of(1.7), intercepts: Float64Array.of(-1e-17) })],
  ["beta", createBeta({ a: Float64Array.of(0.3), b: Float64Array.of(2), c: Float64Array.of(-1) })],
  [
    "isotonic",
    createIsotonic([{ scores: Float64Array.of(-1, 0, 2), probabilities: Float64Array.of(0, 1 / 3, 1) }]),
  ],
] as const)("a model calibrated by %s", (kind, calibrator) => {
  const model = createClassifier(calibratedBy(calibrator), plainKernels);
  const read = readModel(writeModel(model), { kernels: plainKernels });
  const rows = matrix(Float64Array.of(-3, -0.5, 0, 0.1, 1.9, 7), 6, 1);

  test("gives the same probabilities to the last bit when it was written and read", () => {
    expect(read.calibration).toMatchObject({
      source: "cal.csv",
      rows: 120,
      reason: "it is best",
      calibrator: { kind, numbers: calibrator.numbers },
    });
    expect(read.predict(rows)).toEqual(model.predict(rows));
  });

  test("has calibrated logits, and those before", () => {
    const raw = read.rawLogits(rows);
    expect([...raw.values].filter((_, i) => i % 2 === 1)).toEqual([-3, -0.5, 0, 0.1, 1.9, 7]);
    expect(read.logits(rows)).toEqual(calibrator.apply(raw));
    expect(read.probabilities([0.1]).yes).toBe(read.predict(matrix(Float64Array.of(0.1), 1, 1)).values[1]);
  });
});

describe("what is guaranteed", () => {
  const shares = Array.from({ length: 60 }, (_, i) => 0.5 + ((i * 7) % 50) / 101);
  const probabilities: Probabilities = {
    rows: 60,
    columns: 2,
    values: Float64Array.from(shares.flatMap((p) => [1 - p, p])),
    unit: "probabilities",
  };
  const labels = labelsOf(shares.map((_, i) => (i % 9 === 0 ? "no" : "yes")));
  const guarantees = {
    source: "kept.csv",
    rows: 60,
    groupColumn: null,
    sets: fitConformal(probabilities, labels, { coverage: 0.9, method: "aps", seed: 3 }),
    selective: fitSelective(probabilities, labels, { targetRisk: 0.4, confidence: 0.9 }),
  };
  const bytes = writeModel({ ...parts, guarantees });

  test("comes back with the same sets and the same promise", () => {
    const read = readModel(bytes, { kernels: plainKernels });
    expect(read.guarantees).toMatchObject({ source: "kept.csv", rows: 60, groupColumn: null });
    expect(read.guarantees?.selective).toEqual(guarantees.selective);
    expect(read.guarantees?.sets?.sets(probabilities)).toEqual(guarantees.sets.sets(probabilities));
    expect(readModel(writeModel(parts)).guarantees).toBeNull();
    expect(readModel(writeModel(parts)).training).toEqual(parts.training);
  });

  test("a model that was read can be written again, to the same bytes", () => {
    expect(writeModel(readModel(bytes, { kernels: plainKernels }))).toEqual(bytes);
  });

  test("the numbers of a calibrator are arrays that any safetensors reader opens", () => {
    const { tensors } = readTensors(writeModel(calibratedBy(createTemperature(0.25))), "m");
    expect(tensors["calibration.beta"]).toEqual({ shape: [1], values: Float64Array.of(0.25) });
  });
});
