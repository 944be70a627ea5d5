import {
  describe,
  partOf,
  type LedgerEntry,
  type Logits,
  type Matrix,
  type Probabilities,
  type Row,
  type Table,
  type Floats,
  type Values,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import {
  compareTable,
  createEncoder,
  type Encoder,
  type InputColumn,
  type Scaling,
  type TableComparison,
} from "../features/index.ts";
import type { ProbabilityValue } from "../functions/index.ts";
import type { Kernels } from "../kernels/index.ts";
import type { ModelCalibration } from "./calibration.ts";
import type { Head } from "./heads/head.ts";
import type { Body } from "./body.ts";
import {
  bodyWork,
  float32Work,
  float64Work,
  givenWork,
  isExact,
  type AnyLayer,
  type FeatureRows,
  type LayerWork,
  type ScoreUnit,
} from "./layer.ts";
import { checkFinite } from "./finite.ts";
import { createSparseClassifier, takesTexts } from "./sparse-classifier.ts";
import type { ModelInference, TrainingRun } from "./training.ts";

/** What goes in, and what was learned of it from the training rows. */
export interface Features {
  /** Names of what the weights act on, in order: columns, or the features that columns of a table became. */
  readonly columns: readonly string[];
  /** Where the columns are the pixels of an image, row by row. */
  readonly image: { readonly height: number; readonly width: number } | null;
  readonly scaling: Scaling;
  /** The columns of the table that the model was fitted on; absent where those were `columns` themselves. */
  readonly table?: readonly InputColumn[];
  /** Texts that stood for a missing value in the file of the table, where the user named them; absent: the usual ones. */
  readonly missing?: readonly string[];
}

/** The numbers and names of a classifier: all that a file has to hold. */
export interface ClassifierParts {
  readonly classes: readonly string[];
  readonly features: Features;
  /** What turns the features into those that the layer acts on; null where it acts on the features themselves. */
  readonly body: Body | null;
  /** One; none where the columns are another model's scores. */
  readonly layers: readonly AnyLayer[];
  /** What the columns are where they are another model's scores, one per class or one of the second of two; else null. */
  readonly scores: ScoreUnit | null;
  readonly head: Head;
  readonly training: TrainingRun;
  /** Null where no covariance was kept. */
  readonly inference: ModelInference | null;
  /** Null where the logits are taken as they are. */
  readonly calibration: ModelCalibration | null;
  readonly ledger: readonly LedgerEntry[];
}

/** A fitted classifier. It does not change. */
export interface Classifier extends ClassifierParts {
  /**
   * Calibrated logits of each row, rows × classes, in nats. A table's columns are found by name, others left aside;
   * `compareTable` tells what that would be.
   *
   * @param input the training columns in their units: a table, or a matrix with the columns in order
   * @throws InputError when a column is not there or not of its kind, the columns of a matrix are not as many
   *   as the model's, the values not rows × columns, or a row has no finite logits: it holds NaN, Infinity
   *   or numbers beyond float32
   */
  logits(input: Matrix | Table): Logits;
  /** The logits before calibration: what calibrators are fitted on. Throws as `logits` does. */
  rawLogits(input: Matrix | Table): Logits;
  /** The features of each row, as the weights of the linear layer act on them: behind a body, what that makes of them. Throws as `logits` does. */
  encode(input: Matrix | Table): Matrix<Float64Array>;
  /** Probabilities of each row, rows × classes; they sum to 1 unless `head` says that classes are labels of which a row carries any number. Throws as `logits` does. */
  predict(input: Matrix | Table): Probabilities;
  /**
   * Probabilities of one row by class, the same as `predict` gives. A category that no training row has
   * counts as none; missing is null, and becomes what it became in training.
   *
   * @param row an object with a field per column, or the numbers of the columns in order
   * @throws InputError as `logits` does
   */
  probabilities(row: Row | ArrayLike<number>): Record<string, ProbabilityValue>;
  /** How a table differs from those the model was fitted on: other columns, missing values, unseen categories. */
  compareTable(table: Table): TableComparison;
}

/** Features of rows worked on at a time: a megabyte of float32. */
const blockNumbers = 1 << 18;

/** A classifier over its parts, computing with `kernels`. */
export function createClassifier(parts: ClassifierParts, kernels: Kernels): Classifier {
  if (takesTexts(parts)) return createSparseClassifier(parts, kernels);
  const { scores, layers, body } = parts;
  const { scaling, columns } = parts.features;
  if (scores !== null)
    return classifierOver(parts, parts.classes.length, givenWork(scaling, scores, columns.length), kernels);
  const [layer] = layers;
  if (body !== null) {
    if (isExact(layer)) throw new InputError("classifier: the linear layer behind a body must be in float32");
    return classifierOver(parts, layer.bias.length, bodyWork(layer, body, scaling, kernels), kernels);
  }
  return isExact(layer)
    ? classifierOver(parts, layer.bias.length, float64Work(layer, scaling), kernels)
    : classifierOver(parts, layer.bias.length, float32Work(layer, scaling, columns.length, kernels), kernels);
}

/**
 * The linear layer of a model whose weights act on the features themselves.
 *
 * @param where for the message
 * @throws InputError when it has none, its logits being another model's, or hidden layers stand before it
 */
export function linearLayerOf({ layers, scores, body }: ClassifierParts, where: string): AnyLayer {
  if (scores !== null)
    throw new InputError(
      `${where}: the model has no weights of its own: its columns are another model's scores`,
    );
  if (body !== null)
    throw new InputError(
      `${where}: the model has hidden layers, so no weight belongs to a column; a linear model (without hidden) has such weights`,
    );
  return layers[0];
}

/**
 * For what is about classes that exclude each other.
 *
 * @param where for the message
 * @throws InputError when the model gives several labels at once
 */
export function needOneOfK({ head }: Pick<ClassifierParts, "head">, where: string): void {
  if (!head.isExclusive)
    throw new InputError(
      `${where}: the model gives several labels at once, and this is for classes of which every row has exactly one`,
    );
}

function classifierOver<F extends Floats>(
  parts: ClassifierParts,
  outputCount: number,
  work: LayerWork<F>,
  kernels: Kernels,
): Classifier {
  const { features, head, classes, calibration } = parts;
  const width = features.columns.length;
  const mayMask = parts.scores === "probabilities";
  const inputs =
    features.table ??
    features.columns.map((name): InputColumn => ({ kind: "numeric", name, hasMissing: false }));
  let encoder: Encoder | null = null;
  const openEncoder = (): Encoder => (encoder ??= createEncoder(inputs, features.scaling));

  /** What gives the features of rows [first, first + count); it may write them to `block`. */
  const openInput = (input: Matrix | Table): ((first: number, rows: number, block: F) => FeatureRows<F>) => {
    if ("values" in input) {
      checkMatrix(input, inputs.length);
      const { columns, values } = input;
      if (!features.table)
        return (first, rows, block) => {
          const own = values.subarray(first * columns, (first + rows) * columns);
          return work.scale({ rows, columns, values: own }, block);
        };
    }
    const encode = "values" in input ? openEncoder().openMatrix(input) : openEncoder().openTable(input);
    return (first, rows, block) => {
      encode(first, rows, block);
      return { values: partOf(block, 0, rows * width), columns: width, scale: 1 };
    };
  };
  /** Gives the features of all rows, some at a time. */
  const forBlocks = (
    input: Matrix | Table,
    use: (own: FeatureRows<F>, first: number, count: number) => void,
  ): void => {
    const { rows } = input;
    const featuresOf = openInput(input);
    const rowsAtOnce = Math.min(rows, Math.max(64, Math.floor(blockNumbers / Math.max(width, work.width))));
    const block = work.create(rowsAtOnce * width);
    for (let first = 0; first < rows; first += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - first);
      use(featuresOf(first, count, block), first, count);
    }
  };
  const calibrated = (logits: Logits): Logits => calibration?.calibrator.apply(logits) ?? logits;
  const rawLogits = (input: Matrix | Table): Logits => {
    const { rows } = input;
    const outputs = work.create(rows * outputCount);
    forBlocks(input, (own, first, count) => {
      work.multiply(own, partOf(outputs, first * outputCount, (first + count) * outputCount));
    });
    const values = head.logits(checkFinite(outputs, outputCount, mayMask));
    return { rows, columns: classes.length, values, unit: "logits" };
  };

  // Copied, and then written to: faster than a new object, and "__proto__" is a class like any other.
  const template: Record<string, number> = Object.fromEntries(classes.map((name) => [name, 0]));
  const encodedRow = work.create(width);
  const encoded: FeatureRows<F> = { values: encodedRow, columns: width, scale: 1 };
  /** Outputs of the layer for one row, good until the next. */
  const outputsOf = (row: Row | ArrayLike<number>): F => {
    if (!isNumbers(row)) {
      if (typeof row !== "object" || row === null)
        throw new InputError(
          `classifier: a row must be an object or an array of numbers, got ${describe(row)}`,
        );
      openEncoder().encodeRow(row, encodedRow);
      return work.multiplyRow(encoded);
    }
    const input = { rows: 1, columns: inputs.length, values: valuesOf(row, inputs.length) };
    if (!features.table) return work.multiplyRow(work.scale(input, encodedRow));
    openEncoder().openMatrix(input)(0, 1, encodedRow);
    return work.multiplyRow(encoded);
  };

  const logits = (input: Matrix | Table): Logits => calibrated(rawLogits(input));

  return {
    ...parts,
    logits,
    rawLogits,
    encode(input) {
      const columns = work.width;
      const values = new Float64Array(input.rows * columns);
      forBlocks(input, (own, first) => {
        const { values: represented, scale } = work.represent(own);
        for (let i = 0, at = first * columns; i < represented.length; i++, at++)
          values[at] = scale * represented[i];
      });
      return { rows: input.rows, columns, values };
    },
    predict: (input) => head.probabilities(logits(input), kernels),
    probabilities(row) {
      const values = head.logits(checkFinite(outputsOf(row), outputCount, mayMask));
      const own = head.probabilities(
        calibrated({ rows: 1, columns: classes.length, values, unit: "logits" }),
        kernels,
      ).values;
      const named = { ...template };
      for (let k = 0; k < classes.length; k++) named[classes[k]] = own[k];
      return named;
    },
    compareTable: (table) => compareTable(inputs, table),
  };
}

function isNumbers(row: Row | ArrayLike<number>): row is ArrayLike<number> {
  return ArrayBuffer.isView(row) || Array.isArray(row);
}

/** The numbers of one row, as a matrix has them. */
function valuesOf(row: ArrayLike<number>, columns: number): Values {
  if (row.length !== columns)
    throw new InputError(`classifier: the model takes ${columns} columns, got a row of ${row.length}`);
  if (row instanceof Uint8Array || row instanceof Float32Array || row instanceof Float64Array) return row;
  for (let j = 0; j < columns; j++) {
    if (typeof row[j] !== "number")
      throw new InputError(`classifier: a row of numbers has ${describe(row[j])} at place ${j}`);
  }
  return Float64Array.from(row);
}

function checkMatrix({ rows, columns, values }: Matrix, expected: number): void {
  if (columns !== expected)
    throw new InputError(`classifier: the model takes ${expected} columns, got ${columns}`);
  if (values.length !== rows * columns)
    throw new InputError(
      `classifier: ${rows} rows of ${columns} columns need ${rows * columns} values, got ${values.length}`,
    );
}
