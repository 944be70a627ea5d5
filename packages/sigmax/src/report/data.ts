import type { CrossValidation, CurvePoint, Evaluation, Interval } from "@sigmax/core/evaluate";
import type { Coefficient, Explanation, FitSummary } from "@sigmax/core/inference";
import type { ExactSettings, LayerMeters, ModelInference, OptimumRecord } from "@sigmax/core/model";
import type { Compared } from "../commands/against.ts";
import type { ModelCard, MeasuredOn } from "./card-data.ts";
import type {
  CalibrationFigures,
  PromiseFigures,
  ReferredRows,
  SelectionFigures,
  SetFigures,
  Subgroups,
} from "./decision-data.ts";
import type { DecisionCurve, StrategyCost } from "@sigmax/core/decide";

/** All that a report shows, as plain data: it can be posted to a worker. */
export interface ReportData {
  /** For example "fashion-mnist". */
  readonly source: string;
  readonly target: string;
  readonly created: Date;
  /** The file the model was written to, and the command line that made it. */
  readonly modelPath: string;
  readonly command: string;
  readonly version: string;
  /** Which rows the figures are of. */
  readonly evaluatedOn: MeasuredOn;
  readonly trainRows: number;
  /** Those among them that only chose the epoch. */
  readonly validationRows: number;
  /** What a reader must know before using the model, a sentence each, without the period. */
  readonly warnings: readonly string[];
  readonly parameterCount: number;
  /** Options of the run in words a reader knows, in order: ["batch", "256"], ["learning rate", "0.1"] … */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly status: string;
  /** `fit` where this run fitted something. */
  readonly seconds: { readonly load: number; readonly fit?: number; readonly evaluate: number };
  /**
   * One per epoch, the first is epoch 1. Loss in nats, means over rows: of training rows over the epoch, while the
   * weights moved; of test rows with the weights at its end, and only where there are such rows.
   */
  readonly history: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly trainAccuracy: number;
    readonly testLoss?: number;
    readonly testAccuracy?: number;
  }[];
  /** The one of `history` whose weights the model has, where validation rows chose it; null where that is the last. */
  readonly keptEpoch: number | null;
  readonly evaluation: Evaluation;
  /** The weights, classes × columns, row-major; null where the columns are another model's scores. */
  readonly weights: Float32Array | Float64Array | null;
  /** What the weights act on. */
  readonly columns: readonly string[];
  /** Where the columns are the pixels of an image. */
  readonly image: { readonly height: number; readonly width: number } | null;
  /** The wrong rows the model was most sure of, surest first, at most twelve. */
  readonly mistakes: readonly {
    /** Row number in its source, from 0. */
    readonly row: number;
    readonly label: string;
    readonly predicted: string;
    /** One per class, in the order of `evaluation.classes`. */
    readonly probabilities: readonly number[];
    /** The row as it stands in the source: pixels 0 … 255 (or 0 … `pixelMax`) when `image` is set; null where missing. */
    readonly values: readonly (number | string | null)[];
  }[];
  /** The names of those values, where they are not `columns`: a table's own columns, before they became features. */
  readonly rowColumns?: readonly string[];
  /** The value of a full pixel, where `image` is set. */
  readonly pixelMax: number;
  /** Where an exact solver ended; null after minibatches. */
  readonly fit: FitFigures | null;
  /** Of an exact fit, class by class against the first: the intercept, then each column; empty where the columns are pixels. */
  readonly coefficients: readonly ReportedCoefficient[];
  /** How well each class is told from the rest, one curve a class: of two classes that of the event, of more the five hardest. */
  readonly ranking: readonly RankingCurve[];
  readonly reasons: Reasons;
  /** Null where no folds were asked for. */
  readonly validation: Omit<CrossValidation, "logits"> | null;
  /** Diagrams of every class; null of a training run, where they would take longer than the fit. */
  readonly calibration: CalibrationFigures | null;
  /** What label sets did; null where the model has none. */
  readonly sets: SetFigures | null;
  readonly selection: SelectionFigures;
  /** Of the event of two classes; null where there are more. */
  readonly benefit: DecisionCurve | null;
  /** Null unless a policy with costs decided. */
  readonly costs: readonly StrategyCost[] | null;
  /** Null where nothing was decided. */
  readonly referred: ReferredRows | null;
  /** Null where nothing is guaranteed. */
  readonly promises: PromiseFigures | null;
  readonly subgroups: readonly Subgroups[];
  /** Another model on the same rows, where one was named. */
  readonly compared?: Compared;
  readonly card: ModelCard;
  /** Absent of a linear model. */
  readonly network?: NetworkFigures;
}

/** Hidden layers, and how they trained. */
export interface NetworkFigures {
  /** Numbers that the last layer acts on. */
  readonly outputs: number;
  /** The last one, that the meters in `layers` are of. */
  readonly epoch: number;
  /** First to last, the output layer at the end. */
  readonly layers: readonly {
    readonly name: string;
    readonly parameters: number;
    readonly meters: LayerMeters | null;
    /** Of the model's own weights: slopes of prelu or β of swish; null where none are learned. */
    readonly slopes: { readonly mean: number; readonly least: number; readonly most: number } | null;
  }[];
  readonly history: readonly { readonly epoch: number; readonly layers: readonly LayerMeters[] }[];
  /** Where validation rows chose the epoch. */
  readonly stopped: {
    readonly epoch: number;
    readonly loss: number;
    readonly patience: number;
    readonly isEarly: boolean;
  } | null;
}

/** An optimum, and what a statistician asks of it. */
export interface FitFigures {
  readonly summary: FitSummary;
  readonly optimum: OptimumRecord;
  readonly settings: ExactSettings;
  /** What the intervals of coefficients and probabilities are made from; null where there are none. */
  readonly covariance: ModelInference["covariance"]["kind"] | null;
  /** Weights that are not 0, of so many; intercepts do not count. */
  readonly nonzeros: number;
  readonly weights: number;
}

export interface ReportedCoefficient extends Coefficient {
  /** What one step in the drawing is in units of the column: its standard deviation; 1 for a mark that is 0 or 1, and for an intercept. */
  readonly step: number;
}

export interface RankingCurve {
  readonly class: string;
  /** From the strictest threshold to the loosest. */
  readonly points: readonly CurvePoint[];
}

/** Some rows, and what each column added to their log-odds. */
export interface Reasons {
  /** The mistakes the model was most sure of; where there are none, the rows it was least sure of. */
  readonly of: "mistakes" | "uncertain";
  /** What the baseline stands for: a row with all numbers at their training means, or at 0. */
  readonly baseline: "means" | "zeros";
  readonly rows: readonly Reason[];
}

export interface Reason {
  /** Row number in its source, from 0, and its true class. */
  readonly row: number;
  readonly label: string;
  /** Of the class that was predicted against the true one, or against the runner-up. */
  readonly explanation: Explanation;
  /** One per class, in the order of `evaluation.classes`; intervals where the model keeps a covariance. */
  readonly probabilities: readonly { readonly value: number; readonly interval: Interval | null }[];
  /** What stands in the source for each contribution; null where missing. */
  readonly values: readonly (number | string | null)[];
}
