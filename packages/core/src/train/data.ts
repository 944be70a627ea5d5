import {
  isLabelSets,
  matrix,
  table,
  tableOf,
  tableOfColumns,
  takeLabelSets,
  takeTarget,
  type Columns,
  type Floats,
  type Labels,
  type LabelSets,
  type LedgerEntry,
  type Matrix,
  type Row,
  type SparseMatrix,
  type Table,
  type Values,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import {
  applyScaling,
  applyScalingExactly,
  createEncoder,
  createSparseEncoder,
  featureNames,
  fitEncoding,
  fitStandardization,
  type InputColumn,
  type TextColumns,
} from "../features/index.ts";
import type { LinearInput } from "../kernels/index.ts";
import type { Features } from "../model/index.ts";
import { demand } from "./demand.ts";

/** Training rows, in one of four forms. Every one of them is used. */
export type TrainingData =
  | MatrixData<Labels | LabelSets>
  | TableData<Labels | LabelSets>
  | RowsData
  | ColumnsData;

/** Where the rows came from, for the model file, and what each counts. */
interface Origin {
  readonly source?: string;
  /** The column of the classes or labels; of several label columns it may be left out. */
  readonly target?: string | readonly string[];
  /** What stood between the labels of a row, where one column listed them. */
  readonly separator?: string;
  readonly ledger?: readonly LedgerEntry[];
  /** What each row counts in the sum of losses, 0 or more. Default 1. */
  readonly sampleWeights?: ArrayLike<number>;
  /** The group of each row (a patient, a clinic), as whole numbers: for the cluster covariance. */
  readonly groups?: ArrayLike<number>;
}

export interface MatrixData<L extends Labels | LabelSets = Labels> extends Origin {
  readonly features: Matrix;
  /** The class of each row, or which labels each carries. */
  readonly labels: L;
  /** Names of the columns; "0", "1", … unless given. */
  readonly columns?: readonly string[];
  /** Where the columns are the pixels of an image, row by row. */
  readonly image?: Features["image"];
}

export interface TableData<L extends Labels | LabelSets = Labels> extends Origin {
  /** The columns to learn from; one named as the target is left aside. */
  readonly table: Table;
  /** The class of each row, or which labels each carries. */
  readonly labels: L;
}

/** Where the answers stand among the columns. */
interface Targets {
  /** The column with the class of each row, or with its labels; or a list of columns that are 0 or 1 each, one a label. */
  readonly target: string | readonly string[];
  /** What stands between the labels of a row, where one column lists them. Default: it holds classes; ";" with the multilabel head. */
  readonly separator?: string;
  /** Order of the classes, see `labelsOf`; or of the labels of such a column. */
  readonly classes?: readonly string[];
}

/** Plain objects, a field per column. */
export interface RowsData extends Omit<Origin, "target" | "separator">, Targets {
  readonly rows: readonly Row[];
}

/** Plain columns, equally long. */
export interface ColumnsData extends Omit<Origin, "target" | "separator">, Targets {
  readonly columns: Columns;
}

/** Training rows, checked, and what was learned of their columns. */
interface PreparedRows {
  readonly rows: number;
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
  /** Refuses numbers that are not finite, where that was left for later. */
  readonly checkValues: (() => void) | null;
  /** The features in float64, rows × features. */
  exactValues(): Float64Array;
  /** The features as sparse rows, where some columns are of texts: then nothing else gives them. Else null. */
  readonly sparse: (() => SparseMatrix) | null;
}

/** Rows of one class each. */
export interface PreparedData extends PreparedRows {
  readonly labels: Labels;
}

/** Rows that carry any number of labels. */
export interface PreparedLabels extends PreparedRows {
  readonly labelSets: LabelSets;
}

/** Bytes of features of a table, at most: the run's own copy comes on top. */
const mostBytes = 2 ** 30;

/**
 * @param options.areLists whether a target column that is named without a separator lists labels
 * @param options.text which columns hold texts
 * @param options.isCheckedLater whether a float64 matrix may be left unchecked: looking for what is not finite is a pass over
 *   it, and who copies it can look on the way
 * @throws InputError when the data are not what `fitClassifier` takes
 */
export function prepare(
  data: TrainingData,
  scaling: "standardize" | number,
  {
    areLists = false,
    text,
    isCheckedLater = false,
  }: {
    readonly areLists?: boolean;
    readonly text?: TextColumns | undefined;
    readonly isCheckedLater?: boolean;
  } = {},
): PreparedData | PreparedLabels {
  const isScaling = scaling === "standardize" || (scaling > 0 && Number.isFinite(scaling));
  demand("scaling", scaling, isScaling, '"standardize" or a positive number');
  if ("features" in data && text !== undefined)
    throw new InputError(
      "fitClassifier: text names columns of a table, but the rows are a matrix of numbers",
    );
  if ("features" in data) {
    const isLate = isCheckedLater && !isLabelSets(data.labels); // which are fitted one after the other
    return withLabels(prepareMatrix(data, scaling, isLate), data.labels);
  }
  demand("scaling", scaling, scaling === "standardize", '"standardize" for a table');
  if ("table" in data) {
    const { target = [] } = data;
    const targets = typeof target === "string" ? [target] : target;
    const columns = data.table.columns.filter(({ name }) => !targets.includes(name));
    return withLabels(prepareTable(table(columns), data.labels, data, text), data.labels);
  }
  const all = "rows" in data ? tableOf(data.rows) : tableOfColumns(data.columns);
  const taken = takeAnswers(all, data, areLists);
  return withLabels(prepareTable(taken.table, taken.labels, data, text), taken.labels);
}

function takeAnswers(
  all: Table,
  { target, separator, classes }: Targets,
  areLists: boolean,
): { table: Table; labels: Labels | LabelSets } {
  if (typeof target === "string" && separator === undefined && !areLists)
    return takeTarget(all, target, classes);
  return takeLabelSets(all, target, {
    ...(classes && { names: classes }),
    ...(separator !== undefined && { separator }),
  });
}

function withLabels(rows: PreparedRows, labels: Labels | LabelSets): PreparedData | PreparedLabels {
  return isLabelSets(labels) ? { ...rows, labelSets: labels } : { ...rows, labels };
}

function prepareMatrix(
  data: MatrixData<Labels | LabelSets>,
  wanted: "standardize" | number,
  isCheckedLater: boolean,
): PreparedRows {
  const { features, labels, columns, image } = data;
  const { values } = features;
  const isLate =
    isCheckedLater &&
    wanted !== "standardize" &&
    values instanceof Float64Array &&
    values.length === features.rows * features.columns;
  const checkValues = (): void => void matrix(values, features.rows, features.columns);
  if (!isLate) checkValues();
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
    features: {
      columns: columns ?? Array.from({ length: features.columns }, (_, j) => String(j)),
      image: image ?? null,
      scaling,
    },
    sampleWeights: weightsOf(data, features.rows),
    groups: groupsOf(data, features.rows),
    isPlain: scaling.kind === "constant" && !(values instanceof Float64Array),
    plain: scaling.kind === "constant" ? values : null,
    checkValues: isLate ? checkValues : null,
    input: () => applyScaling(scaling, features),
    exactValues: () => applyScalingExactly(scaling, features),
    sparse: null,
  };
}

function prepareTable(
  rows: Table,
  labels: Labels | LabelSets,
  origin: Omit<Origin, "target">,
  text: TextColumns | undefined,
): PreparedRows {
  checkShape({ rows: rows.rows, columns: rows.columns.length }, labels);
  const { columns, scaling } = fitEncoding(rows, { text: text ?? [] });
  const names = featureNames(columns);
  const common = {
    rows: rows.rows,
    features: { columns: names, image: null, scaling, table: columns },
    sampleWeights: weightsOf(origin, rows.rows),
    groups: groupsOf(origin, rows.rows),
    isPlain: false,
    plain: null,
    checkValues: null,
  };
  if (columns.some(({ kind }) => kind === "text"))
    return {
      ...common,
      input: refuseDense,
      exactValues: refuseDense,
      sparse: () => createSparseEncoder(columns, scaling).openTable(rows)(0, rows.rows),
    };
  checkSize(rows.rows, names.length, columns);
  const encoder = createEncoder(columns, scaling);
  const encode = <F extends Floats>(values: F): F => {
    encoder.openTable(rows)(0, rows.rows, values);
    return values;
  };
  const numbers = rows.rows * encoder.width;
  return {
    ...common,
    input: () => ({ values: encode(new Float32Array(numbers)), columns: encoder.width, scale: 1 }),
    exactValues: () => encode(new Float64Array(numbers)),
    sparse: null,
  };
}

function refuseDense(): never {
  throw new InputError("fitClassifier: the features of texts are sparse, and this fit takes dense ones");
}

/**
 * Groups numbered in the order in which they come.
 *
 * @throws InputError unless there is one group per row, each a whole number
 */
function groupsOf({ groups }: Pick<Origin, "groups">, rows: number): Int32Array | null {
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
function weightsOf({ sampleWeights }: Pick<Origin, "sampleWeights">, rows: number): Float64Array | null {
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

function checkShape({ rows, columns }: { rows: number; columns: number }, labels: Labels | LabelSets): void {
  if (rows === 0 || columns === 0)
    throw new InputError(`fitClassifier: needs rows and columns, got ${rows} rows and ${columns} columns`);
  if (isLabelSets(labels)) checkLabelSets(rows, labels);
  else checkLabels(rows, labels);
}

function checkLabelSets(rows: number, { names, rows: sets, values }: LabelSets): void {
  if (sets !== rows)
    throw new InputError(`fitClassifier: needs one label set per row, got ${sets} sets for ${rows} rows`);
  if (names.length < 1) throw new InputError("fitClassifier: needs one label or more, got none");
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined)
    throw new InputError(`fitClassifier: labels need different names, got "${twice}" twice`);
  if (values.length !== rows * names.length)
    throw new InputError(
      `fitClassifier: ${rows} rows of ${names.length} labels need ${rows * names.length} marks, got ${values.length}`,
    );
  const bad = values.findIndex((mark) => mark > 1);
  if (bad >= 0)
    throw new InputError(
      `fitClassifier: marks of labels must be 0 or 1, got ${values[bad]} at row ${Math.floor(bad / names.length)}, label "${names[bad % names.length]}"`,
    );
}

function checkLabels(rows: number, labels: Labels): void {
  if (labels.indices.length !== rows)
    throw new InputError(
      `fitClassifier: needs one label per row, got ${labels.indices.length} labels for ${rows} rows`,
    );
  if (labels.classes.length < 2)
    throw new InputError(
      `fitClassifier: needs two classes or more, got ${labels.classes.length === 1 ? `only "${labels.classes[0]}"` : "none"}`,
    );
  const { indices, classes } = labels;
  let bad = 0;
  while (bad < rows && indices[bad] >= 0 && indices[bad] < classes.length) bad++;
  if (bad < rows)
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
