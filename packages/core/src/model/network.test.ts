import { describe, expect, test } from "vitest";
import { createPlainNetwork } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  createNetwork,
  namedActivation,
  sigmoidHead,
  softmaxHead,
  type LayerSettings,
  type Network,
  type NetworkStage,
} from "./index.ts";

const rows = 7;
const inputs = 3;
const generator = createGenerator(4);
const values = Float64Array.from({ length: rows * inputs }, () => generator.normal());
const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
const sampleWeights = Float32Array.from({ length: rows }, (_, i) => [1, 0, 2.5, 1, 0.5, 1, 1][i]);

const stage = (...layers: LayerSettings[]): NetworkStage => ({ name: "stage", canDie: false, layers });
const dense = (from: number, outputs: number): LayerSettings => ({
  kind: "dense",
  inputs: from,
  outputs,
  initialization: "glorot",
});

/** Of each of three tokens. */
const tokenDense = (from: number, outputs: number): LayerSettings => ({
  kind: "dense",
  tokens: 3,
  inputs: from,
  outputs,
  initialization: "glorot",
});

/** Largest difference between the gradient and central differences, relative to the largest gradient. */
function gradientGap(network: Network, classes: 2 | 3): number {
  const plain = createPlainNetwork(network.program, {
    values,
    labels: classes === 2 ? Uint8Array.from(labels, (k) => Number(k === 1)) : labels,
    sampleWeights,
    seed: 3,
  });
  // Somewhere in the open: not at the start, where biases are 0 and slopes all the same.
  const random = createGenerator(9);
  const parameters = Float64Array.from(network.initialize(random), (w) => w + 0.3 * random.normal());
  const { gradient } = plain.evaluate(parameters);
  const step = 1e-5;
  let [gap, size] = [0, 0];
  parameters.forEach((own, i) => {
    const at = (value: number): number => {
      parameters[i] = value;
      return plain.evaluate(parameters).loss;
    };
    const difference = (at(own + step) - at(own - step)) / (2 * step);
    parameters[i] = own;
    gap = Math.max(gap, Math.abs(difference - gradient[i]));
    size = Math.max(size, Math.abs(gradient[i]));
  });
  return gap / size;
}

describe("the gradient is that of central differences, to 1e-6 of its largest entry", () => {
  test.each<[string, NetworkStage[]]>([
    ["no hidden layer", []],
    ["dense", [stage(dense(3, 4))]],
    ["dense behind dense", [stage(dense(3, 4)), stage(dense(4, 2))]],
    ["layer normalization", [stage(dense(3, 4), { kind: "layer-norm", units: 4 })]],
    ["dropout", [stage(dense(3, 6), { kind: "dropout", units: 6, share: 0.4 })]],
    ["maxout", [stage(dense(3, 6), { kind: "maxout", units: 2, pieces: 3 })]],
    ["softmax", [stage(dense(3, 4), { kind: "simplex", name: "softmax", units: 4 })]],
    ["sparsemax", [stage(dense(3, 4), { kind: "simplex", name: "sparsemax", units: 4 })]],
    ["dense layers of 3 tokens", [stage(tokenDense(1, 4)), stage(tokenDense(4, 2))]],
    [
      "layer normalization of 3 tokens",
      [stage(tokenDense(1, 4), { kind: "layer-norm", tokens: 3, units: 4 })],
    ],
    ["patches", [stage(dense(3, 8), { kind: "patches", height: 2, width: 4, patch: 2 }), stage(dense(8, 3))]],
    ["columns as tokens", [stage({ kind: "spread", columns: 3, width: 4 })]],
    [
      "columns as tokens, behind others",
      [stage(dense(3, 2)), stage({ kind: "spread", columns: 2, width: 3 })],
    ],
    [
      "learned positions",
      [
        stage(
          tokenDense(1, 4),
          { kind: "positions", tokens: 3, width: 4, learned: true },
          { kind: "layer-norm", tokens: 3, units: 4 },
        ),
      ],
    ],
    [
      "sinusoidal positions",
      [
        stage(
          tokenDense(1, 4),
          { kind: "positions", tokens: 3, width: 4, learned: false },
          { kind: "layer-norm", tokens: 3, units: 4 },
        ),
      ],
    ],
    [
      "self-attention of one head",
      [stage(tokenDense(1, 4), { kind: "self-attention", tokens: 3, width: 4, heads: 1 })],
    ],
    [
      "self-attention of two heads",
      [stage(tokenDense(1, 6), { kind: "self-attention", tokens: 3, width: 6, heads: 2 })],
    ],
    [
      "attention pooling of one head",
      [stage(tokenDense(1, 4), { kind: "attention-pooling", tokens: 3, width: 4, heads: 1 })],
    ],
    [
      "attention pooling of two heads",
      [stage(tokenDense(1, 4), { kind: "attention-pooling", tokens: 3, width: 4, heads: 2 })],
    ],
    [
      "skip connections, the first around the features themselves",
      [
        stage({
          kind: "residual",
          units: 3,
          layers: [dense(3, 3), { kind: "activation", name: "tanh", units: 3, learned: null }],
        }),
        stage(dense(3, 4)),
        stage({
          kind: "residual",
          units: 4,
          layers: [
            dense(4, 4),
            { kind: "layer-norm", units: 4 },
            { kind: "activation", name: "elu", units: 4, learned: null },
          ],
        }),
      ],
    ],
  ])("%s", (_name, stages) => {
    expect(gradientGap(createNetwork(inputs, stages, 3, softmaxHead), 3)).toBeLessThan(1e-6);
    expect(gradientGap(createNetwork(inputs, stages, 1, sigmoidHead), 2)).toBeLessThan(1e-6);
  });

  test.each([
    "sigmoid",
    "tanh",
    "relu",
    "leaky-relu",
    "prelu",
    "prelu-layer",
    "elu",
    "softplus",
    "swish",
    "swish-learned",
    "gelu",
    "maxout",
    "identity",
  ])("two layers of %s", (name) => {
    const { pieces, layers } = namedActivation(name);
    const stages = [stage(dense(3, 5 * pieces), ...layers(5)), stage(dense(5, 4 * pieces), ...layers(4))];
    expect(gradientGap(createNetwork(inputs, stages, 3, softmaxHead), 3)).toBeLessThan(1e-6);
  });
});

describe("a network", () => {
  const { layers } = namedActivation("prelu");
  const network = createNetwork(
    inputs,
    [
      {
        name: "4:prelu",
        canDie: false,
        layers: [dense(3, 4), ...layers(4), { kind: "dropout", units: 4, share: 0.5 }],
      },
      { name: "2:relu", canDie: true, layers: [dense(4, 2), ...namedActivation("relu").layers(2)] },
    ],
    3,
    softmaxHead,
  );

  test("has its parameters layer by layer, those of the linear layer last", () => {
    expect(network.program.parameterCount).toBe(3 * 4 + 4 + 4 + 4 * 2 + 2 + 2 * 3 + 3);
    expect(network.forward.parameterCount).toBe(network.program.parameterCount);
    expect(
      network.stages.map(({ name, start, end, outputs, slopes }) => ({ name, start, end, outputs, slopes })),
    ).toEqual([
      { name: "4:prelu", start: 0, end: 20, outputs: 4, slopes: { start: 16, end: 20 } },
      { name: "2:relu", start: 20, end: 30, outputs: 2, slopes: null },
      { name: "output", start: 30, end: 39, outputs: 3, slopes: null },
    ]);
  });

  test("is split into a linear layer and the body before it", () => {
    const parameters = Float32Array.from({ length: 39 }, (_, i) => i);
    const { layer, body } = network.split(parameters);
    expect([...layer.weights, ...layer.bias]).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38]);
    expect(body?.parameters).toEqual(parameters.slice(0, 30));
    expect(body).toMatchObject({ outputs: 2 });
    expect(createNetwork(inputs, [], 3, softmaxHead).split(new Float32Array(12)).body).toBeNull();
  });

  test("does not feel dropout but while training, and then differently from step to step", () => {
    const many = createNetwork(
      inputs,
      [stage(dense(3, 64), { kind: "dropout", units: 64, share: 0.5 })],
      3,
      softmaxHead,
    );
    const parameters = Float64Array.from(many.initialize(createGenerator(1)));
    const losses = [0, 1].map(
      (seed) => createPlainNetwork(many.program, { values, labels, seed }).evaluate(parameters).loss,
    );
    expect(losses[0]).not.toBe(losses[1]);
  });
});

describe("weights start", () => {
  const deviationOf = (initialization: "he" | "glorot" | "lecun"): number => {
    const wide = createNetwork(
      200,
      [stage({ kind: "dense", inputs: 200, outputs: 300, initialization })],
      2,
      softmaxHead,
    );
    const weights = wide.initialize(createGenerator(1)).subarray(0, 200 * 300);
    return Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
  };
  test.each([
    ["he", Math.sqrt(2 / 200)],
    ["glorot", Math.sqrt(2 / 500)],
    ["lecun", Math.sqrt(1 / 200)],
  ] as const)("%s with the deviation of its source", (kind, deviation) => {
    expect(deviationOf(kind) / deviation).toBeCloseTo(1, 1.7);
  });

  test("as the activation wants, slopes at what they are without learning, gains at 1, and the last layer nearly at 0", () => {
    expect(namedActivation("relu").initialization).toBe("he");
    expect(namedActivation("tanh").initialization).toBe("glorot");
    expect(namedActivation("elu").initialization).toBe("lecun");
    const { layers } = namedActivation("prelu");
    const network = createNetwork(
      3,
      [stage(dense(3, 4), { kind: "layer-norm", units: 4 }, ...layers(4))],
      200,
      softmaxHead,
    );
    const parameters = [...network.initialize(createGenerator(1))];
    expect(parameters.slice(12, 16)).toEqual([0, 0, 0, 0]);
    expect(parameters.slice(16, 24)).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    expect(parameters.slice(24, 28)).toEqual([0.25, 0.25, 0.25, 0.25]);
    const last = parameters.slice(28, 28 + 800);
    expect(Math.sqrt(last.reduce((sum, w) => sum + w * w, 0) / 800)).toBeCloseTo(0.01, 2.5);
    expect(parameters.slice(828).every((bias) => bias === 0)).toBe(true);
  });
});
