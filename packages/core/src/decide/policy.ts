/** The name of the action that hands a row to a person. */
export const REFER = "refer";

/** What may hand a row to a person besides its cost. */
export const doubts = ["ambiguous", "atypical", "fragile"] as const;
export type Doubt = (typeof doubts)[number];

interface AnyPolicy {
  readonly classes: readonly string[];
  /** Names, in the order of the policy; "refer" is last where there is one. */
  readonly actions: readonly string[];
  /** The place of "refer" in `actions`, −1 where nothing can be referred. */
  readonly referral: number;
  /** Which doubts refer a row; the others are only named. */
  readonly referWhen: readonly Doubt[];
}

/** The action of least expected cost Σ_y cost(a, y) p_y. */
export interface CostPolicy extends AnyPolicy {
  readonly kind: "costs";
  /** actions × classes, row-major, ≥ 0; NaN where only a column of the rows gives the cost. */
  readonly costs: Float64Array;
  /** Costs that a column gives for each row, in place of the one above. */
  readonly costColumns: readonly CostColumn[];
}

export interface CostColumn {
  readonly action: number;
  /** Null for all classes. */
  readonly class: number | null;
  /** The name of the column. */
  readonly column: string;
}

/**
 * Of the classes whose probability reaches their threshold, the action of the one that exceeds it by the largest
 * factor p/t (ties: the earlier class); `otherwise` when none does.
 */
export interface ThresholdPolicy extends AnyPolicy {
  readonly kind: "thresholds";
  /** One per class, in (0, 1]; Infinity for a class without one. */
  readonly thresholds: Float64Array;
  /** The action of each class with a threshold, an index into `actions`; −1 for the others. */
  readonly actionOfClass: Int32Array;
  readonly otherwise: number;
}

/** The most probable class is the action; rows that the guarantee does not accept are referred. */
export interface RiskPolicy extends AnyPolicy {
  readonly kind: "risk";
  /** At most this share of accepted rows may have a wrong label. */
  readonly targetRisk: number;
  /** 1 − δ, the chance over the rows kept for the guarantee that the promise holds. */
  readonly confidence: number;
}

export type Policy = CostPolicy | ThresholdPolicy | RiskPolicy;
