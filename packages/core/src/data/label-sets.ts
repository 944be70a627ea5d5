import { InputError } from "../errors/index.ts";
import { sortClasses, type Labels } from "./labels.ts";
import type { Cell, Columns } from "./rows.ts";
import type { Table, TableColumn } from "./table.ts";
import { describe, listOf } from "./words.ts";

/** Which labels each row carries: any number of them, also none. */
export interface LabelSets {
  readonly names: readonly string[];
  readonly rows: number;
  /** rows × labels, row-major: 1 where the row carries the label, else 0. */
  readonly values: Uint8Array;
}

export interface ListOptions {
  /** The labels and their order. By default all that some row carries, sorted as classes are. */
  readonly names?: readonly string[];
  /** What stands between two labels. Default ";". */
  readonly separator?: string;
  /** What becomes of a label that is not in `names`: it is refused (default) or left out, see `unknownLabels`. */
  readonly unknown?: "refuse" | "ignore";
}

/**
 * Label sets of several columns, one a label: 1 or true where a row carries it, 0 or false where not, as numbers,
 * booleans or texts. The labels stay in the order of the columns.
 *
 * @throws InputError when there are no columns, they differ in length, or hold anything else, also a missing value;
 *   the message names column and row
 */
export function labelSetsOfColumns(columns: Columns): LabelSets {
  return setsOf(Object.entries(columns));
}

function setsOf(columns: readonly (readonly [string, ArrayLike<Cell>])[]): LabelSets {
  if (columns.length === 0) throw new InputError("labels: needs one column or more, got none");
  const names = columns.map(([name]) => name);
  const rows = columns[0][1].length;
  const values = new Uint8Array(rows * names.length);
  columns.forEach(([name, cells], k) => {
    if (cells.length !== rows)
      throw new InputError(
        `labels: columns must be equally long, but "${name}" has ${cells.length} values and "${names[0]}" ${rows}`,
      );
    for (let row = 0; row < rows; row++) values[row * names.length + k] = flagOf(cells[row], name, row);
  });
  return { names, rows, values };
}

function flagOf(cell: Cell, name: string, row: number): number {
  const text = String(cell);
  if (text === "1" || text === "true") return 1;
  if (text === "0" || text === "false") return 0;
  const came = cell === null || cell === undefined ? "a missing value" : describe(cell);
  throw new InputError(
    `labels: column "${name}" must hold 0 or 1 (or false or true), since it is one of several targets, got ${came} at row ${row}`,
  );
}

/**
 * Label sets of one column that lists each row's labels, as in "web;games". Space around a label counts as nothing,
 * and so does a label named twice; an empty or missing list is a row without labels.
 *
 * @throws InputError when no row carries a label, `names` repeats one, or a row carries one that is not in `names`
 *   and `unknown` is "refuse"
 */
export function labelSetsOfList(
  lists: ArrayLike<string | null | undefined>,
  { names, separator = ";", unknown = "refuse" }: ListOptions = {},
): LabelSets {
  if (separator === "") throw new InputError("labels: the separator of labels must not be empty");
  const rows = lists.length;
  const sets = Array.from(lists, (list) => namesIn(list, separator));
  const order = names ?? sortClasses([...new Set(sets.flat())]);
  if (order.length === 0) throw new InputError("labels: some row must carry a label, got none");
  const places = new Map(order.map((name, k) => [name, k]));
  if (places.size !== order.length)
    throw new InputError(`labels: names must differ, got ${order.join(", ")}`);
  const values = new Uint8Array(rows * order.length);
  sets.forEach((set, row) => {
    for (const name of set) {
      const k = places.get(name);
      if (k !== undefined) values[row * order.length + k] = 1;
      else if (unknown === "refuse")
        throw new InputError(`labels: must be among ${listOf(order)}, got "${name}" at row ${row}`);
    }
  });
  return { names: order, rows, values };
}

/** The labels of such a column that are not in `names`, and how many rows carry each, by first appearance. */
export function unknownLabels(
  lists: ArrayLike<string | null | undefined>,
  names: readonly string[],
  separator = ";",
): Map<string, number> {
  const known = new Set(names);
  const counts = new Map<string, number>();
  for (let row = 0; row < lists.length; row++)
    for (const name of new Set(namesIn(lists[row], separator)))
      if (!known.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function namesIn(list: string | null | undefined, separator: string): string[] {
  return (list ?? "")
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/**
 * Takes the labels out of a table: a list of target columns are 0 or 1 each, one by its name lists its rows' labels.
 * All other columns stay.
 *
 * @param options names, where their order matters or only these are known; for a list of columns the columns are the names
 * @throws InputError when a column is not there, or as `labelSetsOfColumns` and `labelSetsOfList` do
 */
export function takeLabelSets(
  { rows, columns }: Table,
  targets: string | readonly string[],
  options: ListOptions = {},
): { table: Table; labels: LabelSets } {
  const isList = typeof targets === "string";
  const found = (isList ? [targets] : targets).map((target) => {
    const column = columns.find(({ name }) => name === target);
    if (column !== undefined) return column;
    throw new InputError(
      `table: there is no column "${target}" to be a target; the columns are ${listOf(columns.map(({ name }) => name))}`,
    );
  });
  const labels = isList
    ? labelSetsOfList(
        cellsOf(found[0]).map((cell) => (cell === null ? null : String(cell))),
        options,
      )
    : setsOf(found.map((column) => [column.name, cellsOf(column)]));
  return { table: { rows, columns: columns.filter((column) => !found.includes(column)) }, labels };
}

function cellsOf(column: TableColumn): (number | string | null)[] {
  if (column.kind === "numeric")
    return Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? null : value));
  return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]));
}

/** The rows named by `rows`, in that order, copied into new label sets. */
export function takeLabelRows({ names, values }: LabelSets, rows: ArrayLike<number>): LabelSets {
  const taken = new Uint8Array(rows.length * names.length);
  for (let i = 0; i < rows.length; i++)
    taken.set(values.subarray(rows[i] * names.length, (rows[i] + 1) * names.length), i * names.length);
  return { names, rows: rows.length, values: taken };
}

/** Label sets, and not one class per row. */
export function isLabelSets(labels: Labels | LabelSets): labels is LabelSets {
  return "names" in labels;
}

/** Rows that are too few to be divided by themselves. */
const fewestOfStratum = 10;

/**
 * One class per row, for dividing rows so that rare labels come to every part: that of the rarest label the row carries.
 * Labels, and rows without any, that would be fewer than ten join the largest class.
 */
export function labelStrata({ names, rows, values }: LabelSets): Labels {
  const columns = names.length;
  const carried = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) carried[i % columns] += values[i];
  const indices = Int32Array.from({ length: rows }, (_, row) => {
    let rarest = columns;
    for (let k = 0; k < columns; k++)
      if (values[row * columns + k] === 1 && (rarest === columns || carried[k] < carried[rarest])) rarest = k;
    return rarest;
  });
  const counts = new Float64Array(columns + 1);
  for (const k of indices) counts[k]++;
  const largest = counts.indexOf(Math.max(...counts));
  return {
    classes: [...names, "no label"],
    indices: indices.map((k) => (counts[k] < fewestOfStratum ? largest : k)),
  };
}
