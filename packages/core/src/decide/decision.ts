import type { Probabilities } from "../data/index.ts";
import type { Interval } from "../statistics/index.ts";
import type { RowCosts } from "./cost-choice.ts";
import type { Reason } from "./reasons.ts";
import type { Selective } from "./selective.ts";

/** Whose decision it was. */
export interface DecisionIds {
  readonly model?: string;
  readonly calibration?: string;
  readonly policy?: string;
}

export interface DecideInput {
  /** Calibrated, one column per class of the policy. */
  readonly probabilities: Probabilities;
  /** The model's classes; they must be those of the policy. */
  readonly classes?: readonly string[];
  /** Ends of the intervals of the probabilities, both rows × classes. */
  readonly low?: Float64Array;
  readonly high?: Float64Array;
  /** The label sets, rows × classes: 1 for a label in the set, else 0. */
  readonly sets?: ArrayLike<number>;
  /** The columns that the policy's `costColumns` name. */
  readonly rowCosts?: RowCosts;
  /** What `fitSelective` found: needed by a policy with a target risk, and only there. */
  readonly guarantee?: Selective;
  /** Further sentences that hold for these rows, say of the label sets. */
  readonly promises?: readonly string[];
  readonly ids?: DecisionIds;
}

/** Decisions in columns, one entry per row. */
export interface Decisions {
  readonly rows: number;
  readonly classes: readonly string[];
  readonly actions: readonly string[];
  /** The place of "refer" in `actions`, −1 where nothing can be referred. */
  readonly referral: number;
  /** What is done: an index into `actions`. */
  readonly action: Int32Array;
  /** What the policy would do without its doubts. */
  readonly preferred: Int32Array;
  /** One bit for each of `reasons`, the first lowest. */
  readonly reasonBits: Uint8Array;
  /** rows × actions; null unless the policy has costs. */
  readonly expectedCosts: Float64Array | null;
  readonly referred: number;
  /** How many rows have each reason. */
  readonly reasonCounts: Readonly<Record<Reason, number>>;
  /** What is promised, in sentences. */
  readonly promises: readonly string[];
  /** One row as an object. @throws InputError when there is no such row */
  decisionAt(row: number): Decision;
}

/** One row's decision, with all that is needed to sign it. */
export interface Decision {
  readonly row: number;
  readonly action: string;
  readonly referred: boolean;
  /** What the policy would do without its doubts. */
  readonly preferred: string;
  readonly classes: readonly {
    readonly class: string;
    readonly probability: number;
    readonly interval: Interval | null;
  }[];
  /** Null where no sets were given. */
  readonly labelSet: readonly string[] | null;
  /** Null unless the policy has costs. */
  readonly expectedCosts: readonly { readonly action: string; readonly cost: number }[] | null;
  readonly reasons: readonly { readonly code: Reason; readonly sentence: string }[];
  readonly promises: readonly string[];
  readonly ids: DecisionIds;
}
