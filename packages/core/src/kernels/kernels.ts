import type { ActivationKernels } from "./activation.ts";
import type { NetworkPass, NetworkRun, NetworkRunData, Program } from "./network/tape.ts";
import type { AttentionPlan, AttentionRoom } from "./attention.ts";
import type { LinearSums, LinearSumsData } from "./sums.ts";
import type { SparseSums, SparseSumsData } from "./sparse-sums.ts";
import type { SparseLanes, SparseLanesData, SparseLayer, SparseLogits } from "./compressed-rows.ts";
import type { Team } from "./team.ts";

/**
 * The inner loops: flat arrays in, results into `output`; no checks. There are two implementations with
 * this signature, the plain loop (`plainKernels`) and its SIMD twin (`createKernels`); the one in use is
 * passed in, never switched globally.
 */
export interface Kernels {
  /**
   * Softmax of each row, in float32: pⱼ = exp(zⱼ − m) / Σₖ exp(zₖ − m), m the row's maximum. Relative error
   * below 2e-6 while z − m > −30 (rounding z − m alone costs half an ulp of it); probabilities below e⁻⁸⁷ are 0.
   *
   * @param logits  rows × columns, row-major. −Infinity masks a class; a fully masked row gives zeros. No NaN,
   *   no +Infinity.
   * @param columns classes per row, ≥ 1
   * @param output  same length as logits; may be the same array
   */
  softmaxRows(logits: Float32Array, columns: number, output: Float32Array): void;

  /**
   * Softmax of each row in float64, every probability within 4 units in the last place.
   *
   * @param logits  rows × columns, row-major. −Infinity masks a class; a fully masked row gives zeros. No NaN,
   *   no +Infinity.
   * @param columns classes per row, ≥ 1
   * @param output  same length as logits
   */
  softmaxExactly(logits: Float32Array | Float64Array, columns: number, output: Float64Array): void;

  /** Room for so many rows in the kernels' own memory, for logits that are made there: `softmaxRows` without its copying. */
  createSoftmaxRows(rows: number, columns: number): SoftmaxRows;

  /** Logits z = scale · X Wᵀ + b of each row, in float32, into `output`, rows × classes. */
  linear(layer: LinearLayer, input: LinearInput, output: Float32Array): void;

  /** Lays a layer of so many columns out in memory, for one row at a time. */
  createLinearRow(layer: LinearLayer, columns: number): LinearRow;

  /** Elementwise functions and their derivatives. Loaded at their first use. */
  createActivations(): Promise<ActivationKernels>;

  /**
   * Lays attention out in memory: room for its tensors, and the passes over them. Loaded at its first use.
   *
   * @param team who makes the passes; without one, the caller's own thread. The bits are the same.
   * @throws InputError when a length is not a whole number ≥ 1, the heads do not fit, or there is not room enough
   */
  createAttention(plan: AttentionPlan, team?: Team): Promise<AttentionRoom>;

  /**
   * Lays one training run out in memory. The data are copied. What it needs is loaded at its first use.
   *
   * @param team who takes the steps; without one, the caller's own thread. The bits are the same.
   */
  createSoftmaxRun(data: SoftmaxRunData, team?: Team): Promise<SoftmaxRun>;

  /**
   * Room for a product C = A B in float32, in the kernels' own memory. Each number of C is the sum over k in order, each
   * addition rounded: the bits depend on nothing else. Loaded at its first use.
   *
   * @param team who multiplies
   */
  createProduct(shape: ProductShape, team?: Team): Promise<MatrixProduct>;

  /**
   * Lays one training run of a network out in memory. The data are copied. What it needs is loaded at its first use.
   *
   * @param team who takes the steps; the bits are the same
   */
  createNetworkRun(data: NetworkRunData, team?: Team): Promise<NetworkRun>;

  /** Lays a network out in memory for the way forward alone: a program without `gather`. */
  createNetworkPass(program: Program, parameters: Float32Array): NetworkPass;

  /**
   * Lays the rows of a linear model out in memory, for an optimizer. Bytes and float32, which are copied, are worked on
   * in float32, with sums over rows in float64; float64 in float64. What it needs is loaded at its first use.
   *
   * @param team who makes the passes over bytes and float32; the bits are the same
   * @param meanwhile done before the rows are copied, while the team has the system hand out the memory for them
   */
  createLinearSums(data: LinearSumsData, team?: Team, meanwhile?: () => Promise<void>): Promise<LinearSums>;

  /** The same for sparse rows, all in float64. What it needs is loaded at its first use. */
  createSparseSums(data: SparseSumsData): Promise<SparseSums>;
  /** Lays sparse rows out in memory, which are copied, for some problems at once. Loaded at its first use. */
  createSparseLanes(data: SparseLanesData): Promise<SparseLanes>;

  /** What gives the logits of sparse rows by a layer, which is copied. The bits are those of the plain loop. */
  createSparseLogits(layer: SparseLayer): SparseLogits;
}

/** A is rows × depth, B depth × columns; turned: it lies as its transpose. */
export interface ProductShape {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly aIsTurned?: boolean;
  readonly bIsTurned?: boolean;
}

/** The caller writes `a` and `b`, row-major; `multiply` leaves the product in `c`. */
export interface MatrixProduct {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly c: Float32Array;
  multiply(): Promise<void>;
}

/** Rows that softmax is applied to where they are. */
export interface SoftmaxRows {
  /** rows × columns, row-major, zeros at first: the caller writes logits, `apply` leaves probabilities. */
  readonly values: Float32Array;
  /** As `softmaxRows`, in place. */
  apply(): void;
}

/** A linear layer: weights are classes × columns, row-major; one bias per class. */
export interface LinearLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Rows of numbers as they lie in memory; `scale` is what one unit is worth (1/255 for pixels). */
export interface LinearInput {
  readonly values: Uint8Array | Float32Array;
  readonly columns: number;
  readonly scale: number;
}

/** The logits of one row, with the same bits as `linear` gives them, in an array that the next call writes anew. */
export type LinearRow = (values: LinearInput["values"], scale: number) => Float32Array;

export interface SoftmaxRunData extends LinearInput {
  /** The class of each row, in [0, classes). */
  readonly labels: Int32Array;
  /** s ≥ 0 of each row, by which its loss and gradient are multiplied; null: 1. */
  readonly sampleWeights: Float32Array | null;
  readonly classes: number;
  /** Where the descent starts. */
  readonly layer: LinearLayer;
  /** The last step's v, zeros at the start; null: steps have no memory. */
  readonly velocity: LinearLayer | null;
}

export interface StepOptions {
  /** η of each step, in order; as many as there are steps, at most `mostSteps`. */
  readonly learningRates: Float32Array;
  readonly momentum: number;
  /** λ / n of the penalty (λ / 2n)‖W‖²: what a step adds to the gradient per unit of weight. The bias is free. */
  readonly decay: number;
}

/** Sums over the rows of some steps, each row seen with the weights before its step. */
export interface StepTotals {
  /** Σ s·(−ln p(true class)), in nats, without the penalty. */
  readonly loss: number;
  /** Rows whose highest logit is that of the true class. */
  readonly right: number;
}

/**
 * Softmax regression by minibatch gradient descent. For a batch B: g = (1/|B|) Σ s (p − y) xᵀ + decay · W,
 * v ← momentum · v + g, W ← W − η · v.
 */
export interface SoftmaxRun {
  /** Which row comes at which place; the owner writes it before each epoch. */
  readonly order: Uint32Array;
  /** Steps over the places [first, first + rows), `batch` rows each, the last one maybe shorter. */
  steps(first: number, rows: number, batch: number, options: StepOptions): StepTotals | Promise<StepTotals>;
  /** A copy of the weights and the bias as they are now. */
  layer(): LinearLayer;
  /** A copy of v, null without momentum: with `layer` and `order` all that the next step depends on. */
  velocity(): LinearLayer | null;
}

/** Steps that one call may take. */
export const mostSteps = 4096;
