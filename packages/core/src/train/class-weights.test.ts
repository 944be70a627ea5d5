import { describe, expect, test } from "vitest";
import { labelsOf, matrix } from "../data/index.ts";
import { createKernels } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  fitClassifier,
  type Checkpoint,
  type FitOptions,
  type MatrixData,
  type TrainingData,
} from "./index.ts";

const generator = createGenerator(4);
const rows = 90;
const names = Array.from({ length: rows }, (_, row) =>
  row % 9 === 0 ? "rare" : row % 2 === 0 ? "one" : "two",
);
const features = matrix(
  Float64Array.from({ length: 2 * rows }, (_, i) => {
    const name = names[Math.floor(i / 2)];
    return generator.normal() + (name === "rare" ? 1 : name === "one" ? -1 : 0);
  }),
  rows,
  2,
);
const threeClasses: MatrixData = { features, labels: labelsOf(names) };
const twoClasses: TrainingData = {
  features,
  labels: labelsOf(names.map((name) => (name === "rare" ? "rare" : "other"))),
};
const sampleWeights = Float64Array.from({ length: rows }, (_, row) => (row % 5) / 2);
const kernels = createKernels();
/** Whole batches: descent without noise, which ends at the optimum. */
const descent: FitOptions = {
  kernels,
  solver: "sgd",
  epochs: 4000,
  batch: rows,
  learningRate: 0.5,
  momentum: 0.9,
};

function numbersOf({ layers: [{ weights, bias }] }: Awaited<ReturnType<typeof fitClassifier>>): number[] {
  return [...weights, ...bias];
}

describe("descent with weights ends where the exact solvers do", () => {
  test.each<[string, TrainingData, FitOptions]>([
    ["class weights, corrected", threeClasses, { classWeights: "balanced" }],
    ["class weights as they are", threeClasses, { classWeights: { rare: 4 }, correctShares: false }],
    ["class weights of two classes", twoClasses, { classWeights: "balanced" }],
    ["sample weights", { ...threeClasses, sampleWeights }, {}],
    ["both", { ...twoClasses, sampleWeights }, { classWeights: { rare: 2 } }],
  ])("%s", async (_name, data, options) => {
    const exact = numbersOf(await fitClassifier(data, { ...options, solver: "newton" }));
    const found = numbersOf(await fitClassifier(data, { ...descent, ...options }));
    found.forEach((value, i) => expect(Math.abs(value - exact[i])).toBeLessThan(1e-4));
  });
});

test("the record of the run says what the classes counted, and progress shows corrected intercepts", async () => {
  let last: Float32Array | Float64Array | null = null;
  const model = await fitClassifier(twoClasses, {
    kernels,
    epochs: 2,
    classWeights: { rare: 4 },
    onProgress: ({ layer }) => (last = layer().bias),
  });
  expect(model.training.options).toMatchObject({ solver: "sgd", classWeights: [1, 4], corrected: true });
  expect(last).toEqual(model.layers[0].bias);
  const plain = await fitClassifier(twoClasses, { kernels, epochs: 2 });
  expect(plain.training.options).toMatchObject({ classWeights: null, corrected: false });
});

test("the model keeps what the rows of each class counted", async () => {
  const { indices } = threeClasses.labels;
  const sumOf = (k: number, weightOf: (row: number) => number): number =>
    indices.reduce((sum, own, row) => sum + (own === k ? weightOf(row) : 0), 0);
  const plain = await fitClassifier(threeClasses, { kernels, epochs: 1 });
  expect(plain.training.classRows).toEqual([0, 1, 2].map((k) => sumOf(k, () => 1)));
  const weighted = await fitClassifier({ ...threeClasses, sampleWeights }, { kernels, epochs: 1 });
  expect(weighted.training.classRows).toEqual([0, 1, 2].map((k) => sumOf(k, (row) => sampleWeights[row])));
});

test("a run goes on only with the weights that it began with", async () => {
  const options: FitOptions = { kernels, epochs: 2, batch: 16 };
  let saved: Checkpoint | undefined;
  const data = { ...threeClasses, sampleWeights };
  await fitClassifier(data, { ...options, onCheckpoint: (at) => void (saved ??= at) });
  const others = sampleWeights.map((weight) => 2 * weight);
  await expect(
    fitClassifier({ ...data, sampleWeights: others }, { ...options, checkpoint: saved }),
  ).rejects.toThrow("the training rows are not the same");
});

test("class weights that are no weights are refused in one sentence", async () => {
  const fit = (classWeights: FitOptions["classWeights"]) =>
    fitClassifier(twoClasses, { kernels, epochs: 1, ...(classWeights && { classWeights }) });
  await expect(fit({ rare: 0 })).rejects.toThrow(
    'fitClassifier: classWeights: the weight of "rare" must be a positive number, got 0',
  );
  await expect(fit({ scarce: 2 })).rejects.toThrow(
    'fitClassifier: classWeights: there is no class "scarce"; the classes are other, rare',
  );
});
