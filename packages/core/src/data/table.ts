import { InputError } from "../errors/index.ts";
import { labelsOf, type Labels } from "./labels.ts";
import { listOf } from "./words.ts";

/**
 * Rows as people have them: named columns, each numbers or categories. A missing value is null at the
 * door; inside it is a mark beside the value, never NaN.
 */
export interface Table {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

export type TableColumn = NumericColumn | CategoricalColumn;

export interface NumericColumn {
  readonly kind: "numeric";
  readonly name: string;
  /** One per row; 0 where missing. All are finite. */
  readonly values: Float64Array;
  /** 1 where the value is missing; null when none is. */
  readonly missing: Uint8Array | null;
}

export interface CategoricalColumn {
  readonly kind: "categorical";
  readonly name: string;
  /** The different values, in the order of first appearance. */
  readonly categories: readonly string[];
  /** One index into `categories` per row; −1 where the value is missing. */
  readonly codes: Int32Array;
}

/**
 * A table over columns, which are not copied.
 *
 * @throws InputError when a name is empty or comes twice, the columns differ in length, a number is NaN or
 *   infinite, or a code is no category
 */
export function table(columns: readonly TableColumn[]): Table {
  const rows = columns.length === 0 ? 0 : lengthOf(columns[0]);
  const names = new Set<string>();
  for (const column of columns) {
    const { name } = column;
    if (name === "") throw new InputError("table: every column needs a name, got an empty one");
    if (names.has(name)) throw new InputError(`table: columns need different names, got "${name}" twice`);
    names.add(name);
    if (lengthOf(column) !== rows)
      throw new InputError(
        `table: columns must be equally long, but "${name}" has ${lengthOf(column)} values and "${columns[0].name}" ${rows}`,
      );
    if (column.kind === "numeric") checkNumbers(column);
    else checkCodes(column);
  }
  return { rows, columns };
}

function lengthOf(column: TableColumn): number {
  return column.kind === "numeric" ? column.values.length : column.codes.length;
}

function checkNumbers({ name, values, missing }: NumericColumn): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(
      `table: column "${name}" must hold finite numbers, got ${values[bad]} at row ${bad}`,
    );
  if (missing && missing.length !== values.length)
    throw new InputError(
      `table: column "${name}" needs one mark of missing per value, got ${missing.length} for ${values.length}`,
    );
}

function checkCodes({ name, categories, codes }: CategoricalColumn): void {
  if (new Set(categories).size !== categories.length)
    throw new InputError(`table: column "${name}" lists a category twice`);
  const bad = codes.findIndex((code) => code < -1 || code >= categories.length);
  if (bad >= 0)
    throw new InputError(
      `table: column "${name}" has ${categories.length} categories, got the code ${codes[bad]} at row ${bad}`,
    );
}

/** The rows named by `indices`, in that order, copied into a new table. Categories stay as they are. */
export function takeTableRows({ columns }: Table, indices: ArrayLike<number>): Table {
  return {
    rows: indices.length,
    columns: columns.map((column): TableColumn => {
      if (column.kind === "categorical")
        return { ...column, codes: Int32Array.from(indices, (row) => column.codes[row]) };
      const { values, missing } = column;
      const taken = missing && Uint8Array.from(indices, (row) => missing[row]);
      return {
        ...column,
        values: Float64Array.from(indices, (row) => values[row]),
        missing: taken?.includes(1) ? taken : null,
      };
    }),
  };
}

/**
 * Takes the column of classes out of a table: its values become labels, all other columns stay.
 *
 * @param classes their order, where it matters; see `labelsOf`
 * @throws InputError when there is no such column, a row has no class, or one that is not in `classes`
 */
export function takeTarget(
  { rows, columns }: Table,
  target: string,
  classes?: readonly string[],
): { table: Table; labels: Labels } {
  const column = columns.find(({ name }) => name === target);
  if (column === undefined)
    throw new InputError(
      `table: there is no column "${target}" to be the target; the columns are ${listOf(columns.map(({ name }) => name))}`,
    );
  const bad = column.kind === "numeric" ? (column.missing?.indexOf(1) ?? -1) : column.codes.indexOf(-1);
  if (bad >= 0)
    throw new InputError(`table: every row needs a class, but "${target}" is missing at row ${bad}`);
  const names =
    column.kind === "numeric"
      ? Array.from(column.values, String)
      : Array.from(column.codes, (code) => column.categories[code]);
  return {
    table: { rows, columns: columns.filter((other) => other !== column) },
    labels: labelsOf(names, classes),
  };
}
