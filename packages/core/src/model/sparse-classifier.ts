import {
  describe,
  type Logits,
  type Matrix,
  type Row,
  type SparseMatrix,
  type Table,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { compareTable, createSparseEncoder, type SparseEncoder } from "../features/index.ts";
import type { Kernels, SparseLogits } from "../kernels/index.ts";
import type { Classifier, ClassifierParts } from "./classifier.ts";
import { checkFinite } from "./finite.ts";
import { isExact } from "./layer.ts";

/** Rows that are encoded and multiplied at a time. */
const rowsAtOnce = 2048;

/** Whether some of a model's columns are of texts, so that its features are sparse. */
export function takesTexts({ features }: Pick<ClassifierParts, "features">): boolean {
  return features.table?.some(({ kind }) => kind === "text") ?? false;
}

/** A linear classifier over columns of which some are of texts. */
export function createSparseClassifier(parts: ClassifierParts, kernels: Kernels): Classifier {
  const { features, head, classes, calibration } = parts;
  const { scaling, table: columns = [] } = features;
  const [layer] = parts.layers;
  if (isExact(layer) || parts.body !== null || scaling.kind !== "columns")
    throw new InputError("classifier: a model of texts must be linear, in float32, its columns standardized");
  let opened: { readonly encoder: SparseEncoder; readonly multiply: SparseLogits } | null = null;
  const open = (): NonNullable<typeof opened> =>
    (opened ??= {
      encoder: createSparseEncoder(columns, scaling),
      multiply: kernels.createSparseLogits(layer),
    });
  const logitsOf = (rows: SparseMatrix): Float32Array => open().multiply(rows);
  const calibrated = (logits: Logits): Logits => calibration?.calibrator.apply(logits) ?? logits;

  const rawLogits = (input: Matrix | Table): Logits => {
    if ("values" in input) refuseMatrix();
    const encode = open().encoder.openTable(input);
    const outputs = new Float32Array(input.rows * layer.bias.length);
    for (let first = 0; first < input.rows; first += rowsAtOnce)
      outputs.set(
        logitsOf(encode(first, Math.min(rowsAtOnce, input.rows - first))),
        first * layer.bias.length,
      );
    const values = head.logits(checkFinite(outputs, layer.bias.length, false));
    return { rows: input.rows, columns: classes.length, values, unit: "logits" };
  };
  const logits = (input: Matrix | Table): Logits => calibrated(rawLogits(input));
  const encodeRow = (row: Row | ArrayLike<number>): SparseMatrix => {
    if (typeof row !== "object" || row === null)
      throw new InputError(`classifier: a row must be an object, got ${describe(row)}`);
    return isNumbers(row) ? refuseMatrix() : open().encoder.encodeRow(row);
  };

  return {
    ...parts,
    logits,
    rawLogits,
    encode: () => {
      throw new InputError(
        `classifier: the ${features.columns.length} features of a row with texts are sparse; createSparseEncoder makes them`,
      );
    },
    predict: (input) => head.probabilities(logits(input), kernels),
    probabilities(row) {
      const values = head.logits(checkFinite(logitsOf(encodeRow(row)), layer.bias.length, false));
      const own = head.probabilities(
        calibrated({ rows: 1, columns: classes.length, values, unit: "logits" }),
      );
      return Object.fromEntries(classes.map((name, k) => [name, own.values[k]]));
    },
    compareTable: (table) => compareTable(columns, table),
  };
}

function isNumbers(row: Row | ArrayLike<number>): row is ArrayLike<number> {
  return ArrayBuffer.isView(row) || Array.isArray(row);
}

function refuseMatrix(): never {
  throw new InputError(
    "classifier: the model takes texts, which are no numbers; give a table, or rows as objects",
  );
}
