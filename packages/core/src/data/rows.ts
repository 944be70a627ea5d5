import { InputError } from "../errors/index.ts";
import { table, type CategoricalColumn, type NumericColumn, type Table, type TableColumn } from "./table.ts";
import { describe } from "./words.ts";

/** A value as people write it: null and undefined are missing, a boolean is the category "true" or "false". */
export type Cell = number | string | boolean | null | undefined;

/** A row as a plain object, its own fields the columns. */
export type Row = Readonly<Record<string, Cell>>;

/** Columns as a plain object, each as long as the others. */
export type Columns = Readonly<Record<string, ArrayLike<Cell>>>;

/**
 * The table of some row objects. A column of numbers is numeric, one of texts or booleans categorical, also
 * where a text reads like a number; a field that a row does not have is missing there. Columns come in the
 * order in which the rows first name them.
 *
 * @throws InputError when there are no rows, a column mixes kinds, or a value is NaN, infinite or no `Cell`;
 *   the message names column and row
 */
export function tableOf(rows: readonly Row[]): Table {
  if (rows.length === 0) throw new InputError("table: needs one row or more, got none");
  const names = new Set<string>();
  rows.forEach((row, i) => {
    if (!isPlainRow(row))
      throw new InputError(
        `table: rows must be objects with a field per column, got ${describe(row)} at row ${i}`,
      );
    for (const name of Object.keys(row)) names.add(name);
  });
  return table([...names].map((name) => columnOf(name, rows.length, (i) => fieldOf(rows[i], name))));
}

/**
 * The table of some columns. Types are inferred as `tableOf` does.
 *
 * @throws InputError when the columns differ in length, one mixes kinds, or a value is NaN, infinite or no
 *   `Cell`; the message names column and row
 */
export function tableOfColumns(columns: Columns): Table {
  return table(
    Object.entries(columns).map(([name, cells]) => {
      if (typeof cells !== "object" || !Number.isInteger(cells?.length))
        throw new InputError(`table: column "${name}" must be a list of values, got ${describe(cells)}`);
      return columnOf(name, cells.length, (i) => cells[i]);
    }),
  );
}

/** A row's own value of a column: undefined where it has none, whatever objects inherit. */
function fieldOf(row: Row, name: string): Cell {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function columnOf(name: string, rows: number, cellAt: (row: number) => Cell): TableColumn {
  let first = 0;
  while (first < rows && isMissing(cellAt(first))) first++;
  const kind = first < rows ? typeof cellAt(first) : "number"; // nothing but missing values fits any kind
  if (kind !== "number" && kind !== "string" && kind !== "boolean")
    throw new InputError(
      `table: column "${name}" must hold numbers, texts or booleans, got ${describe(cellAt(first))} at row ${first}`,
    );
  const check = (cell: Cell, row: number): void => {
    if (typeof cell !== kind)
      throw new InputError(
        `table: column "${name}" holds ${plurals[kind]}, but row ${row} has ${describe(cell)}; a column is of one kind`,
      );
  };
  return kind === "number"
    ? numericColumn(name, rows, cellAt, check)
    : categoricalColumn(name, rows, cellAt, check);
}

const plurals = { number: "numbers", string: "texts", boolean: "booleans" };

function numericColumn(
  name: string,
  rows: number,
  cellAt: (row: number) => Cell,
  check: (cell: Cell, row: number) => void,
): NumericColumn {
  const values = new Float64Array(rows);
  let missing: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) {
    const cell = cellAt(row);
    if (typeof cell === "number") values[row] = cell;
    else if (isMissing(cell)) (missing ??= new Uint8Array(rows))[row] = 1;
    else check(cell, row);
  }
  return { kind: "numeric", name, values, missing };
}

function categoricalColumn(
  name: string,
  rows: number,
  cellAt: (row: number) => Cell,
  check: (cell: Cell, row: number) => void,
): CategoricalColumn {
  const places = new Map<string, number>();
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const cell = cellAt(row);
    if (isMissing(cell)) {
      codes[row] = -1;
      continue;
    }
    check(cell, row);
    const category = String(cell);
    let code = places.get(category);
    if (code === undefined) places.set(category, (code = places.size));
    codes[row] = code;
  }
  return { kind: "categorical", name, categories: [...places.keys()], codes };
}

function isMissing(cell: unknown): cell is null | undefined {
  return cell === null || cell === undefined;
}

function isPlainRow(row: unknown): boolean {
  return typeof row === "object" && row !== null && !Array.isArray(row);
}
