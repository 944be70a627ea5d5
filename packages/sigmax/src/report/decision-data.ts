import type { Candidate } from "@sigmax/core/calibrate";
import type { ConformalThreshold, SetEvaluation } from "@sigmax/core/conformal";
import type { Reason, RiskCoverage, Selective } from "@sigmax/core/decide";
import type { CalibrationLine, CorpDiagram, Interval, ReliabilityDiagram } from "@sigmax/core/evaluate";

/** Do the probabilities come true, class by class, and what the calibrator did about it. */
export interface CalibrationFigures {
  /** Null where the logits are taken as they are. */
  readonly fitted: {
    readonly kind: string;
    readonly parameterCount: number;
    readonly source: string;
    readonly rows: number;
    readonly reason: string;
  } | null;
  /** What was tried, where this run chose; else empty. */
  readonly candidates: readonly Candidate[];
  /** The top label first, then the event of two classes, or of more the worst calibrated ones. */
  readonly diagrams: readonly DiagramPair[];
}

export interface DiagramPair {
  /** Null for the top label. */
  readonly class: string | null;
  /** Null where there is no calibrator. */
  readonly before: Diagram | null;
  readonly after: Diagram;
}

export interface Diagram {
  readonly bins: ReliabilityDiagram["bins"];
  readonly corp: Pick<CorpDiagram, "segments" | "band" | "miscalibration" | "confidence">;
  /** Null for the top label. */
  readonly line: CalibrationLine | null;
}

/** What label sets did on these rows, beside what they promise. */
export interface SetFigures {
  readonly method: string;
  readonly by: "all" | "class" | "group";
  readonly groupColumn: string | null;
  readonly thresholds: readonly ConformalThreshold[];
  readonly evaluation: SetEvaluation;
  /** The largest coverage that the fewest rows behind a threshold could promise, and how many rows this one takes. */
  readonly feasible: number;
  readonly rowsNeeded: number;
}

/** How the share of wrong labels falls when doubtful rows are refused, and where the promise stands. */
export interface SelectionFigures extends RiskCoverage {
  readonly promised: Selective | null;
  /** What the promised threshold does on these rows. */
  readonly accepted: number;
  readonly errors: number;
}

/** What was decided, and the rows handed to a person. */
export interface ReferredRows {
  readonly rows: number;
  readonly actions: readonly { readonly action: string; readonly rows: number }[];
  readonly referred: number;
  readonly reasonCounts: Readonly<Record<Reason, number>>;
  /** The first of them. */
  readonly shown: readonly {
    readonly row: number;
    /** What stands in the columns of `idColumns`. */
    readonly ids: readonly string[];
    readonly probable: string;
    readonly probability: number;
    /** The action if nobody could be asked; null where the policy does not say. */
    readonly otherwise: string | null;
    readonly reasons: readonly string[];
  }[];
  readonly idColumns: readonly string[];
}

/** What rows that nothing else has seen promise of the model. */
export interface PromiseFigures {
  readonly source: string;
  readonly rows: number;
  readonly groupColumn: string | null;
  readonly sets: {
    readonly method: string;
    readonly coverage: number;
    readonly by: "all" | "class" | "group";
    readonly thresholds: readonly ConformalThreshold[];
  } | null;
  readonly selective: Selective | null;
}

/** The rows by the values of one column. */
export interface Subgroups {
  readonly column: string;
  /** The event whose probability `gap` is of; null: of the class that was chosen. */
  readonly event: string | null;
  readonly confidence: number;
  readonly groups: readonly Subgroup[];
}

export interface Subgroup {
  readonly name: string;
  readonly rows: number;
  readonly accuracy: Figure;
  readonly logLoss: Figure;
  /** Mean probability less the share that came true: above 0 the model says too much. */
  readonly gap: Figure;
  /** Null where the model has no sets. */
  readonly coverage: Figure | null;
  /** Null where nothing was decided. */
  readonly referred: Figure | null;
}

export interface Figure {
  readonly value: number;
  readonly interval: Interval;
}
