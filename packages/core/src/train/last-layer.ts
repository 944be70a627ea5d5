import { InputError } from "../errors/index.ts";
import { covarianceOf, type InferredFit } from "../inference/index.ts";
import type { Kernels, LinearLayer } from "../kernels/index.ts";
import type { ExactOptions } from "./exact-options.ts";

/** Coefficients, and products, up to which a covariance is made without being asked for; and coefficients at all. */
const mostCoefficients = 1000;
const mostWork = 3e9;
const mostEver = 5000;

/** What the last layer of a network learned from. */
export interface LastLayerData {
  /** What the body makes of the training rows, rows × columns. */
  readonly values: Float32Array;
  readonly columns: number;
  readonly labels: Int32Array;
  readonly sampleWeights: Float64Array | null;
  readonly classes: number;
}

/**
 * The covariance of the last layer's coefficients, what comes out of the body taken as given: Laplace's approximation,
 * H_λ⁻¹ with H = Σ (diag p − ppᵀ) ⊗ φφᵀ; robust with class weights, which make no rows more than there were. It does not
 * know how uncertain the hidden layers are.
 *
 * @param l2 λ; where there is none, the prior is that of λ = 1
 * @returns null where it is too large to come unasked, or cannot be had
 * @throws InputError when it was asked for and cannot be had
 * @see Kristiadi, Hein & Hennig, ICML 2020, §3; Daxberger et al., NeurIPS 2021
 */
export async function lastLayerCovariance(
  { values, columns, labels, sampleWeights, classes }: LastLayerData,
  layer: LinearLayer,
  l2: number,
  isClassWeighted: boolean,
  wanted: NonNullable<ExactOptions["covariance"]>,
  kernels: Kernels,
): Promise<InferredFit["covariance"] | null> {
  if (wanted === "none") return null;
  const outputs = layer.bias.length;
  const coefficients = (classes - 1) * (columns + 1);
  checkSize(coefficients, wanted);
  const isCheap = coefficients <= mostCoefficients && labels.length * coefficients * coefficients <= mostWork;
  if (wanted === "auto" && !isCheap) return null;
  const exact = Float64Array.from(values);
  const sums = await kernels.createLinearSums({
    values: exact,
    columns,
    scale: 1,
    labels,
    outputs,
    sampleWeights,
  });
  await sums.place(Float64Array.from([...layer.weights, ...layer.bias]));
  const lambda = new Float64Array(columns).fill(l2 > 0 ? l2 : 1);
  const problem = { sums, values: exact, lambda, labels, sampleWeights, noise: 1e-15 };
  const kind = isClassWeighted && wanted === "auto" ? "robust" : "laplace";
  const found = await covarianceOf(problem, { kind, values: exact, scale: 1 });
  if (!("reason" in found)) return found.covariance;
  if (wanted === "auto") return null;
  throw new InputError(`fitClassifier: covariance: ${wanted} cannot be had: ${found.reason}`);
}

function checkSize(coefficients: number, wanted: string): void {
  if (wanted === "auto" || coefficients <= mostEver) return;
  throw new InputError(
    `fitClassifier: covariance: the last layer's ${coefficients} coefficients have a covariance of ${((8 * coefficients * coefficients) / 1e9).toFixed(1)} GB; at most ${mostEver} are taken`,
  );
}
