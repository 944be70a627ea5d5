import type { Evaluation } from "@sigmax/core/evaluate";

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
  /** "test" or "train": which rows the figures are of. */
  readonly evaluatedOn: "test" | "train";
  readonly trainRows: number;
  readonly parameterCount: number;
  /** Options of the run in words a reader knows, in order: ["batch", "256"], ["learning rate", "0.1"] … */
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly status: string;
  readonly seconds: { readonly load: number; readonly fit: number; readonly evaluate: number };
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
  readonly evaluation: Evaluation;
  /** The weights, classes × columns, row-major. */
  readonly weights: Float32Array | Float64Array;
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
}
