import type { Floats, Matrix, Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, applyScalingExactly, type Scaling } from "../features/index.ts";
import { log, log1p } from "../kernels/elementary.ts";
import type { Kernels, LinearInput, LinearRow, NetworkPass } from "../kernels/index.ts";
import { bodyProgram, type Body } from "./body.ts";

/**
 * A linear layer as a model holds it: weights are outputs × columns, row-major; one bias per output. In float32,
 * as minibatch training makes them, or in float64, as the exact solvers do for tables.
 */
export interface Layer<F extends Floats> {
  readonly weights: F;
  readonly bias: F;
}

export type AnyLayer = Layer<Float32Array> | Layer<Float64Array>;

/** Features as a layer of precision F takes them; `scale` is what one unit is worth. */
export interface FeatureRows<F extends Floats> {
  readonly values: Uint8Array | F;
  readonly columns: number;
  readonly scale: number;
}

/** A layer at work, in its own precision. */
export interface LayerWork<F extends Floats> {
  /** Numbers of a row that the weights act on. */
  readonly width: number;
  /** So many zeros. */
  create(length: number): F;
  /** The features of a matrix of columns; they may be written to `block`. */
  scale(input: Matrix, block: F): FeatureRows<F>;
  /** What the weights act on: the features themselves, or what a body makes of them. */
  represent(features: FeatureRows<F>): FeatureRows<F>;
  /** z = scale · X Wᵀ + b of each row, into `output`, rows × outputs. */
  multiply(features: FeatureRows<F>, output: F): void;
  /** The same for one row, in an array that the next call writes anew. */
  multiplyRow(features: FeatureRows<F>): F;
}

export function isExact(layer: AnyLayer): layer is Layer<Float64Array> {
  return layer.weights instanceof Float64Array;
}

/** In float32, by the kernels. */
export function float32Work(
  layer: Layer<Float32Array>,
  scaling: Scaling,
  width: number,
  kernels: Kernels,
): LayerWork<Float32Array> {
  let applyToRow: LinearRow | null = null;
  return {
    width,
    create: (length) => new Float32Array(length),
    represent: (features) => features,
    scale: (input, block): LinearInput => applyScaling(scaling, input, block),
    multiply: (features, output) => kernels.linear(layer, features, output),
    multiplyRow({ values, scale }) {
      applyToRow ??= kernels.createLinearRow(layer, width);
      return applyToRow(values, scale);
    },
  };
}

/** The same behind a body: the weights act on what that makes of the features. */
export function bodyWork(
  layer: Layer<Float32Array>,
  body: Body,
  scaling: Scaling,
  kernels: Kernels,
): LayerWork<Float32Array> {
  const last = float32Work(layer, scaling, body.outputs, kernels);
  let pass: NetworkPass | null = null;
  const represent = ({ values, columns, scale }: FeatureRows<Float32Array>): LinearInput => {
    pass ??= kernels.createNetworkPass(bodyProgram(body, columns), body.parameters);
    const rows = values.length / columns;
    const output = new Float32Array(rows * body.outputs);
    pass.run(values, rows, scale, output);
    return { values: output, columns: body.outputs, scale: 1 };
  };
  return {
    ...last,
    represent,
    multiply: (features, output) => last.multiply(represent(features), output),
    multiplyRow: (features) => last.multiplyRow(represent(features)),
  };
}

/** In float64, by plain loops: exact weights belong to tables, whose rows are short. */
export function float64Work(layer: Layer<Float64Array>, scaling: Scaling): LayerWork<Float64Array> {
  const row = new Float64Array(layer.bias.length);
  return {
    width: layer.weights.length / layer.bias.length,
    create: (length) => new Float64Array(length),
    represent: (features) => features,
    scale: (input, block) => ({
      values: applyScalingExactly(scaling, input, block),
      columns: input.columns,
      scale: 1,
    }),
    multiply: ({ values, columns }, output) => multiply(layer, values, columns, output),
    multiplyRow({ values, columns }) {
      multiply(layer, values, columns, row);
      return row;
    },
  };
}

/** What another model's scores are: logits in nats, or probabilities. */
export type ScoreUnit = "logits" | "probabilities";

/**
 * Scores of another model for its classes: one column per class, or for two classes one, that of the second (its logit
 * against 0, its probability). Logits stay; probabilities become their logarithms.
 */
export function givenWork(scaling: Scaling, unit: ScoreUnit, width: number): LayerWork<Float64Array> {
  const multiplyInto = ({ values, columns }: FeatureRows<Float64Array>, output: Float64Array): void => {
    if (unit === "logits") takeLogits(values, columns, output);
    else takeProbabilities(values, columns, output);
  };
  return {
    ...float64Work({ weights: new Float64Array(0), bias: new Float64Array(0) }, scaling),
    width,
    multiply: multiplyInto,
    multiplyRow(features) {
      const output = new Float64Array(Math.max(2, features.columns));
      multiplyInto(features, output);
      return output;
    },
  };
}

function takeLogits(values: Values, columns: number, output: Float64Array): void {
  if (columns === 1) for (let row = 0; row < values.length; row++) output[2 * row + 1] = values[row];
  else output.set(values);
}

function takeProbabilities(values: Values, columns: number, output: Float64Array): void {
  for (let i = 0; i < values.length; i++)
    if (!(values[i] >= 0 && values[i] <= 1))
      throw new InputError(
        `classifier: probabilities must be in [0, 1], got ${values[i]} at row ${Math.floor(i / columns)}`,
      );
  if (columns === 1) {
    for (let row = 0; row < values.length; row++) {
      output[2 * row] = log1p(-values[row]);
      output[2 * row + 1] = log(values[row]);
    }
    return;
  }
  for (let start = 0; start < values.length; start += columns) {
    let sum = 0;
    for (let i = start; i < start + columns; i++) sum += values[i];
    if (!(Math.abs(sum - 1) <= mostOff))
      throw new InputError(
        `classifier: the probabilities of a row must sum to 1 within ${mostOff}, got ${sum} at row ${start / columns}`,
      );
    for (let i = start; i < start + columns; i++) output[i] = log(values[i]);
  }
}

/** Probabilities written with four decimals may be off by so much together. */
const mostOff = 1e-3;

function multiply(
  { weights, bias }: Layer<Float64Array>,
  values: Values,
  columns: number,
  output: Float64Array,
): void {
  const outputs = bias.length;
  for (let start = 0, at = 0; start < values.length; start += columns)
    for (let k = 0; k < outputs; k++) {
      let sum = bias[k];
      const own = k * columns;
      for (let j = 0; j < columns; j++) sum += values[start + j] * weights[own + j];
      output[at++] = sum;
    }
}
