import {
  matrix,
  table,
  tableOf,
  tableOfColumns,
  takeTarget,
  type Columns,
  type Labels,
  type LedgerEntry,
  type Matrix,
  type Row,
  type Table,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import {
  applyScaling,
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

/** What the model file says of where the rows came from. */
interface Origin {
  readonly source?: string;
  readonly target?: string;
  readonly ledger?: readonly LedgerEntry[];
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

/** Training rows as the kernels take them. */
export interface PreparedData {
  readonly input: LinearInput;
  readonly labels: Labels;
  readonly features: Features;
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
    return prepareTable(table(columns), data.labels);
  }
  const all = "rows" in data ? tableOf(data.rows) : tableOfColumns(data.columns);
  const taken = takeTarget(all, data.target, data.classes);
  return prepareTable(taken.table, taken.labels);
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
    input: applyScaling(scaling, features),
    labels,
    features: {
      columns: columns ?? Array.from({ length: features.columns }, (_, j) => String(j)),
      image: image ?? null,
      scaling,
    },
  };
}

function prepareTable(rows: Table, labels: Labels): PreparedData {
  checkShape({ rows: rows.rows, columns: rows.columns.length }, labels);
  const { columns, scaling } = fitEncoding(rows);
  const names = featureNames(columns);
  checkSize(rows.rows, names.length, columns);
  const encoder = createEncoder(columns, scaling);
  const values = new Float32Array(rows.rows * encoder.width);
  encoder.openTable(rows)(0, rows.rows, values);
  return {
    input: { values, columns: encoder.width, scale: 1 },
    labels,
    features: { columns: names, image: null, scaling, table: columns },
  };
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
