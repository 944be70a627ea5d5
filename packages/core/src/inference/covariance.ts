import { InputError } from "../errors/index.ts";
import { factorCholesky, inverseOfCholesky } from "../linalg/index.ts";
import type { CovarianceKind } from "../model/index.ts";
import type { LinearProblem } from "../optimize/index.ts";

/**
 * The covariance of the coefficients θ, in reference coding: the contrasts θₖ = (wₖ − w₀, bₖ − b₀) of the classes
 * k = 1 … K − 1 to the first, each `columns` weights and then the intercept; of the sigmoid the one θ = (w, b).
 * In the units of the features.
 */
export interface Covariance {
  readonly kind: CovarianceKind;
  /** p × p, p = (K − 1)(columns + 1), symmetric. */
  readonly values: Float64Array;
}

export interface InferredFit {
  readonly covariance: Covariance;
  /** tr(H H_λ⁻¹): as many as there are coefficients without a penalty, fewer with one. */
  readonly degreesOfFreedom: number;
}

export interface CovarianceOptions {
  readonly kind: CovarianceKind;
  /** The group of each row, for `cluster`. */
  readonly groups?: ArrayLike<number> | undefined;
  /** Features of each row, rows × columns, for `cluster`, and what one unit of them is worth. */
  readonly values?: ArrayLike<number>;
  readonly scale?: number;
  /** Columns whose weights are 0 whatever the rows say: nothing is uncertain about them. */
  readonly fixed?: readonly number[];
  /** Names of the columns, for messages. */
  readonly names?: readonly string[];
}

/** Why there is no covariance, in a sentence. */
export interface NoCovariance {
  readonly reason: string;
}

/**
 * How uncertain the coefficients are, at an optimum. H is the Hessian of Σ s·loss, H_λ that with the penalty, B the sum
 * of the squared scores g gᵀ. A row of weight s counts as s rows in H, and as one row whose score is s times as large
 * in B.
 *
 * - wald: H⁻¹, only without a penalty;
 * - laplace: H_λ⁻¹, the covariance of a posterior whose prior is the penalty;
 * - sandwich: H_λ⁻¹ H H_λ⁻¹, how the estimate varies around a center that the penalty has moved;
 * - robust: H_λ⁻¹ B H_λ⁻¹, which does not trust the model (HC0), with g = s (p − y) x̃ of each row;
 * - cluster: the same with g summed over the rows of a group, times G / (G − 1), G counting groups of some weight.
 *
 * @param problem whose sums stand at the optimum
 * @returns the reason instead when it cannot be had: dependent columns, or rows that are all sure
 * @throws InputError when cluster has no groups, or a single one
 * @see White, Econometrica 50 (1982); Liang & Zeger, Biometrika 73 (1986)
 */
export async function covarianceOf(
  problem: LinearProblem,
  options: CovarianceOptions,
): Promise<InferredFit | NoCovariance> {
  const { kind, groups, fixed = [] } = options;
  const { sums } = problem;
  if (kind === "cluster" && groups === undefined)
    throw new InputError("covariance: cluster needs the group of each row");
  const size = sums.columns + 1;
  const contrasts = Math.max(1, sums.outputs - 1);
  const p = contrasts * size;
  const known = fixed.flatMap((column) => Array.from({ length: contrasts }, (_, k) => k * size + column));
  const information = await crossProducts(problem, "curvature");
  for (const place of known) clearCross(information, p, place);
  const factor = information.slice();
  addPenalty(problem, factor, contrasts);
  for (const place of known) factor[place * (p + 1)] = 1;
  const failed = factorCholesky(factor, p, 1e-12);
  if (failed >= 0)
    return {
      reason: `${nameOf(failed % size, options.names)} depends on other columns, or the rows are all sure of their classes; a penalty (l2 above 0), or a stronger one, helps against both`,
    };
  const inverse = inverseOfCholesky(factor, p);
  const shrunk = multiply(inverse, information, p); // H_λ⁻¹ H
  let degreesOfFreedom = 0;
  for (let i = 0; i < p; i++) degreesOfFreedom += shrunk[i * p + i];
  const middle = async (): Promise<Float64Array> => {
    if (kind === "robust") return multiply(inverse, await crossProducts(problem, "scores"), p);
    if (kind === "cluster") return multiply(inverse, clusterScores(problem, options), p);
    return shrunk;
  };
  const values =
    kind === "wald" || kind === "laplace" ? inverse : symmetric(multiply(await middle(), inverse, p), p);
  for (const place of known) clearCross(values, p, place);
  return { covariance: { kind, values }, degreesOfFreedom };
}

/** Row and column `place` of an n × n matrix become 0. */
function clearCross(output: Float64Array, n: number, place: number): void {
  for (let i = 0; i < n; i++) output[place * n + i] = output[i * n + place] = 0;
}

function nameOf(column: number, names: readonly string[] | undefined): string {
  if (names === undefined) return `column ${column}`;
  return column < names.length ? `column "${names[column]}"` : "the intercept";
}

/** The Hessian (curvature) or Σ g gᵀ (scores) in reference coding, symmetric. */
async function crossProducts(
  { sums, labels, sampleWeights }: LinearProblem,
  what: "curvature" | "scores",
): Promise<Float64Array> {
  const { rows, outputs } = sums;
  const size = sums.columns + 1;
  const contrasts = Math.max(1, outputs - 1);
  const p = contrasts * size;
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const probabilities = sums.probabilities(all);
  const first = outputs === 1 ? 0 : 1; // the output of the first contrast
  const output = new Float64Array(p * p);
  for (let k = 0; k < contrasts; k++)
    for (let l = 0; l <= k; l++) {
      const weights = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const s = sampleWeights ? sampleWeights[row] : 1;
        const pk = probabilities[row * outputs + first + k];
        const pl = probabilities[row * outputs + first + l];
        if (what === "curvature") weights[row] = s * pk * ((k === l ? 1 : 0) - pl);
        else {
          const yk = labels[row] === k + 1 ? 1 : 0;
          const yl = labels[row] === l + 1 ? 1 : 0;
          weights[row] = s * s * (pk - yk) * (pl - yl);
        }
      }
      const [gram] = await sums.grams(all, [weights]);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          const value = j <= i ? gram[i * size + j] : gram[j * size + i];
          output[(k * size + i) * p + l * size + j] = value;
          output[(l * size + j) * p + k * size + i] = value;
        }
    }
  return output;
}

/** G / (G − 1) Σ over groups of (Σ g)(Σ g)ᵀ. */
function clusterScores(
  { sums, labels, sampleWeights }: LinearProblem,
  { groups = [], values = [], scale = 1 }: CovarianceOptions,
): Float64Array {
  const { rows, columns, outputs } = sums;
  const size = columns + 1;
  const contrasts = Math.max(1, outputs - 1);
  const p = contrasts * size;
  if (groups.length !== rows)
    throw new InputError(
      `covariance: cluster needs one group per row, got ${groups.length} for ${rows} rows`,
    );
  const probabilities = sums.probabilities(Uint32Array.from({ length: rows }, (_, row) => row));
  const first = outputs === 1 ? 0 : 1;
  const scores = new Map<number, Float64Array>();
  for (let row = 0; row < rows; row++) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (s === 0) continue;
    let own = scores.get(groups[row]);
    if (own === undefined) scores.set(groups[row], (own = new Float64Array(p)));
    for (let k = 0; k < contrasts; k++) {
      const residual = s * (probabilities[row * outputs + first + k] - (labels[row] === k + 1 ? 1 : 0));
      for (let j = 0; j < columns; j++) own[k * size + j] += residual * scale * values[row * columns + j];
      own[k * size + columns] += residual;
    }
  }
  if (scores.size < 2)
    throw new InputError(`covariance: cluster needs two groups or more, got ${scores.size}`);
  const output = new Float64Array(p * p);
  const factor = scores.size / (scores.size - 1);
  for (const own of scores.values())
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) output[i * p + j] += factor * own[i] * own[j];
  return output;
}

/** λ on the weights: between contrasts k and l it is λ (δ − 1/K), since softmax weights center themselves. */
function addPenalty({ sums, lambda }: LinearProblem, output: Float64Array, contrasts: number): void {
  const size = sums.columns + 1;
  const p = contrasts * size;
  const share = sums.outputs === 1 ? 0 : 1 / sums.outputs;
  for (let k = 0; k < contrasts; k++)
    for (let l = 0; l < contrasts; l++)
      for (let j = 0; j < sums.columns; j++)
        output[(k * size + j) * p + l * size + j] += lambda[j] * ((k === l ? 1 : 0) - share);
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const output = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const own = output.subarray(i * n, (i + 1) * n);
    for (let k = 0; k < n; k++) {
      const weight = a[i * n + k];
      if (weight === 0) continue;
      for (let j = 0, at = k * n; j < n; j++, at++) own[j] += weight * b[at];
    }
  }
  return output;
}

/** The mean of a matrix and its transpose: rounding makes them differ. */
function symmetric(output: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      output[i * n + j] = output[j * n + i] = (output[i * n + j] + output[j * n + i]) / 2;
  return output;
}
