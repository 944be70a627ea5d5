import { describe, expect, test } from "vitest";
import { labelsOf, matrix, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import { checksumOf } from "./checkpoint.ts";
import { fitClassifier, type Checkpoint, type FitOptions, type TrainingData } from "./index.ts";

const kernels = createKernels();
const generator = createGenerator(1);
const features: Matrix<Float64Array> = matrix(
  Float64Array.from({ length: 60 }, () => generator.normal()),
  20,
  3,
);
const labels = labelsOf(Array.from({ length: 20 }, (_, i) => (features.values[3 * i] > 0 ? "b" : "a")));
const data: TrainingData = { features, labels };
const options: FitOptions = {
  kernels,
  head: "softmax",
  epochs: 6,
  batch: 8,
  momentum: 0.9,
  schedule: "cosine",
  warmUp: 2,
  seed: 3,
};

/** A run's checkpoints, one per epoch, and its end. */
async function course(rows: TrainingData, settings: FitOptions) {
  const checkpoints: Checkpoint[] = [];
  const model = await fitClassifier(rows, { ...settings, onCheckpoint: (at) => void checkpoints.push(at) });
  return { checkpoints, model };
}

describe("a run that goes on from a checkpoint", () => {
  test.each<[string, FitOptions]>([
    ["with momentum and a schedule", options],
    ["without momentum", { ...options, momentum: 0 }],
    ["with the sigmoid head", { ...options, head: "sigmoid" }],
    ["with class weights", { ...options, classWeights: { a: 3 } }],
  ])("ends in the same bits as the undisturbed one, from whichever epoch: %s", async (_name, settings) => {
    const { checkpoints, model } = await course(data, settings);
    expect(checkpoints.map(({ history }) => history.length)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const checkpoint of checkpoints) {
      const resumed = await fitClassifier(data, { ...settings, checkpoint });
      expect(resumed.layers).toEqual(model.layers);
      expect(resumed.training).toEqual(model.training);
    }
  });

  test("begins with the epoch after it", async () => {
    const { checkpoints } = await course(data, options);
    const epochs: number[] = [];
    await fitClassifier(data, {
      ...options,
      checkpoint: checkpoints[3],
      onProgress: ({ epoch }) => epochs.push(epoch),
    });
    expect(epochs).toEqual([5, 6]);
  });

  test("does not change the checkpoint, nor do the run's later epochs", async () => {
    const { checkpoints } = await course(data, options);
    const [first, last] = [checkpoints[0], checkpoints[5]];
    const before = structuredClone(first);
    await fitClassifier(data, { ...options, checkpoint: first });
    expect(first).toEqual(before);
    expect("layer" in first && first.layer).not.toEqual("layer" in last && last.layer);
    expect(first.history).toHaveLength(1);
  });

  test("waits until each checkpoint is saved", async () => {
    let saving = false;
    await fitClassifier(data, {
      ...options,
      onProgress: () => expect(saving).toBe(false),
      async onCheckpoint() {
        saving = true;
        await new Promise((resolve) => setTimeout(resolve, 2));
        saving = false;
      },
    });
  });
});

describe("a checkpoint of another run is refused, and the first difference named", () => {
  const other = { ...data, labels: labelsOf([...labels.indices].toReversed().map((k) => labels.classes[k])) };
  const twoRows = { features: matrix(features.values.subarray(0, 6), 2, 3), labels: labelsOf(["a", "b"]) };
  const twoColumns = { features: matrix(features.values.subarray(0, 40), 20, 2), labels };
  const threeClasses = { features, labels: { classes: ["a", "b", "c"], indices: labels.indices } };
  const rest = "use the same, or begin anew with another checkpoint";

  test.each<[string, TrainingData, FitOptions, string]>([
    ["rows", twoRows, {}, `the number of rows was 20 there and is 2 here; ${rest}`],
    ["columns", twoColumns, {}, `the number of columns was 3 there and is 2 here; ${rest}`],
    ["classes", threeClasses, {}, `the number of classes was 2 there and is 3 here; ${rest}`],
    ["head", data, { head: "sigmoid" }, `the head was softmax there and is sigmoid here; ${rest}`],
    ["epochs", data, { epochs: 7 }, `epochs was 6 there and is 7 here; ${rest}`],
    ["batch", data, { batch: 9 }, `batch was 8 there and is 9 here; ${rest}`],
    ["schedule", data, { schedule: "step" }, `schedule was cosine there and is step here; ${rest}`],
    ["momentum", data, { momentum: 0 }, `momentum was 0.9 there and is 0 here; ${rest}`],
    ["penalty", data, { l2: 2 }, `l2 was 1 there and is 2 here; ${rest}`],
    ["seed", data, { seed: 4 }, `seed was 3 there and is 4 here; ${rest}`],
    [
      "labels",
      other,
      {},
      "the training rows are not the same; use the same data, or begin anew with another checkpoint",
    ],
  ])("%s", async (_name, rows, changes, message) => {
    const [checkpoint] = (await course(data, options)).checkpoints;
    await expect(fitClassifier(rows, { ...options, ...changes, checkpoint })).rejects.toThrow(
      new InputError(`checkpoint: it is of another run: ${message}`),
    );
  });

  test("features that differ in one bit of one value", async () => {
    const [checkpoint] = (await course(data, { ...options, scaling: 1 })).checkpoints;
    const values = features.values.slice();
    values[59] = Math.fround(values[59]) * (1 + 2 ** -23);
    await expect(
      fitClassifier({ features: matrix(values, 20, 3), labels }, { ...options, scaling: 1, checkpoint }),
    ).rejects.toThrow("the training rows are not the same");
  });
});

test("the checksum is FNV-1a over little-endian words, then over what is left of a word", () => {
  const prime = 16777619n;
  const fnv = (words: readonly bigint[]): number =>
    Number(words.reduce((hash, word) => ((hash ^ word) * prime) & 0xffffffffn, 2166136261n));
  expect(checksumOf([])).toBe(2166136261);
  expect(checksumOf([Uint8Array.of(1, 2, 3, 4, 5, 6)])).toBe(fnv([0x04030201n, 5n, 6n]));
  expect(checksumOf([Int32Array.of(-1), Float32Array.of(1)])).toBe(fnv([0xffffffffn, 0x3f800000n]));
  const view = Uint8Array.of(9, 1, 2, 3, 4, 5, 6).subarray(1);
  expect(checksumOf([view])).toBe(checksumOf([view.slice()]));
});
