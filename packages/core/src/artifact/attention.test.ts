import { describe, expect, test } from "vitest";
import { createKernels } from "../kernels/index.ts";
import { bodyArrays, createClassifier, softmaxHead, type LayerSettings } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { readModel, writeModel } from "./index.ts";

const [tokens, width] = [4, 6];
const layers: readonly LayerSettings[] = [
  { kind: "patches", height: 4, width: 4, patch: 2 },
  { kind: "dense", tokens, inputs: 4, outputs: width, initialization: "lecun" },
  { kind: "positions", tokens, width, learned: true },
  {
    kind: "residual",
    units: tokens * width,
    layers: [
      { kind: "layer-norm", tokens, units: width },
      { kind: "self-attention", tokens, width, heads: 2 },
    ],
  },
  { kind: "attention-pooling", tokens, width, heads: 3 },
];

/** A model with these layers, and its file. */
function fileOf(own: readonly LayerSettings[]): Uint8Array {
  const generator = createGenerator(3);
  const size = bodyArrays(own).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const draw = (length: number): Float32Array => Float32Array.from({ length }, () => generator.normal());
  return writeModel(
    createClassifier(
      {
        classes: ["a", "b"],
        features: {
          columns: Array.from({ length: 16 }, (_, j) => String(j)),
          image: { height: 4, width: 4 },
          scaling: { kind: "constant", scale: 255 },
        },
        body: { layers: own, parameters: draw(size), outputs: width },
        layers: [{ weights: draw(2 * width), bias: draw(2) }],
        scores: null,
        head: softmaxHead,
        training: {
          source: "",
          target: "",
          rows: 2,
          status: "given",
          seed: 0,
          options: { solver: "given" },
          history: [],
          optimum: null,
          version: "0",
        },
        inference: null,
        calibration: null,
        ledger: [],
      },
      createKernels(),
    ),
  );
}

describe("a file of a body of attention", () => {
  test("gives the model that was written, bit for bit", () => {
    const bytes = fileOf(layers);
    const model = readModel(bytes);
    expect(model.body?.layers).toEqual(layers);
    expect(writeModel(model)).toEqual(bytes);
  });

  test("names its arrays by layer", () => {
    expect(bodyArrays(layers).map(({ name, shape }) => `${name} ${shape.join(" × ")}`)).toEqual([
      "1.weight 6 × 4",
      "1.bias 6",
      "2.position 4 × 6",
      "3.0.gain 6",
      "3.0.bias 6",
      "3.1.tokens.weight 18 × 6",
      "3.1.tokens.bias 18",
      "3.1.output.weight 6 × 6",
      "3.1.output.bias 6",
      "4.query 3 × 6",
    ]);
  });

  test.each<[string, LayerSettings, RegExp]>([
    [
      "heads that do not divide the width",
      { kind: "attention-pooling", tokens, width, heads: 4 },
      /heads.*a divisor of the width, 6/,
    ],
    ["tokens of other sizes", { kind: "attention-pooling", tokens: 5, width, heads: 3 }, /width.*24 numbers/],
  ])("is refused with %s", (_name, last, message) => {
    expect(() => readModel(fileOf([...layers.slice(0, -1), last]))).toThrow(message);
  });

  test("is refused with patches that do not divide the picture", () => {
    const bad: LayerSettings = { kind: "patches", height: 4, width: 4, patch: 3 };
    expect(() => readModel(fileOf([bad, ...layers.slice(1)]))).toThrow(
      /patch.*a divisor of height and width/,
    );
  });
});
