import type { Floats, Matrix, Values } from "../data/index.ts";
import { applyScaling, applyScalingExactly, type Scaling } from "../features/index.ts";
import type { Kernels, LinearInput, LinearRow } from "../kernels/index.ts";

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
  /** So many zeros. */
  create(length: number): F;
  /** The features of a matrix of columns; they may be written to `block`. */
  scale(input: Matrix, block: F): FeatureRows<F>;
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
    create: (length) => new Float32Array(length),
    scale: (input, block): LinearInput => applyScaling(scaling, input, block),
    multiply: (features, output) => kernels.linear(layer, features, output),
    multiplyRow({ values, scale }) {
      applyToRow ??= kernels.createLinearRow(layer, width);
      return applyToRow(values, scale);
    },
  };
}

/** In float64, by plain loops: exact weights belong to tables, whose rows are short. */
export function float64Work(layer: Layer<Float64Array>, scaling: Scaling): LayerWork<Float64Array> {
  const row = new Float64Array(layer.bias.length);
  return {
    create: (length) => new Float64Array(length),
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
