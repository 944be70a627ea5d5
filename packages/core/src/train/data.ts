import {
  matrix,
  table,
  tableOf,
  tableOfColumns,
  takeTarget,
  type Columns,
  type Floats,
  type Labels,
  type LedgerEntry,
  type Matrix,
  type Row,
  type Table,
  type Values,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import {
  applyScaling,
  applyScalingExactly,
  createEncoder,
  featureNames,
  fitEncoding,
  fitStandardization,
  type InputColumn,
} from "../features/index.ts";
import type { LinearInput } from "../kernels/index.ts";
import type { Features } from "../model/index.ts";
import { demand } from "./demand.ts";

/** Training rows, in one of four forms. Every one of them is used. */
export type TrainingData = MatrixData | TableData | RowsData | ColumnsData;

/** Where the rows came from, for the model file, and what each counts. */
interface Origin {
  readonly source?: string;
  readonly target?: string;
  readonly ledger?: readonly LedgerEntry[];
  /** What each row counts in the sum of losses, 0 or more. Default 1. */
  readonly sampleWeights?: ArrayLike<number>;
  /** The group of each row (a patient, a clinic), as whole numbers: for the cluster covariance. */
  readonly groups?: ArrayLike<number>;
}

export interface MatrixData extends Origin {
  readonly features: Matrix;
  readonly labels: Labels;
  /** Names of the columns; "0", "1", … unless given. */
  readonly columns?: readonly string[];
  /** Where the columns are the pixels of an image, row by row. */
  readonly image?: Features["image"];
}

export interface TableData extends Origin {
  /** The columns to learn from; one named as the target is left aside. */
  readonly table: Table;
  readonly labels: Labels;
}

/** Plain objects, a field per column. */
export interface RowsData extends Origin {
  readonly rows: readonly Row[];
  /** The column with the class of each row. */
  readonly target: string;
  /** Order of the classes; see `labelsOf`. */
  readonly classes?: readonly string[];
}

/** Plain columns, equally long. */
export interface ColumnsData extends Origin {
  readonly columns: Columns;
  /** The column with the class of each row. */
  readonly target: string;
  /** Order of the classes; see `labelsOf`. */
  readonly classes?: readonly string[];
}

/** Training rows, checked, and what was learned of their columns. */
export interface PreparedData {
  readonly rows: number;
  readonly labels: Labels;
  readonly features: Features;
  /** What each row counts in the sum of losses; null: 1. */
  readonly sampleWeights: Float64Array | null;
  /** The group of each row; null: each is its own. */
  readonly groups: Int32Array | null;
  /** Whether the features are the given numbers but for one scale: pixels, or float32. */
  readonly isPlain: boolean;
  /** The given numbers, where the features are those but for one scale. */
  readonly plain: Values | null;
  /** The features as the float32 kernels take them. */
  input(): LinearInput;
  /** The features in float64, rows × features. */
  exactValues(): Float64Array;
}

/** Bytes of features of a table, at most: the run's own copy comes on top. */
const mostBytes = 2 ** 30;

/** @throws InputError when the data are not what `fitClassifier` takes */
export function prepare(data: TrainingData, scaling: "standardize" | number): PreparedData {
  const isScaling = scaling === "standardize" || (scaling > 0 && Number.isFinite(scaling));
  demand("scaling", scaling, isScaling, '"standardize" or a positive number');
  if ("features" in data) return prepareMatrix(data, scaling);
  demand("scaling", scaling, scaling === "standardize", '"standardize" for a table');
  if ("table" in data) {
    const columns = data.table.columns.filter(({ name }) => name !== data.target);
    return prepareTable(table(columns), data.labels, data);
  }
  const all = "rows" in data ? tableOf(data.rows) : tableOfColumns(data.columns);
  const taken = takeTarget(all, data.target, data.classes);
  return prepareTable(taken.table, taken.labels, data);
}

function prepareMatrix(data: MatrixData, wanted: "standardize" | number): PreparedData {
  const { features, labels, columns, image } = data;
  matrix(features.values, features.rows, features.columns);
  checkShape(features, labels);
  if (columns && columns.length !== features.columns)
    throw new InputError(
      `fitClassifier: needs one name per column, got ${columns.length} names for ${features.columns} columns`,
    );
  if (image && image.height * image.width !== features.columns)
    throw new InputError(
      `fitClassifier: an image of ${image.height} × ${image.width} has ${image.height * image.width} pixels, got ${features.columns} columns`,
    );
  const scaling =
    wanted === "standardize"
      ? fitStandardization(features, columns)
      : ({ kind: "constant", scale: wanted } as const);
  return {
    rows: features.rows,
    labels,
    features: {
      columns: columns ?? Array.from({ length: features.columns }, (_, j) => String(j)),
      image: image ?? null,
      scaling,
    },
    sampleWeights: weightsOf(data, features.rows),
    groups: groupsOf(data, features.rows),
    isPlain: scaling.kind === "constant" && !(features.values instanceof Float64Array),
    plain: scaling.kind === "constant" ? features.values : null,
    input: () => applyScaling(scaling, features),
    exactValues: () => applyScalingExactly(scaling, features),
  };
}

function prepareTable(rows: Table, labels: Labels, origin: Origin): PreparedData {
  checkShape({ rows: rows.rows, columns: rows.columns.length }, labels);
  const { columns, scaling } = fitEncoding(rows);
  const names = featureNames(columns);
  checkSize(rows.rows, names.length, columns);
  const encoder = createEncoder(columns, scaling);
  const encode = <F extends Floats>(values: F): F => {
    encoder.openTable(rows)(0, rows.rows, values);
    return values;
  };
  const numbers = rows.rows * encoder.width;
  return {
    rows: rows.rows,
    labels,
    features: { columns: names, image: null, scaling, table: columns },
    sampleWeights: weightsOf(origin, rows.rows),
    groups: groupsOf(origin, rows.rows),
    isPlain: false,
    plain: null,
    input: () => ({ values: encode(new Float32Array(numbers)), columns: encoder.width, scale: 1 }),
    exactValues: () => encode(new Float64Array(numbers)),
  };
}

/**
 * Groups numbered in the order in which they come.
 *
 * @throws InputError unless there is one group per row, each a whole number
 */
function groupsOf({ groups }: Origin, rows: number): Int32Array | null {
  if (groups === undefined) return null;
  if (groups.length !== rows)
    throw new InputError(`fitClassifier: needs one group per row, got ${groups.length} for ${rows} rows`);
  const places = new Map<number, number>();
  return Int32Array.from({ length: rows }, (_, row) => {
    const group = groups[row];
    if (!Number.isSafeInteger(group))
      throw new InputError(`fitClassifier: groups must be whole numbers, got ${group} at row ${row}`);
    if (!places.has(group)) places.set(group, places.size);
    return places.get(group) ?? 0;
  });
}

/** @throws InputError unless there is one weight per row, none negative, not all 0 */
function weightsOf({ sampleWeights }: Origin, rows: number): Float64Array | null {
  if (sampleWeights === undefined) return null;
  const weights = Float64Array.from(sampleWeights);
  if (weights.length !== rows)
    throw new InputError(
      `fitClassifier: needs one sample weight per row, got ${weights.length} weights for ${rows} rows`,
    );
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0)
    throw new InputError(
      `fitClassifier: sample weights must be 0 or positive numbers, got ${weights[bad]} at row ${bad}`,
    );
  if (!weights.some((weight) => weight > 0))
    throw new InputError("fitClassifier: some sample weight must be positive, all are 0");
  return weights;
}

function checkShape({ rows, columns }: { rows: number; columns: number }, labels: Labels): void {
  if (rows === 0 || columns === 0)
    throw new InputError(`fitClassifier: needs rows and columns, got ${rows} rows and ${columns} columns`);
  if (labels.indices.length !== rows)
    throw new InputError(
      `fitClassifier: needs one label per row, got ${labels.indices.length} labels for ${rows} rows`,
    );
  if (labels.classes.length < 2)
    throw new InputError(
      `fitClassifier: needs two classes or more, got ${labels.classes.length === 1 ? `only "${labels.classes[0]}"` : "none"}`,
    );
  const bad = labels.indices.findIndex((k) => k < 0 || k >= labels.classes.length);
  if (bad >= 0)
    throw new InputError(
      `fitClassifier: labels must be integers in [0, ${labels.classes.length}), got ${labels.indices[bad]} at row ${bad}`,
    );
}

function checkSize(rows: number, features: number, columns: readonly InputColumn[]): void {
  const bytes = rows * features * 4;
  if (bytes <= mostBytes) return;
  const widest = columns.reduce((a, b) => (categoryCount(b) > categoryCount(a) ? b : a));
  throw new InputError(
    `fitClassifier: ${rows} rows become ${features} features each, ${(bytes / 1e9).toFixed(1)} GB, which is above 1.1 GB${categoryCount(widest) > 1 ? `; column "${widest.name}" has ${categoryCount(widest)} categories: leave it out, or group them` : ""}`,
  );
}

function categoryCount(column: InputColumn): number {
  return column.kind === "categorical" ? column.categories.length : 0;
}

/** Which columns are 0 in every row: nothing can be learned of them. */
export function silentColumns({ values, columns }: LinearInput): number[] {
  let silent = Array.from({ length: columns }, (_, j) => j);
  for (let start = 0; start < values.length && silent.length > 0; start += columns)
    if (silent.some((j) => values[start + j] !== 0)) silent = silent.filter((j) => values[start + j] === 0);
  return silent;
}
