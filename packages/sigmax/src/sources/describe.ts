import type { CategoricalColumn, Matrix, Table } from "@sigmax/core/data";
import { fitEncoding, type TextColumns, type TextInput } from "@sigmax/core/features";
import { isTable } from "./source.ts";

/** What the rows hold in one column. */
export type ColumnFacts = NumericFacts | CategoricalFacts | TextColumnFacts;

interface NumericFacts {
  readonly name: string;
  readonly kind: "numeric";
  /** Rows without a value. The others are null where no row has one, or float64 cannot hold them. */
  readonly missing: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Population standard deviation: what standardizing divides by. */
  readonly sd: number | null;
}

interface CategoricalFacts {
  readonly name: string;
  readonly kind: "categorical";
  readonly missing: number;
  /** How many there are. */
  readonly categories: number;
  /** The most frequent ones, at most five; of equally frequent ones the first in the file. */
  readonly top: readonly { readonly category: string; readonly rows: number }[];
}

export interface TextColumnFacts extends Omit<TextInput, "terms" | "frequencies" | "hasMissing"> {
  /** Rows without a text. */
  readonly missing: number;
  /** Features that it becomes. */
  readonly featureCount: number;
}

/**
 * What was learned of a column of texts, without the terms themselves.
 *
 * @param missing rows without a text
 */
export function describeText(
  { name, kind, settings, texts, learned, frequencies }: TextInput,
  missing: number,
): TextColumnFacts {
  return { name, kind, missing, featureCount: frequencies.length, texts, settings, learned };
}

/**
 * @param names of a matrix's columns; those of a table have their own
 * @param text which columns of a table hold texts
 */
export function describeColumns(
  data: Matrix | Table,
  names: readonly string[],
  text: TextColumns = {},
): ColumnFacts[] {
  if (!isTable(data)) {
    const { rows, columns, values } = data;
    return names.map((name, j) =>
      describeNumbers(
        name,
        rows,
        (row) => values[row * columns + j],
        () => false,
      ),
    );
  }
  const texts = learnTexts(data, text);
  return data.columns.map((column) => {
    const input = texts.get(column.name);
    if (input && column.kind === "categorical")
      return describeText(
        input,
        column.codes.reduce((sum, code) => sum + (code < 0 ? 1 : 0), 0),
      );
    if (column.kind === "categorical") return describeCategories(column);
    const { name, values, missing } = column;
    return describeNumbers(
      name,
      data.rows,
      (row) => values[row],
      (row) => missing !== null && missing[row] === 1,
    );
  });
}

function learnTexts({ rows, columns }: Table, text: TextColumns): Map<string, TextInput> {
  const own = columns.filter(({ name }) => name in text);
  const inputs = own.length === 0 ? [] : fitEncoding({ rows, columns: own }, { text }).columns;
  return new Map(inputs.flatMap((input) => (input.kind === "text" ? [[input.name, input] as const] : [])));
}

const mostTop = 5;

function describeCategories({ name, categories, codes }: CategoricalColumn): CategoricalFacts {
  const counts = new Int32Array(categories.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else counts[code]++;
  }
  const top = categories
    .map((category, code) => ({ category, rows: counts[code] }))
    .toSorted((a, b) => b.rows - a.rows)
    .slice(0, mostTop);
  return { name, kind: "categorical", missing, categories: categories.length, top };
}

function describeNumbers(
  name: string,
  rows: number,
  valueAt: (row: number) => number,
  isMissing: (row: number) => boolean,
): NumericFacts {
  let missing = 0;
  let min = Infinity;
  let max = -Infinity;
  let first = Number.NaN;
  let sum = 0; // of distances from the first value, so that a constant column has just its value as mean
  for (let row = 0; row < rows; row++) {
    if (isMissing(row)) {
      missing++;
      continue;
    }
    const value = valueAt(row);
    if (Number.isNaN(first)) first = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value - first;
  }
  const present = rows - missing;
  const mean = first + sum / present;
  let squares = 0;
  for (let row = 0; row < rows; row++) if (!isMissing(row)) squares += (valueAt(row) - mean) ** 2;
  return {
    name,
    kind: "numeric",
    missing,
    min: finite(min),
    max: finite(max),
    mean: finite(mean),
    sd: finite(Math.sqrt(squares / present)),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
