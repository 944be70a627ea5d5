import type { Matrix } from "../data/index.ts";
import type { Kernels } from "../kernels/index.ts";
import { factorCholesky, solveLower, solveUpper, symmetricEigen } from "../linalg/index.ts";
import type { AnyLayer, ModelInference } from "../model/index.ts";
import { spreadRows } from "../optimize/index.ts";
import { covarianceOf } from "./covariance.ts";

/** A last layer and the rows that it was trained on, as the layers below it hand them on. */
export interface LastLayer {
  /** φ of each row. */
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly layer: AnyLayer;
  /** s of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
  /** λ of the penalty ½λ‖W‖² beside the sum of losses; null: chosen so that the rows are as likely as can be. */
  readonly precision: number | null;
}

export interface LastLayerOptions {
  /** For the rows that are drawn where there are more than 20,000. Default 0. */
  readonly seed?: number;
  /** Coefficients up to which the whole covariance is kept; above, its Kronecker factors. Default 1,000. */
  readonly mostCoefficients?: number;
}

/** Rows that stand for all where there are more. */
const mostRows = 20_000;
/** A stream of its own for the rows that are drawn. */
const rowStream = 0x6c61;
const mostChoices = 50;
/** λ is never less than this share of the largest curvature: directions without rows stay finite. */
const leastShare = 1e-9;

/**
 * Laplace's approximation for the last layer of a network: the layers below are taken as they are, the last one is a
 * softmax regression on φ, whose posterior is normal with the covariance (H + λI)⁻¹. Where no penalty tells λ it is
 * that of the largest evidence, λ = γ / ‖W‖², γ counting the effective weights. With many coefficients
 * H is taken as the product of its factors over columns and classes.
 *
 * @see MacKay, Neural Computation 4 (1992); Kristiadi, Hein & Hennig, ICML 2020; Ritter, Botev & Barber, ICLR 2018
 */
export async function lastLayerCovariance(
  last: LastLayer,
  kernels: Kernels,
  { seed = 0, mostCoefficients = 1000 }: LastLayerOptions = {},
): Promise<ModelInference["covariance"] | null> {
  const { features, layer } = last;
  const { columns } = features;
  const outputs = layer.bias.length;
  const contrasts = Math.max(1, outputs - 1);
  const chosen = spreadRows(features.rows, mostRows, seed, rowStream);
  const share = features.rows / chosen.length;
  const values = new Float64Array(chosen.length * columns);
  chosen.forEach((row, i) =>
    values.set(features.values.subarray(row * columns, (row + 1) * columns), i * columns),
  );
  const labels = Int32Array.from(chosen, (row) => last.labels[row]);
  const sampleWeights = Float64Array.from(chosen, (row) => share * (last.sampleWeights?.[row] ?? 1));
  const sums = await kernels.createLinearSums({ values, columns, scale: 1, labels, outputs, sampleWeights });
  await sums.place(Float64Array.from([...layer.weights, ...layer.bias]));
  const all = Uint32Array.from(labels.keys());
  const probabilities = sums.probabilities(all);

  const total = sampleWeights.reduce((sum, weight) => sum + weight, 0);
  const [gram] = await sums.grams(all, [sampleWeights.map((weight) => weight / total)]);
  const own = symmetricEigen(gram, columns + 1);
  const classes = classEigen(probabilities, sampleWeights, outputs);
  const largest = own.values[columns] * classes.values[contrasts - 1];
  const least = Math.max(leastShare * largest, Number.MIN_VALUE);
  const wanted = last.precision ?? evidencePrecision(own.values, classes.values, squareOf(layer), least);
  const precision = Math.max(wanted, least);
  if (contrasts * (columns + 1) > mostCoefficients)
    return {
      kind: "kronecker",
      columnVectors: own.vectors,
      columnValues: own.values.map((value) => Math.max(0, value)),
      classVectors: classes.vectors,
      classValues: classes.values.map((value) => Math.max(0, value)),
      precision,
    };
  const lambda = new Float64Array(columns).fill(precision);
  const problem = { sums, values, lambda, labels, sampleWeights, noise: 1e-15 };
  const found = await covarianceOf(problem, { kind: "laplace" });
  return "reason" in found ? null : found.covariance;
}

/** ‖W‖², intercepts included; of the softmax about the mean over the classes, which it does not feel. */
function squareOf({ weights, bias }: AnyLayer): number {
  const outputs = bias.length;
  const columns = weights.length / outputs;
  let square = 0;
  for (let j = 0; j <= columns; j++) {
    const at = (k: number): number => (j < columns ? weights[k * columns + j] : bias[k]);
    let mean = 0;
    if (outputs > 1) for (let k = 0; k < outputs; k++) mean += at(k) / outputs;
    for (let k = 0; k < outputs; k++) square += (at(k) - mean) ** 2;
  }
  return square;
}

/** The λ at rest of λ ← γ / ‖W‖² with γ = Σ αᵢμⱼ / (αᵢμⱼ + λ). */
function evidencePrecision(
  columnValues: Float64Array,
  classValues: Float64Array,
  square: number,
  least: number,
): number {
  let precision = 1;
  for (let round = 0; round < mostChoices; round++) {
    let effective = 0;
    for (const a of columnValues)
      for (const m of classValues) {
        const curvature = Math.max(0, a * m);
        effective += curvature / (curvature + precision);
      }
    const next = Math.max(least, effective / square);
    if (Math.abs(next - precision) <= 1e-6 * precision) return next;
    precision = Math.min(next, 1e12);
  }
  return precision;
}

/**
 * Directions vⱼ of the class contrasts and their curvatures μⱼ in Σ s (diag(p) − ppᵀ), such that the penalty
 * C = I − 11ᵀ/K of the softmax (1 of the sigmoid) sees them as orthonormal.
 */
function classEigen(probabilities: Float64Array, sampleWeights: Float64Array, outputs: number) {
  const contrasts = Math.max(1, outputs - 1);
  const first = outputs === 1 ? 0 : 1;
  const curvature = new Float64Array(contrasts * contrasts);
  for (let row = 0; row < sampleWeights.length; row++)
    for (let k = 0; k < contrasts; k++) {
      const p = probabilities[row * outputs + first + k];
      for (let l = 0; l <= k; l++) {
        const other = probabilities[row * outputs + first + l];
        curvature[k * contrasts + l] += sampleWeights[row] * p * ((k === l ? 1 : 0) - other);
      }
    }
  if (outputs === 1) return { values: curvature, vectors: Float64Array.of(1) };
  for (let k = 0; k < contrasts; k++)
    for (let l = 0; l < k; l++) curvature[l * contrasts + k] = curvature[k * contrasts + l];
  // C = L Lᵀ; the eigenvectors q of L⁻¹ G L⁻ᵀ give v = L⁻ᵀ q.
  const factor = Float64Array.from(
    { length: contrasts * contrasts },
    (_, i) => (i % (contrasts + 1) === 0 ? 1 : 0) - 1 / outputs,
  );
  factorCholesky(factor, contrasts);
  const inner = between(factor, curvature, contrasts);
  const { values, vectors } = symmetricEigen(inner, contrasts);
  for (let j = 0; j < contrasts; j++)
    solveUpper(factor, contrasts, vectors.subarray(j * contrasts, (j + 1) * contrasts));
  return { values, vectors };
}

/** L⁻¹ G L⁻ᵀ */
function between(factor: Float64Array, matrix: Float64Array, n: number): Float64Array {
  const half = solveRows(factor, matrix, n); // rows solved: (L⁻¹ Gᵀ)ᵀ = G L⁻ᵀ
  const turned = Float64Array.from({ length: n * n }, (_, i) => half[(i % n) * n + Math.floor(i / n)]);
  return solveRows(factor, turned, n);
}

/** L⁻¹ of each row. */
function solveRows(factor: Float64Array, matrix: Float64Array, n: number): Float64Array {
  const output = matrix.slice();
  for (let i = 0; i < n; i++) solveLower(factor, n, output.subarray(i * n, (i + 1) * n));
  return output;
}
