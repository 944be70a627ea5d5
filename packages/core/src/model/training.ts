/**
 * How a fit ended: `completed` to `cancelled` end minibatch training (`stopped-early`: validation rows no longer gained,
 * and the weights are those of their best epoch), the others the exact solvers; `given`: the scores are another model's.
 */
export type FitStatus =
  | "given"
  | "completed"
  | "stopped-early"
  | "diverged"
  | "cancelled"
  | "certified"
  | "gradient"
  | "stalled"
  | "budget";

/** Means over an epoch's rows, each row seen with the weights before its step. */
export interface EpochRecord {
  readonly epoch: number;
  /** In nats, without the penalty, of several labels their sum; of weighted rows Σ s·loss / rows. */
  readonly loss: number;
  /** Every row counts alike; of several labels, rows whose whole set is right. */
  readonly accuracy: number;
  /** The same of the validation rows, with the weights at the epoch's end; absent where there are none. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /** How each layer of a network fared, the linear one at the end last; absent of linear models, and of some epochs of long runs. */
  readonly layers?: readonly LayerMeters[];
}

/** How a layer fared at the end of an epoch: over its last batches, until some hundred rows are seen. */
export interface LayerMeters {
  /** "256:relu", or "output". */
  readonly name: string;
  /** ‖g‖ over the layer's parameters, of the mean loss of the last batch, without the penalty's share in what is clipped. */
  readonly gradientNorm: number;
  /** ‖Δw‖ / ‖w‖ of the last step. */
  readonly updateRatio: number;
  /** Mean and standard deviation over all its outputs, before dropout. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of units that are 0 for all of those rows; null where the activation has no flat half to be 0 on. */
  readonly dead: number | null;
  /** The same of the first rows learned from: what no step had killed. In the first epoch only, where `dead` is not null. */
  readonly deadAtStart?: number;
  /** What was learned of the activation's own shape (the slopes of prelu, the β of swish); absent where nothing is. */
  readonly slopes?: { readonly mean: number; readonly least: number; readonly most: number };
}

/** How the weights came to be. The same run gives the same record: no clock, no machine. */
export interface TrainingRun {
  readonly source: string;
  /** The column of the classes; of several label columns their names, with commas between. */
  readonly target: string;
  /** Of several labels in one column, what stands between them; absent where each label is a column of its own. */
  readonly separator?: string;
  readonly rows: number;
  /** What the rows of each class, or those that carry each label, counted together, before class weights; absent in older files. */
  readonly classRows?: readonly number[];
  readonly status: FitStatus;
  readonly seed: number;
  readonly options: DescentSettings | ExactSettings | GivenSettings;
  /** By epoch of minibatch training; the exact solvers have none. */
  readonly history: readonly EpochRecord[];
  /** Where an exact solver ended; null after minibatch training. */
  readonly optimum: OptimumRecord | null;
  /** What the fit has to say of its rows, a sentence each without the period; absent where nothing. */
  readonly warnings?: readonly string[];
  readonly version: string;
}

/** Scores of another model: nothing was fitted. */
export interface GivenSettings {
  readonly solver: "given";
}

/** Minibatch gradient descent. What is absent was not used. */
export interface DescentSettings extends NetworkSettings {
  readonly solver: "sgd" | "adam" | "adamw";
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule: "constant" | "step" | "cosine";
  readonly warmUp: number;
  readonly stepEpochs: number;
  readonly stepFactor: number;
  readonly momentum: number;
  readonly l2: number;
  /** What the rows of each class counted, by class; null: all rows alike. */
  readonly classWeights: readonly number[] | null;
  /** Whether the intercepts were moved so that the probabilities are those of the unweighted rows. */
  readonly corrected: boolean;
}

/** What a linear model by plain steps has none of. */
interface NetworkSettings {
  /** "256:relu,128:prelu" */
  readonly hidden?: string;
  /** "patches:4, heads 4, width 64, depth 2, positions learned": the body where it is one of attention. */
  readonly attention?: string;
  readonly initialization?: "auto" | "he" | "glorot" | "lecun";
  readonly dropout?: number;
  readonly layerNorm?: boolean;
  readonly residual?: boolean;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  readonly clipNorm?: number;
  readonly labelSmoothing?: number;
  /** Epochs without a gain on validation rows that end the run, and the share of the training rows that those were. */
  readonly patience?: number;
  readonly validate?: number;
}

/** Whether a run went by minibatches. */
export function isDescent(options: TrainingRun["options"]): options is DescentSettings {
  return "epochs" in options;
}

/** The optimum of Σ loss + λ Σ (α|w| + ½(1 − α) w²), w in the units of `penaltyUnits`, the intercepts free. */
export interface ExactSettings {
  readonly solver: "newton" | "lbfgs" | "coordinate-descent";
  /** λ */
  readonly l2: number;
  /** α */
  readonly l1Ratio: number;
  readonly penaltyUnits: "standardized" | "original";
  /** What the bound on f − f*, relative to f, was to reach. */
  readonly tolerance: number;
  /** What the rows of each class counted, by class; null: all rows alike. */
  readonly classWeights: readonly number[] | null;
  /** Whether the intercepts were moved so that the probabilities are those of the unweighted rows. */
  readonly corrected: boolean;
  /** How λ was chosen by cross-validation; null: it was given. */
  readonly choice: {
    /** With the lowest log-loss on held-out rows, and the largest within one standard error of it. */
    readonly minimum: number;
    readonly oneStandardError: number;
    /** Log-loss in nats a row and its standard error over the folds, by λ. */
    readonly path: readonly {
      readonly lambda: number;
      readonly logLoss: number;
      readonly standardError: number;
    }[];
  } | null;
}

export interface OptimumRecord {
  /** f, in nats, with the penalty. */
  readonly objective: number;
  /** A proven bound on f − f*, in nats; null where there is no penalty to prove it with. */
  readonly gap: number | null;
  /** ½ gᵀH⁻¹g, an estimate of f − f*, where the solver has it. */
  readonly decrement: number | null;
  /** ‖∇f‖ over all parameters, in the units of the features. */
  readonly gradientNorm: number;
  readonly iterations: number;
  /** Passes over the rows, forward and backward together one. */
  readonly passes: number;
  /** Σ ln p(true class) of the training rows, weighted as they were, without the penalty. */
  readonly logLikelihood: number;
  /** The same of intercepts alone. */
  readonly nullLogLikelihood: number;
  /** Of the coefficients, intercepts included; effective ones with a penalty; null where not computed. */
  readonly degreesOfFreedom: number | null;
}

/**
 * Which covariance of the coefficients: `wald` is H⁻¹ where there is no penalty; with one, `laplace` is H_λ⁻¹, that of
 * the posterior, and `sandwich` is H_λ⁻¹ H H_λ⁻¹, that of the estimate around its biased center. `robust` and
 * `cluster` take the scores' own squares for the middle, by row and by group.
 */
export type CovarianceKind = "wald" | "laplace" | "sandwich" | "robust" | "cluster";

/** What the model keeps of how uncertain its coefficients are; of a network those of its last layer. */
export interface ModelInference {
  readonly covariance: FullCovariance | KroneckerCovariance;
}

export interface FullCovariance {
  readonly kind: CovarianceKind;
  /** (K − 1)(columns + 1) squared: see `Covariance` in inference. */
  readonly values: Float64Array;
}

/**
 * Laplace's covariance of a last layer too large for a whole matrix: (Σ S ⊗ mean x̃x̃ᵀ + λ I)⁻¹, S = diag(p) − ppᵀ, by
 * the eigenvectors of both factors. In the coding of `Covariance`: Σᵢⱼ (uᵢuᵢᵀ) ⊗ (vⱼvⱼᵀ) / (αᵢ μⱼ + λ).
 */
export interface KroneckerCovariance {
  readonly kind: "kronecker";
  /** uᵢ as rows, columns + 1 squared; αᵢ. */
  readonly columnVectors: Float64Array;
  readonly columnValues: Float64Array;
  /** vⱼ as rows, K − 1 squared; μⱼ. */
  readonly classVectors: Float64Array;
  readonly classValues: Float64Array;
  /** λ */
  readonly precision: number;
}
