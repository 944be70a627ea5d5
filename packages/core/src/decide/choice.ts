/** What a policy prefers, row by row, before any doubt refers a row. */
export interface Choice {
  /** Indices into the policy's actions. */
  readonly action: Int32Array;
  /** The bits of reasons found on the way. */
  readonly reasons: Uint8Array;
  /** rows × actions, for a policy of costs. */
  readonly expectedCosts: Float64Array | null;
  /** Whether some probabilities between low and high (all rows × classes) that sum to 1 would have another action. */
  changes(row: number, low: Float64Array, high: Float64Array): boolean;
}
