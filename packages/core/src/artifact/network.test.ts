import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { predictIntervals } from "../inference/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type Checkpoint, type FitOptions } from "../train/index.ts";
import { readCheckpoint, readModel, writeCheckpoint, writeModel } from "./index.ts";
import { readTensors, writeTensors, type Tensor } from "./safetensors.ts";

const generator = createGenerator(1);
const rows = 90;
const features = {
  rows,
  columns: 3,
  values: Float64Array.from({ length: 3 * rows }, () => generator.normal()),
};
const labels = {
  classes: ["a", "b", "c"],
  indices: Int32Array.from({ length: rows }, (_, i) =>
    features.values[3 * i] * features.values[3 * i + 1] > 0.2 ? 2 : Number(features.values[3 * i + 2] > 0),
  ),
};
/** With every kind of layer. */
const options: FitOptions = {
  hidden: "6:prelu,6:swish-learned,6:maxout3,5:prelu-layer,5:sparsemax,4:softmax,4:gelu,3:identity",
  dropout: 0.1,
  layerNorm: true,
  residual: true,
  epochs: 3,
  patience: 2,
};
const model = await fitClassifier({ features, labels }, options);
const file = writeModel(model);

describe("a network that was written and read", () => {
  const read = readModel(file, { where: "m" });

  test("is the same to the last bit, and written again the same bytes", () => {
    expect(read.body).toEqual(model.body);
    expect(read.layers).toEqual(model.layers);
    expect(read.training).toEqual(model.training);
    expect(read.inference).toEqual(model.inference);
    expect(read.predict(features)).toEqual(model.predict(features));
    expect(writeModel(read)).toEqual(file);
  });

  test("has an array for each that a layer has, the output layer's last, and three numbers of each row's intervals", () => {
    const { tensors } = readTensors(file, "m");
    expect(Object.entries(tensors).map(([name, { shape }]) => `${name} ${shape.join("×")}`)).toEqual(
      expect.arrayContaining([
        "layers.0.weight 6×3",
        "layers.0.bias 6",
        "layers.1.gain 6",
        "layers.2.slope 6",
      ]),
    );
    const last = read.body?.layers.length;
    expect(tensors[`layers.${last}.weight`].shape).toEqual([3, 3]);
    const { low, high, probabilities } = predictIntervals(read, features);
    probabilities.values.forEach((p, i) => {
      expect(low[i]).toBeLessThanOrEqual(p);
      expect(high[i]).toBeGreaterThanOrEqual(p);
    });
  });

  test("gives one row what it gives all, to the last bit, and the numbers that its last layer acts on", () => {
    const all = read.predict(features).values;
    for (let i = 0; i < rows; i += 7) {
      const one = read.probabilities(features.values.subarray(3 * i, 3 * i + 3));
      expect(Object.values(one)).toEqual([...all.subarray(3 * i, 3 * i + 3)]);
    }
    expect(read.encode(features)).toMatchObject({ rows, columns: 3 });
  });
});

describe("a damaged network is refused", () => {
  const content = (change: (layers: Record<string, unknown>[]) => unknown): Uint8Array => {
    const { metadata, tensors } = readTensors(file, "m");
    const own = JSON.parse(metadata.sigmax);
    change(own.layers);
    return seal(JSON.stringify(own), tensors);
  };
  function seal(sigmax: string, tensors: Readonly<Record<string, Tensor>>): Uint8Array {
    const zeros = "0".repeat(64);
    const bytes = writeTensors({ metadata: { sha256: zeros, sigmax }, tensors });
    const digest = createHash("sha256").update(bytes).digest("hex");
    bytes.set(Buffer.from(digest), Buffer.from(bytes).indexOf(zeros));
    return bytes;
  }

  test.each<[string, (layers: Record<string, unknown>[]) => unknown, string]>([
    [
      "a layer that does not fit the one before",
      (l) => (l[0].inputs = 4),
      "layers.0.inputs should be 3, as many as come out",
    ],
    ["no units", (l) => (l[0].outputs = 0), "layers.0.outputs should be a whole number from 1"],
    ["an unknown kind", (l) => (l[0].kind = "conv"), "layers.0.kind should be one of dense, activation"],
    ["an unknown activation", (l) => (l[2].name = "wave"), "layers.2.name should be one of sigmoid"],
    [
      "a slope that nobody learned",
      (l) => (l[2].learned = null),
      "layers.2.learned should be what such an activation has",
    ],
    ["dropout of all", (l) => (l[3].share = 1), "layers.3.share should be in [0, 1)"],
    [
      "an array of another shape",
      (l) => (l[2].learned = "layer"),
      'it has no array "layers.2.slope" of shape 1',
    ],
    [
      "a last layer in float64",
      (l) => (l[l.length - 1].precision = "float64"),
      "precision should be one of float32",
    ],
  ])("%s", (_name, change, sentence) => {
    expect(() => readModel(content(change), { where: "m" })).toThrow(sentence);
  });
});

test("a checkpoint of a network comes back from its file", async () => {
  const checkpoints: Checkpoint[] = [];
  await fitClassifier(
    { features, labels },
    { ...options, onCheckpoint: (each) => void checkpoints.push(each) },
  );
  const [checkpoint] = checkpoints;
  expect(readCheckpoint(writeCheckpoint(checkpoint))).toEqual(checkpoint);
  const resumed = await fitClassifier(
    { features, labels },
    { ...options, checkpoint: readCheckpoint(writeCheckpoint(checkpoint)) },
  );
  expect(resumed.body).toEqual(model.body);
  expect(resumed.training).toEqual(model.training);
});
