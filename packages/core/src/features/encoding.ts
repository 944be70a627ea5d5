import {
  listOf,
  sortClasses,
  type CategoricalColumn,
  type NumericColumn,
  type Table,
  type TableColumn,
} from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { fitStandardization, type ColumnScaling } from "./scaling.ts";
import { fitText, type TextInput, type TextOptions, type Texts } from "./text/index.ts";

/**
 * A column of the rows that a model takes, and what was learned of it. It becomes one feature if numeric,
 * one per category if categorical, one per term if it is of texts, and one more, "is missing", if `hasMissing`.
 */
export type InputColumn = DenseInput | TextInput;

/** A column whose features have a place in every row. */
export type DenseInput = NumericInput | CategoricalInput;

export interface NumericInput {
  readonly kind: "numeric";
  readonly name: string;
  /** Whether a training row had no value. */
  readonly hasMissing: boolean;
  /** How many had none; absent where that is not known. */
  readonly missingRows?: number;
}

export interface CategoricalInput {
  readonly kind: "categorical";
  readonly name: string;
  /** Those of the training rows, sorted as classes are. */
  readonly categories: readonly string[];
  /** Training rows of each; absent where that is not known, as is the next. */
  readonly categoryRows?: readonly number[];
  /** Whether a training row had no value. */
  readonly hasMissing: boolean;
  /** How many had none. */
  readonly missingRows?: number;
}

/** What was learned of a table: its columns, and center and scale of the features that they become. */
export interface Encoding {
  /** In the order of the table, but those of texts are last. */
  readonly columns: readonly InputColumn[];
  /** Of the features that are not terms: those come first, and terms are taken as they are. */
  readonly scaling: ColumnScaling;
}

/** Which columns hold texts, by name: as a list, or with options for each. */
export type TextColumns = readonly string[] | Readonly<Record<string, TextOptions>>;

export interface EncodingOptions {
  readonly text?: TextColumns;
}

/**
 * How the columns of a table become features, learned from its rows: pass training rows only.
 *
 * - A number x becomes (x − mean) / population standard deviation. Missing becomes 0, the mean: it is imputed, and
 *   "is missing" beside it has a weight of its own, so that missing rows need not behave as average ones do.
 * - A category becomes 1 in its own feature and 0 in those of the others. Missing becomes 0 in all of
 *   them, and so does, later on, a category that no training row has.
 * - "Is missing" becomes 1 or 0, for columns in which a training row had no value.
 * - A feature with one value in all training rows becomes 0.
 * - A text becomes what `createTextEncoder` says, missing as if it were empty. These features are sparse:
 *   `createSparseEncoder` makes them, along with all others.
 *
 * @throws InputError when there are no rows, the squares of a column's values are beyond float64, a column of texts is
 *   not there or has no terms to learn from
 */
export function fitEncoding({ rows, columns }: Table, { text = [] }: EncodingOptions = {}): Encoding {
  if (rows === 0) throw new InputError("fitEncoding: needs one row or more, got none");
  const textOptions = new Map(isList(text) ? text.map((name) => [name, {}]) : Object.entries(text));
  const names = columns.map(({ name }) => name);
  const lost = [...textOptions.keys()].find((name) => !names.includes(name));
  if (lost !== undefined)
    throw new InputError(
      `fitEncoding: there is no column "${lost}" to read as text; the columns are ${listOf(names)}`,
    );
  const parts = columns
    .filter(({ name }) => !textOptions.has(name))
    .map((column) => (column.kind === "numeric" ? fitNumeric(column) : fitCategorical(column)));
  const features = parts.flatMap((part) => part.features);
  const texts = columns
    .filter(({ name }) => textOptions.has(name))
    .map((column) => fitText(column.name, textsOf(column), textOptions.get(column.name)));
  return {
    columns: [...parts.map(({ input }) => input), ...texts],
    scaling: {
      kind: "columns",
      center: Float64Array.from(features, ({ center }) => center),
      scale: Float64Array.from(features, ({ scale }) => scale),
    },
  };
}

function isList(text: TextColumns): text is readonly string[] {
  return Array.isArray(text);
}

/** A column as texts, numbers as they are written. */
export function textsOf(column: TableColumn): Texts {
  if (column.kind === "categorical") {
    const { codes, categories } = column;
    return { rows: codes.length, at: (row) => (codes[row] < 0 ? null : categories[codes[row]]) };
  }
  const { values, missing } = column;
  return { rows: values.length, at: (row) => (missing?.[row] === 1 ? null : String(values[row])) };
}

interface FittedColumn<Input extends DenseInput> {
  readonly input: Input;
  readonly features: readonly { readonly center: number; readonly scale: number }[];
}

function fitNumeric({ name, values, missing }: NumericColumn): FittedColumn<NumericInput> {
  const present = missing ? values.filter((_, row) => missing[row] === 0) : values;
  const absent = values.length - present.length;
  const known = present.length > 0 ? present : new Float64Array(1); // nothing is known: center 0, scale 1
  const { center, scale } = fitStandardization({ rows: known.length, columns: 1, values: known }, [name]);
  return {
    input: { kind: "numeric", name, hasMissing: absent > 0, missingRows: absent },
    features: [{ center: center[0], scale: scale[0] }, ...flags([absent], values.length)],
  };
}

function fitCategorical({ name, categories, codes }: CategoricalColumn): FittedColumn<CategoricalInput> {
  const counts = new Map<string, number>();
  let absent = 0;
  for (const code of codes) {
    if (code < 0) absent++;
    else counts.set(categories[code], (counts.get(categories[code]) ?? 0) + 1);
  }
  const seen = sortClasses([...counts.keys()]);
  const ones = seen.map((category) => counts.get(category) ?? 0);
  return {
    input: {
      kind: "categorical",
      name,
      categories: seen,
      categoryRows: ones,
      hasMissing: absent > 0,
      missingRows: absent,
    },
    features: flags([...ones, absent], codes.length),
  };
}

/** Features that are 1 in so many of the rows and 0 in the others; there is none that is never 1. */
function flags(ones: readonly number[], rows: number): { center: number; scale: number }[] {
  return ones.filter((count) => count > 0).map((count) => ({ center: count === rows ? 1 : 0, scale: 1 }));
}

/**
 * The features that columns become, in order: "age", "age is missing", "sex = female", "sex = male", "note: fever";
 * of hashed terms "note: #0", "note: #1".
 */
export function featureNames(columns: readonly InputColumn[]): string[] {
  return columns.flatMap((column) => [
    ...ownNames(column),
    ...(column.hasMissing ? [`${column.name} is missing`] : []),
  ]);
}

function ownNames(column: InputColumn): string[] {
  const { kind, name } = column;
  if (kind === "numeric") return [name];
  if (kind === "categorical") return column.categories.map((category) => `${name} = ${category}`);
  const { terms, frequencies } = column;
  return Array.from(frequencies, (_, j) => `${name}: ${terms === null ? `#${j}` : terms[j]}`);
}

/** How many features a column becomes. */
export function featureCount(column: InputColumn): number {
  const own =
    column.kind === "numeric"
      ? 1
      : column.kind === "categorical"
        ? column.categories.length
        : column.frequencies.length;
  return own + (column.hasMissing ? 1 : 0);
}
