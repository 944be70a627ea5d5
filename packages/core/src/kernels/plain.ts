import { exp, log } from "./elementary.ts";
import { softmaxExactly } from "./softmax-exactly.ts";
import type {
  Kernels,
  LinearInput,
  LinearLayer,
  LinearRow,
  SoftmaxRows,
  SoftmaxRun,
  SoftmaxRunData,
  StepOptions,
} from "./kernels.ts";
import { plainNetworkPass, plainNetworkRun } from "./network/plain.ts";
import { plainProduct } from "./plain-product.ts";
import { createPlainAttention } from "./plain-attention.ts";
import { plainSparseLanes, plainSparseLogits } from "./plain-sparse.ts";
import { plainActivations } from "./plain-activations.ts";

/** The plain loops, in float64 inside: what the SIMD kernels are held against, and what runs where there is no SIMD. */
export const plainKernels: Kernels = {
  softmaxRows,
  softmaxExactly,
  createSoftmaxRows,
  linear,
  createLinearRow,
  createActivations: async () => plainActivations,
  createAttention: async (plan) => createPlainAttention(plan),
  createSoftmaxRun: async (data) => createSoftmaxRun(data),
  createProduct: async (shape) => plainProduct(shape),
  createNetworkRun: async (data) => plainNetworkRun(data),
  createNetworkPass: plainNetworkPass,
  async createLinearSums(data, _, meanwhile) {
    const { plainLinearSums } = await import("./linear-sums.ts");
    await meanwhile?.();
    return plainLinearSums(data);
  },
  async createSparseSums(data) {
    const { plainSparseSums } = await import("./sparse-sums.ts");
    return plainSparseSums(data);
  },
  createSparseLanes: async (data) => plainSparseLanes(data),
  createSparseLogits: plainSparseLogits,
};

function softmaxRows(logits: Float32Array, columns: number, output: Float32Array): void {
  for (let start = 0; start < logits.length; start += columns) {
    const end = start + columns;
    let max = -Infinity;
    for (let i = start; i < end; i++) max = Math.max(max, logits[i]);
    if (max === -Infinity) {
      output.fill(0, start, end);
      continue;
    }
    let sum = 0;
    for (let i = start; i < end; i++) sum += exp(logits[i] - max);
    for (let i = start; i < end; i++) output[i] = exp(logits[i] - max) / sum;
  }
}

function createSoftmaxRows(rows: number, columns: number): SoftmaxRows {
  const values = new Float32Array(rows * columns);
  return { values, apply: () => softmaxRows(values, columns, values) };
}

function linear(layer: LinearLayer, { values, columns, scale }: LinearInput, output: Float32Array): void {
  const classes = layer.bias.length;
  const rows = values.length / columns;
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < classes; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[i * columns + j] * layer.weights[k * columns + j];
      output[i * classes + k] = scale * sum + layer.bias[k];
    }
}

function createLinearRow(layer: LinearLayer, columns: number): LinearRow {
  const output = new Float32Array(layer.bias.length);
  return (values, scale) => {
    linear(layer, { values, columns, scale }, output);
    return output;
  };
}

function createSoftmaxRun(data: SoftmaxRunData): SoftmaxRun {
  const { values, columns, labels, sampleWeights, classes, scale } = data;
  const weights = Float64Array.from(data.layer.weights);
  const bias = Float64Array.from(data.layer.bias);
  const weightVelocity = Float64Array.from(data.velocity?.weights ?? new Float64Array(weights.length));
  const biasVelocity = Float64Array.from(data.velocity?.bias ?? new Float64Array(classes));
  const weightGradient = new Float64Array(weights.length);
  const biasGradient = new Float64Array(classes);
  const probabilities = new Float64Array(classes);
  const order = Uint32Array.from(labels, (_, i) => i);
  let loss = 0;
  let right = 0;

  /** Adds one row's loss and gradient. */
  const addRow = (row: number): void => {
    const start = row * columns;
    for (let k = 0; k < classes; k++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += values[start + j] * weights[k * columns + j];
      probabilities[k] = scale * sum + bias[k];
    }
    const label = labels[row];
    const own = probabilities[label];
    const max = probabilities.reduce((a, b) => Math.max(a, b));
    if (probabilities.indexOf(max) === label) right++;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += probabilities[k] = exp(probabilities[k] - max);
    const weight = sampleWeights ? sampleWeights[row] : 1;
    loss += weight * (max - own + log(sum));
    for (let k = 0; k < classes; k++) {
      const delta = weight * (probabilities[k] / sum - Number(k === label));
      biasGradient[k] += delta;
      for (let j = 0; j < columns; j++) weightGradient[k * columns + j] += delta * scale * values[start + j];
    }
  };

  const steps = (first: number, rows: number, batch: number, options: StepOptions) => {
    loss = 0;
    right = 0;
    for (let start = first, step = 0; start < first + rows; start += batch, step++) {
      const rate = options.learningRates[step];
      const size = Math.min(batch, first + rows - start);
      weightGradient.fill(0);
      biasGradient.fill(0);
      for (let i = start; i < start + size; i++) addRow(order[i]);
      descend(weights, weightGradient, weightVelocity, size, rate, options.momentum, options.decay);
      descend(bias, biasGradient, biasVelocity, size, rate, options.momentum, 0);
    }
    return { loss, right };
  };
  const copyOf = (w: Float64Array, b: Float64Array): LinearLayer => ({
    weights: Float32Array.from(w),
    bias: Float32Array.from(b),
  });
  return {
    order,
    steps,
    layer: () => copyOf(weights, bias),
    velocity: () => data.velocity && copyOf(weightVelocity, biasVelocity),
  };
}

function descend(
  output: Float64Array,
  gradient: Float64Array,
  velocity: Float64Array,
  size: number,
  learningRate: number,
  momentum: number,
  decay: number,
): void {
  for (let i = 0; i < output.length; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i] / size + decay * output[i];
    output[i] -= learningRate * velocity[i];
  }
}
