import type { LedgerEntry, Logits, Matrix, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, type Scaling } from "../features/index.ts";
import type { Kernels, LinearLayer } from "../kernels/index.ts";
import type { Head } from "./heads/softmax.ts";

/** What goes in: the columns in order, and what was learned of them from the training rows. */
export interface Features {
  readonly columns: readonly string[];
  /** Where the columns are the pixels of an image, row by row. */
  readonly image: { readonly height: number; readonly width: number } | null;
  readonly scaling: Scaling;
}

/** How minibatch training ended. */
export type FitStatus = "completed" | "diverged" | "cancelled";

/** Means over an epoch's rows, each row seen with the weights before its step. */
export interface EpochRecord {
  readonly epoch: number;
  /** In nats, without the penalty. */
  readonly loss: number;
  readonly accuracy: number;
}

/** How the weights came to be. The same run gives the same record: no clock, no machine. */
export interface TrainingRun {
  readonly source: string;
  readonly target: string;
  readonly rows: number;
  readonly status: FitStatus;
  readonly seed: number;
  readonly options: {
    readonly solver: "sgd";
    readonly epochs: number;
    readonly batch: number;
    readonly learningRate: number;
    readonly schedule: "constant" | "step" | "cosine";
    readonly warmUp: number;
    readonly stepEpochs: number;
    readonly stepFactor: number;
    readonly momentum: number;
    readonly l2: number;
  };
  readonly history: readonly EpochRecord[];
  readonly version: string;
}

/** The numbers and names of a classifier: all that a file has to hold. */
export interface ClassifierParts {
  readonly classes: readonly string[];
  readonly features: Features;
  readonly layers: readonly [LinearLayer];
  readonly head: Head;
  readonly training: TrainingRun;
  readonly ledger: readonly LedgerEntry[];
}

/** A fitted classifier. It does not change. */
export interface Classifier extends ClassifierParts {
  /**
   * Logits of each row, rows × classes, in nats.
   *
   * @param input rows × columns, in the units of the training columns
   * @throws InputError when the columns are not as many as the model's, the values not rows × columns, or
   *   a row has no finite logits: it holds NaN, Infinity or numbers beyond float32
   */
  logits(input: Matrix): Logits;
  /** Probabilities of each row, rows × classes. Throws as `logits` does. */
  predict(input: Matrix): Probabilities;
}

/** A classifier over its parts, computing with `kernels`. */
export function createClassifier(parts: ClassifierParts, kernels: Kernels): Classifier {
  const { features, layers, head, classes } = parts;
  const logits = (input: Matrix): Logits => {
    if (input.columns !== features.columns.length)
      throw new InputError(
        `classifier: the model takes ${features.columns.length} columns, got ${input.columns}`,
      );
    if (input.values.length !== input.rows * input.columns)
      throw new InputError(
        `classifier: ${input.rows} rows of ${input.columns} columns need ${input.rows * input.columns} values, got ${input.values.length}`,
      );
    const values = new Float32Array(input.rows * classes.length);
    kernels.linear(layers[0], applyScaling(features.scaling, input), values);
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new InputError(
        `classifier: the columns must be finite numbers that float32 can hold, but row ${Math.floor(bad / classes.length)} gives a logit of ${values[bad]}`,
      );
    return { rows: input.rows, columns: classes.length, values, unit: "logits" };
  };
  return { ...parts, logits, predict: (input) => head.probabilities(logits(input)) };
}
