import type { LinearPasses, LinearSums, LinearSumsData, SparseSums } from "../kernels/index.ts";
import type { Dependence } from "./dependence.ts";
import type { Separation } from "./separation.ts";

/** Minimize f(θ) = Σ s·loss + ½ Σⱼ λⱼ Σₖ Wₖⱼ² over weights and intercepts; the intercepts are free. */
export interface PassProblem {
  readonly sums: LinearPasses;
  /** λ ≥ 0 of each column. */
  readonly lambda: Float64Array;
  /** The class of each row, as `sums` has it. */
  readonly labels: Int32Array;
  /** s of each row, as `sums` has it; null: 1. */
  readonly sampleWeights: Float64Array | null;
  /** The relative error of `sums`: 1e-15 for float64, 2e-8 for float32 margins. */
  readonly noise: number;
}

export interface LinearProblem extends PassProblem {
  readonly sums: LinearSums;
  /** The features that `sums` is over, in any unit: they tell why there may be no optimum. */
  readonly values: LinearSumsData["values"];
}

/** The same over sparse rows; every column has a penalty. */
export interface SparseProblem extends PassProblem {
  readonly sums: SparseSums;
}

export interface OptimizeOptions {
  /** What the bound on f − f*, relative to f, must reach to be called certified. Default 1e-8. */
  readonly tolerance?: number;
  /** What it is brought to where that is quick: some further iterations at most. Default: the tolerance. */
  readonly aim?: number;
  /** Passes over the rows, at most. Default 1,000. */
  readonly maxPasses?: number;
  /** Where to start, laid out as θ. Default: weights 0, and the intercepts that are best then. */
  readonly start?: Float64Array | undefined;
  /** For the rows that are drawn. Default 0. */
  readonly seed?: number;
  /** Stops before the next pass when `aborted`. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Called after every iteration. */
  readonly onIteration?: ((at: OptimizeProgress) => void) | undefined;
}

export interface OptimizeProgress {
  readonly iterations: number;
  readonly passes: number;
  readonly objective: number;
  /** The bound on f − f*, where there is one. */
  readonly gap: number | null;
}

/**
 * How it ended. `certified`: the bound on f − f* is within the tolerance. `gradient`: nothing to prove it with
 * (a column without penalty), but the next Newton step gains less than the tolerance. `stalled`: no step makes f
 * smaller in this precision. `budget`: passes used up, or stopped.
 */
export type OptimumStatus = "certified" | "gradient" | "stalled" | "budget";

export interface Optimum {
  readonly parameters: Float64Array;
  /** f there. */
  readonly objective: number;
  /** Σ s·loss there. */
  readonly loss: number;
  /** A proven bound on f − f*; null where a column has no penalty. */
  readonly gap: number | null;
  /** ½ gᵀH⁻¹g, which estimates f − f*, where the solver has it. */
  readonly decrement: number | null;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly passes: number;
  readonly status: OptimumStatus;
  /** Why there is no single finite optimum: then the numbers above are those of a place on the way to infinity. */
  readonly obstacle: Obstacle | null;
}

/**
 * What makes the likelihood grow without end, or leaves it flat: classes that the columns without a penalty separate
 * (see `findSeparation`), or one such column that depends on others (see `findDependence`).
 */
export type Obstacle =
  | ({ readonly kind: "complete" | "quasi" } & Omit<Separation, "kind">)
  | ({ readonly kind: "dependent" } & Dependence);

/** ½ Σⱼ λⱼ Σₖ Wₖⱼ² */
export function penaltyOf(parameters: Float64Array, lambda: Float64Array, outputs: number): number {
  let sum = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < lambda.length; j++, at++) sum += lambda[j] * parameters[at] * parameters[at];
  return sum / 2;
}

/** Adds λ W to a gradient. */
export function addPenaltyGradient(
  parameters: Float64Array,
  lambda: Float64Array,
  outputs: number,
  output: Float64Array,
): void {
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < lambda.length; j++, at++) output[at] += lambda[j] * parameters[at];
}

/** Iterations that may follow once the tolerance is reached, on the way to the aim. */
export const mostFurtherIterations = 60;

/** Iterations without a smaller bound after which a solver gives up: rounding is all that is left. */
export const patience = 40;

export function dot(a: Float64Array, b: Float64Array): number {
  let even = 0;
  let odd = 0;
  let i = 0;
  for (; i + 2 <= a.length; i += 2) {
    even += a[i] * b[i];
    odd += a[i + 1] * b[i + 1];
  }
  return i < a.length ? even + odd + a[i] * b[i] : even + odd;
}

/** output ← output + factor · x */
export function addScaled(x: Float64Array, factor: number, output: Float64Array): void {
  for (let i = 0; i < x.length; i++) output[i] += factor * x[i];
}
