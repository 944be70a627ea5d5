import type { CompressedRows, Kernels } from "../kernels/index.ts";
import { sparseLbfgs } from "./lbfgs.ts";
import type { Optimum, OptimizeOptions } from "./problem.ts";
import { packColumns } from "./sparse-columns.ts";
import { sparseTolerance } from "./sparse-sigmoids.ts";

export interface SparseSoftmax extends CompressedRows {
  readonly classes: number;
  /** The class of each row; every class has one. */
  readonly labels: Int32Array;
  /** s ≥ 0 of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
}

export interface SparseSoftmaxOptions extends Pick<OptimizeOptions, "maxPasses" | "signal" | "onIteration"> {
  /** What the bound on f − f*, relative to f, must reach to be called certified. Default `sparseTolerance`. */
  readonly tolerance?: number;
  /** λ > 0 of ½λ‖W‖². Default 1. */
  readonly l2?: number;
}

export interface SparseSoftmaxOptimum extends Omit<Optimum, "parameters" | "decrement" | "obstacle"> {
  /** The features that some row has, in the order of the weights of each class; all others have the weight 0. */
  readonly columns: Uint32Array;
  /** classes × columns.length */
  readonly weights: Float64Array;
  /** They sum to 0: softmax does not feel what they have in common. */
  readonly bias: Float64Array;
  /** A proven bound on f − f*. */
  readonly gap: number;
}

/**
 * Softmax regression on sparse rows: the optimum of Σ s·loss + ½λ‖W‖² over weights and free intercepts, in float64, with the
 * bound that proves it. L-BFGS on the curvature of each parameter by itself; an iteration is one pass over the rows.
 */
export async function fitSparseSoftmax(
  { classes, labels, sampleWeights, ...all }: SparseSoftmax,
  kernels: Pick<Kernels, "createSparseSums">,
  { l2 = 1, tolerance = sparseTolerance, ...options }: SparseSoftmaxOptions = {},
): Promise<SparseSoftmaxOptimum> {
  const { rows, columns } = packColumns(all);
  const sums = await kernels.createSparseSums({ matrix: rows, labels, outputs: classes, sampleWeights });
  const lambda = new Float64Array(columns.length).fill(l2);
  const problem = { sums, lambda, labels, sampleWeights, noise: 1e-15 };
  const { parameters, objective, loss, gap, gradientNorm, iterations, passes, status } = await sparseLbfgs(
    problem,
    { ...options, tolerance },
  );
  const bias = parameters.slice(classes * columns.length);
  const mean = bias.reduce((sum, value) => sum + value / classes, 0);
  return {
    columns,
    weights: parameters.slice(0, classes * columns.length),
    bias: bias.map((value) => value - mean),
    objective,
    loss,
    gap: gap ?? Infinity,
    gradientNorm,
    iterations,
    passes,
    status,
  };
}
