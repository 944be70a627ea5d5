import type { Labels, Table, TableColumn } from "@sigmax/core/data";
import { cellAt } from "../sources/source.ts";

/** Rows of a table with their classes. */
interface LabeledTable extends Labels {
  readonly table: Table;
}

/** How many rows of the second table are equal to some row of the first, in every column and in class. */
export function countRepeated(first: LabeledTable, second: LabeledTable): number {
  const names = first.table.columns.map(({ name }) => name);
  const known = new Set(rowTexts(first, names));
  return rowTexts(second, names).reduce((sum, text) => sum + (known.has(text) ? 1 : 0), 0);
}

/** Each row as a text that no other row has; columns in the order of these names. */
function rowTexts({ table, indices, classes }: LabeledTable, names: readonly string[]): string[] {
  const columns = names.map((name): TableColumn | undefined =>
    table.columns.find((column) => column.name === name),
  );
  return Array.from(indices, (k, row) =>
    JSON.stringify([classes[k], ...columns.map((column) => (column ? cellAt(column, row) : null))]),
  );
}
