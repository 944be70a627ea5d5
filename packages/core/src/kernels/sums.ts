/**
 * The rows of a linear model, as an optimizer sees them: all it asks for is sums over rows. The driver owns the
 * parameters; whoever stands behind this owns the rows, be it one thread, several, or later other machines.
 *
 * Parameters θ lie in one array: outputs × columns weights, row-major, then one intercept per output. With one
 * output it is the logit of the second of two classes (p = σ(z)); with K ≥ 2 there is one per class (p = softmax(z)).
 *
 * A place is remembered by its margins z = X Wᵀ + b, a direction by its own, so a whole line is searched
 * without another pass over the rows.
 */
export interface LinearPasses {
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  /** Moves to θ, one forward pass. @returns Σ s·loss, in nats */
  place(parameters: Float64Array): Promise<number>;
  /** The margins of a direction, one forward pass (none where only intercepts move). */
  aim(direction: Float64Array): Promise<void>;
  /** φ(a) = Σ s·loss at the place plus a times the direction, with φ′(a) and φ″(a). */
  look(step: number): LineValues;
  /** Moves by a times the direction. @returns Σ s·loss there */
  move(step: number): number;
  /** ∇ Σ s·loss at the place, laid out as θ: one backward pass. */
  gradient(): Promise<Float64Array>;
  /**
   * How far each entry of `gradient` may be from that of exact arithmetic, laid out as θ: see rounding.ts. In
   * float64 a bound that fails with a chance below 10⁻³, in float32 estimated from some rows, rather too large.
   */
  gradientErrors(parameters: Float64Array): Float64Array;
  /** Probabilities of some rows at the place, rows × outputs, and with one output that of the second class. */
  probabilities(rows: Uint32Array): Float64Array;
  /** z of each row at θ, rows × outputs; the place stays. One forward pass. */
  margins(parameters: Float64Array): Promise<Float64Array>;
}

/** The same with products of columns, for solvers that take the curvature from them. */
export interface LinearSums extends LinearPasses {
  /** Whether all features were seen to be finite numbers, as they were rounded to float32; false also where nobody looked. */
  readonly areFinite: boolean;
  /** Σ s·loss at θ in float64 throughout, over the rows as they are kept; the place stays. One pass. */
  exactLoss(parameters: Float64Array): Promise<number>;
  /** scale · X vᵀ of some rows for any number of directions v, given as the weights of a layer: rows × count. */
  projections(directions: Float64Array, count: number, rows: Uint32Array): Promise<Float64Array>;
  /**
   * Cross-products of some rows, weighted: X̃ᵀ diag(w) X̃ over x̃ = (scale · x, 1).
   *
   * @param weights one array per product, with one w ≥ 0 for each of the rows
   * @returns (columns + 1)² each, row-major, the lower triangle
   */
  grams(rows: Uint32Array, weights: readonly Float64Array[]): Promise<Float64Array[]>;
  /**
   * The same products made positive definite and factored: A = X̃ᵀ diag(w) X̃ + diag(ridge) + a billionth of the mean of
   * its diagonal, which is made larger where that is not enough; null where the products are too large to be finite.
   */
  factors(rows: Uint32Array, weights: readonly Float64Array[], ridge: Float64Array): Promise<Factors | null>;
}

export interface LineValues {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

export interface LinearSumsData {
  /** Features, rows × columns; `scale` is what one unit is worth. */
  readonly values: Uint8Array | Float32Array | Float64Array;
  readonly columns: number;
  readonly scale: number;
  /** Whether float64 features are worked on in float32, rounded as they are copied. Default false. */
  readonly isRounded?: boolean;
  /** The class of each row. */
  readonly labels: Int32Array;
  readonly outputs: number;
  /** s ≥ 0 of each row; null: 1. */
  readonly sampleWeights: Float64Array | null;
}

/** Symmetric matrices, factored: one for each array of weights. */
export interface Factors {
  /** Solves A x = b in place, A being the one of this index; b has columns + 1 entries. */
  solve(index: number, output: Float64Array): void;
}
