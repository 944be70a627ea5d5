import { takeRows, type Labels, type Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { exp, log } from "../kernels/elementary.ts";
import { minimizeConvex, type ConvexFunction, type ConvexMinimum } from "../optimize/index.ts";
import type { Calibrator } from "../model/index.ts";
import { checkApply, checkNumbers, type Fitted } from "./calibrator.ts";
import { checkCalibrationRows, type CalibrationOptions, type StartOptions } from "./rows.ts";

/** Each class's logit times a weight of its own plus a bias of its own: mends what is wrong with single classes. */
export interface VectorScaling extends Calibrator {
  readonly kind: "vector";
  /** One of each per class. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

export interface VectorOptions extends CalibrationOptions {
  /**
   * λ > 0 of ½λ(Σ(w − 1)² + Σb²), added to the summed log-loss. So small a default only chooses among equals, and keeps
   * the numbers finite where the rows are separated. Default 0.001.
   */
  readonly l2?: number;
}

/** @throws InputError unless weights and biases are finite and as many */
export function createVector({ weights, biases }: Pick<VectorScaling, "weights" | "biases">): VectorScaling {
  checkNumbers("createVector", "weights", weights);
  checkNumbers("createVector", "biases", biases);
  if (weights.length !== biases.length)
    throw new InputError(
      `createVector: weights and biases must be as many, got ${weights.length} and ${biases.length}`,
    );
  const columns = weights.length;
  return {
    kind: "vector",
    parameterCount: 2 * columns,
    numbers: { weights, biases },
    weights,
    biases,
    apply(logits) {
      checkApply("vector.apply", logits, columns);
      const values = new Float64Array(logits.values.length);
      for (let i = 0; i < values.length; i++) {
        const z = logits.values[i];
        const k = i % columns;
        values[i] = z === -Infinity ? z : weights[k] * z + biases[k];
      }
      return { ...logits, values };
    },
  };
}

/**
 * Vector scaling: the w and b that make the log-loss of softmax(w⊙z + b) least, by Newton's method. Convex. A bias
 * common to all classes changes nothing, so they sum to 0. Some rows × classes² a pass: for up to some hundred classes.
 *
 * @throws InputError as `checkCalibrationRows` says, or when l2 is not above 0
 * @see Guo et al., ICML 2017, §4.2
 */
export function fitVector(
  logits: Logits,
  labels: Labels,
  { sampleWeights, l2 = 1e-3, start }: VectorOptions & StartOptions = {},
): Fitted<VectorScaling> {
  checkCalibrationRows("fitVector", logits, labels, sampleWeights);
  if (!(l2 > 0 && l2 < Infinity)) throw new InputError(`fitVector: l2 must be finite and above 0, got ${l2}`);
  const { columns } = logits;
  const { parameters, status } = start
    ? minimizeConvex(
        lossOf(logits, labels.indices, sampleWeights, l2),
        Float64Array.of(...start["weights"], ...start["biases"]),
      )
    : minimum(logits, labels.indices, sampleWeights, l2);
  const biases = parameters.slice(columns);
  const mean = biases.reduce((sum, bias) => sum + bias, 0) / columns;
  const vector = createVector({
    weights: parameters.slice(0, columns),
    biases: biases.map((bias) => bias - mean), // which the penalty asks for, but for rounding
  });
  return { ...vector, status };
}

/** Of more rows than this every `STEP`th is fitted first: a start that saves most passes over all of them. */
const MANY_ROWS = 50_000;
const STEP = 16;

function minimum(
  logits: Logits,
  labels: Int32Array,
  sampleWeights: ArrayLike<number> | undefined,
  l2: number,
): ConvexMinimum {
  const { columns } = logits;
  const loss = lossOf(logits, labels, sampleWeights, l2);
  const usual = new Float64Array(2 * columns).fill(1, 0, columns);
  if (labels.length <= MANY_ROWS) return minimizeConvex(loss, usual);
  const places = Uint32Array.from({ length: Math.ceil(labels.length / STEP) }, (_, i) => i * STEP);
  const first = minimum(
    { ...takeRows(logits, places), unit: "logits" },
    Int32Array.from(places, (row) => labels[row]),
    sampleWeights && Float64Array.from(places, (row) => sampleWeights[row]),
    l2,
  );
  return minimizeConvex(loss, first.status === "converged" ? first.parameters : usual);
}

/** Rows whose squares are added to the Hessian together. */
const BLOCK = 4;

function lossOf(
  { columns, values }: Logits,
  labels: Int32Array,
  sampleWeights: ArrayLike<number> | undefined,
  l2: number,
): ConvexFunction {
  const size = 2 * columns;
  const shares = new Float64Array(columns);
  const means = new Float64Array(BLOCK * size); // of the derivatives of the logits, (p⊙z, p), times √s
  return {
    size,
    at(parameters, gradient, hessian) {
      let value = 0;
      for (let i = 0; i < size; i++) {
        const gap = parameters[i] - (i < columns ? 1 : 0);
        value += (l2 / 2) * gap * gap;
        gradient[i] += l2 * gap;
        hessian[i * (size + 1)] += l2;
      }
      for (let row = 0, start = 0; row < labels.length; row++, start += columns) {
        const s = sampleWeights ? sampleWeights[row] : 1;
        const root = sampleWeights ? Math.sqrt(s) : 1;
        const to = (row % BLOCK) * size;
        let max = -Infinity;
        for (let k = 0; k < columns; k++) {
          const z = values[start + k];
          shares[k] = z === -Infinity ? z : parameters[k] * z + parameters[columns + k];
          if (shares[k] > max) max = shares[k];
        }
        const label = labels[row];
        const own = shares[label];
        let sum = 0;
        for (let k = 0; k < columns; k++) sum += shares[k] = exp(shares[k] - max);
        value += s * (max - own + log(sum));
        for (let k = 0; k < columns; k++) {
          const p = shares[k] / sum;
          const z = p === 0 ? 0 : values[start + k]; // a masked class has no share, and 0 · −∞ no value
          means[to + k] = root * p * z;
          means[to + columns + k] = root * p;
          const residual = s * (k === label ? p - 1 : p);
          gradient[k] += residual * (k === label ? values[start + k] : z);
          gradient[columns + k] += residual;
          hessian[k * (size + 1)] += s * p * z * z;
          hessian[(columns + k) * size + k] += s * p * z;
          hessian[(columns + k) * (size + 1)] += s * p;
        }
        if (row % BLOCK === BLOCK - 1) subtractSquares(means, size, hessian);
        else if (row === labels.length - 1) subtractSquares(means.fill(0, to + size), size, hessian);
      }
      return value;
    },
  };
}

/** H ← H − Σ m mᵀ, lower triangle, over the four vectors m that stand one after another. */
function subtractSquares(means: Float64Array, size: number, hessian: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const a = means[i];
    const b = means[size + i];
    const c = means[2 * size + i];
    const d = means[3 * size + i];
    for (let j = 0, at = i * size; j <= i; j++, at++)
      hessian[at] -= a * means[j] + b * means[size + j] + (c * means[2 * size + j] + d * means[3 * size + j]);
  }
}
