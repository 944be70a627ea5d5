import { describe, expect, test } from "vitest";
import { matrix, type Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { softmax } from "../functions/index.ts";
import { createKernels, plainKernels } from "../kernels/index.ts";
import { createClassifier, softmaxHead, type ClassifierParts } from "./index.ts";

/** z = (x₀/2, −x₁/2 + 1, x₀/2 + x₁/2), computed from columns divided by 2. */
const parts: ClassifierParts = {
  classes: ["a", "b", "c"],
  features: { columns: ["x0", "x1"], image: null, scaling: { kind: "constant", scale: 2 } },
  body: null,
  layers: [{ weights: Float32Array.of(1, 0, 0, -1, 1, 1), bias: Float32Array.of(0, 1, 0) }],
  scores: null,
  head: softmaxHead,
  training: {
    source: "by hand",
    target: "letter",
    rows: 1,
    status: "completed",
    seed: 0,
    options: {
      solver: "sgd",
      epochs: 1,
      batch: 1,
      learningRate: 0.1,
      schedule: "constant",
      warmUp: 0,
      stepEpochs: 4,
      stepFactor: 0.1,
      momentum: 0,
      l2: 0,
      classWeights: null,
      corrected: false,
    },
    history: [],
    optimum: null,
    version: "0.0.0",
  },
  inference: null,
  calibration: null,
  ledger: [],
};

describe.each([
  ["plain", plainKernels],
  ["simd", createKernels()],
])("a classifier on %s kernels", (_name, kernels) => {
  const model = createClassifier(parts, kernels);

  test("gives W x + b of the scaled columns as logits, for bytes, float32 and float64", () => {
    const numbers = [4, 2, 0, 0, 200, 100];
    for (const values of [Uint8Array.from(numbers), Float32Array.from(numbers), Float64Array.from(numbers)])
      expect(model.logits(matrix<Values>(values, 3, 2))).toEqual({
        rows: 3,
        columns: 3,
        values: Float32Array.of(2, 0, 3, 0, 1, 0, 100, -49, 150),
        unit: "logits",
      });
  });

  test("predicts the softmax of its logits, in float64", () => {
    const input = matrix(Uint8Array.of(4, 2, 0, 0), 2, 2);
    const { values } = model.logits(input);
    expect(model.predict(input)).toEqual({
      rows: 2,
      columns: 3,
      values: softmax(values, 3),
      unit: "probabilities",
    });
  });

  test("applies what was learned of each column", () => {
    const scaling = {
      kind: "columns",
      center: Float64Array.of(10, -1),
      scale: Float64Array.of(5, 0.5),
    } as const;
    const scaled = createClassifier({ ...parts, features: { ...parts.features, scaling } }, kernels);
    expect([...scaled.logits(matrix(Float64Array.of(15, -2), 1, 2)).values]).toEqual([1, 3, -1]);
  });

  test("does not change what it is given, and gives the same for the same", () => {
    const input = matrix(Float64Array.of(4, 2, -7, 0.5), 2, 2);
    const first = model.predict(input);
    expect([...input.values]).toEqual([4, 2, -7, 0.5]);
    expect(model.predict(input)).toEqual(first);
  });

  test("a row does not feel its neighbours", () => {
    const alone = model.predict(matrix(Float64Array.of(1, 2), 1, 2)).values;
    const beside = model.predict(matrix(Float64Array.of(1e6, -1e6, 1, 2, 0, 0), 3, 2)).values;
    expect(beside.subarray(3, 6)).toEqual(alone);
  });

  test("no rows give no probabilities", () => {
    expect(model.predict(matrix(new Float32Array(), 0, 2)).values).toHaveLength(0);
  });

  test("other columns than the model's are refused", () => {
    expect(() => model.predict(matrix(new Uint8Array(6), 2, 3))).toThrow(
      new InputError("classifier: the model takes 2 columns, got 3"),
    );
  });

  test("a table that is not rows × columns is refused, not filled up with zeros", () => {
    expect(() => model.logits({ rows: 3, columns: 2, values: new Uint8Array(4) })).toThrow(
      new InputError("classifier: 3 rows of 2 columns need 6 values, got 4"),
    );
  });

  test.each([NaN, Infinity, -Infinity, 1e300])("%d in a column is refused with its row", (bad) => {
    expect(() => model.logits({ rows: 2, columns: 2, values: Float64Array.of(1, 2, 3, bad) })).toThrow(
      /^classifier: the columns must be finite numbers that float32 can hold, but row 1 gives a logit of (NaN|-?Infinity)$/,
    );
    expect(() => model.predict({ rows: 1, columns: 2, values: Float64Array.of(bad, 0) })).toThrow(InputError);
  });
});
