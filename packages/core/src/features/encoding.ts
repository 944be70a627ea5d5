import { sortClasses, type CategoricalColumn, type NumericColumn, type Table } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { fitStandardization, type ColumnScaling } from "./scaling.ts";

/**
 * A column of the rows that a model takes, and what was learned of it. It becomes one feature if numeric,
 * one per category if categorical, and one more, "is missing", if `hasMissing`.
 */
export type InputColumn = NumericInput | CategoricalInput;

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
  readonly columns: readonly InputColumn[];
  readonly scaling: ColumnScaling;
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
 *
 * @throws InputError when there are no rows, or the squares of a column's values are beyond float64
 */
export function fitEncoding({ rows, columns }: Table): Encoding {
  if (rows === 0) throw new InputError("fitEncoding: needs one row or more, got none");
  const parts = columns.map((column) =>
    column.kind === "numeric" ? fitNumeric(column) : fitCategorical(column),
  );
  const features = parts.flatMap((part) => part.features);
  return {
    columns: parts.map(({ input }) => input),
    scaling: {
      kind: "columns",
      center: Float64Array.from(features, ({ center }) => center),
      scale: Float64Array.from(features, ({ scale }) => scale),
    },
  };
}

interface FittedColumn<Input extends InputColumn> {
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

/** The features that columns become, in order: "age", "age is missing", "sex = female", "sex = male". */
export function featureNames(columns: readonly InputColumn[]): string[] {
  return columns.flatMap((column) => [
    ...(column.kind === "numeric"
      ? [column.name]
      : column.categories.map((category) => `${column.name} = ${category}`)),
    ...(column.hasMissing ? [`${column.name} is missing`] : []),
  ]);
}
