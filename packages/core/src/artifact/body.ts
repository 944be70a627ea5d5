import { bodyArrays, createLayer, type Body, type LayerSettings } from "../model/index.ts";
import type { Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";

/** The parameters of a body, an array for each that a layer has: "layers.0.weight", "layers.2.1.gain". */
export function bodyTensors({ layers, parameters }: Body): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  let at = 0;
  for (const { name, shape } of bodyArrays(layers)) {
    const size = shape.reduce((product, length) => product * length, 1);
    tensors[`layers.${name}`] = { shape, values: parameters.slice(at, at + size) };
    at += size;
  }
  return tensors;
}

/**
 * @param inputs of the first layer
 * @param take gives an array of the file
 */
export function readBody(
  list: readonly Reader[],
  inputs: number,
  take: (name: string, shape: readonly number[]) => Float32Array,
): Body {
  const { layers, outputs } = readLayers(list, inputs);
  const arrays = bodyArrays(layers).map(({ name, shape }) => take(`layers.${name}`, shape));
  const parameters = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    parameters.set(array, at);
    at += array.length;
  }
  return { layers, parameters, outputs };
}

/** Layers that fit one behind the other. */
function readLayers(list: readonly Reader[], inputs: number): { layers: LayerSettings[]; outputs: number } {
  let outputs = inputs;
  const layers = list.map((read) => {
    const settings = readLayer(read, outputs);
    ({ outputs } = createLayer(settings));
    return settings;
  });
  return { layers, outputs };
}

function readLayer(read: Reader, inputs: number): LayerSettings {
  const kind = read.oneOf("kind", [
    "dense",
    "activation",
    "maxout",
    "simplex",
    "dropout",
    "layer-norm",
    "patches",
    "spread",
    "positions",
    "self-attention",
    "attention-pooling",
    "residual",
  ]);
  const width = (name: string): number => {
    const found = read.count(name);
    return found >= 1 && found < 2 ** 31 ? found : read.fail(name, "a whole number from 1");
  };
  const units = (): number =>
    width("units") === inputs
      ? inputs
      : read.fail("units", `${inputs}, as many as come out of the layer before`);
  /** Vectors of a row, and numbers of each, by the name that they have. */
  const tokensOf = (name: "inputs" | "units" | "width"): { tokens: number; wide: number } => {
    const tokens = read.has("tokens") ? width("tokens") : 1;
    if (tokens * width(name) === inputs) return { tokens, wide: width(name) };
    return read.fail(
      name,
      read.has("tokens")
        ? `such that the tokens have ${inputs} numbers, as many as come out of the layer before`
        : `${inputs}, as many as come out of the layer before`,
    );
  };
  const headsOf = (wide: number): number =>
    wide % width("heads") === 0 ? width("heads") : read.fail("heads", `a divisor of the width, ${wide}`);
  switch (kind) {
    case "dense": {
      const { tokens, wide } = tokensOf("inputs");
      const initialization = read.oneOf("initialization", ["he", "glorot", "lecun"]);
      const outputs = width("outputs");
      return { kind, ...(read.has("tokens") && { tokens }), inputs: wide, outputs, initialization };
    }
    case "activation": {
      const name = read.oneOf("name", [
        "sigmoid",
        "tanh",
        "relu",
        "leaky-relu",
        "prelu",
        "elu",
        "softplus",
        "swish",
        "gelu",
      ]);
      const learned = read.isNull("learned") ? null : read.oneOf("learned", ["unit", "layer"]);
      const isLearner = name === "prelu" || name === "swish";
      if ((learned !== null && !isLearner) || (learned === null && name === "prelu"))
        read.fail("learned", "what such an activation has");
      return { kind, name, units: units(), learned };
    }
    case "maxout": {
      const pieces = width("pieces");
      if (pieces < 2 || width("units") * pieces !== inputs)
        read.fail("pieces", `${inputs} shared by the units`);
      return { kind, units: width("units"), pieces };
    }
    case "simplex":
      return { kind, name: read.oneOf("name", ["softmax", "sparsemax"]), units: units() };
    case "dropout": {
      const share = read.number("share");
      return {
        kind,
        units: units(),
        share: share >= 0 && share < 1 ? share : read.fail("share", "in [0, 1)"),
      };
    }
    case "layer-norm": {
      const { tokens, wide } = tokensOf("units");
      return { kind, ...(read.has("tokens") && { tokens }), units: wide };
    }
    case "patches": {
      const [height, across, patch] = [width("height"), width("width"), width("patch")];
      if (height * across !== inputs)
        read.fail("height", `such that height × width is ${inputs}, as many as come out of the layer before`);
      if (height % patch !== 0 || across % patch !== 0) read.fail("patch", "a divisor of height and width");
      return { kind, height, width: across, patch };
    }
    case "spread":
      if (width("columns") !== inputs)
        read.fail("columns", `${inputs}, as many as come out of the layer before`);
      return { kind, columns: inputs, width: width("width") };
    case "positions": {
      const { tokens, wide } = tokensOf("width");
      return { kind, tokens, width: wide, learned: read.flag("learned") };
    }
    case "self-attention":
    case "attention-pooling": {
      const { tokens, wide } = tokensOf("width");
      return { kind, tokens, width: wide, heads: headsOf(wide) };
    }
    case "residual":
      break;
  }
  const { layers, outputs } = readLayers(read.list("layers"), units());
  if (outputs !== inputs || layers.length === 0)
    read.fail("layers", `layers that end ${inputs} wide, as they begin`);
  return { kind, units: inputs, layers };
}
