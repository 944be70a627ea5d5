import { table, type Table, type TableColumn } from "../data/index.ts";
import { categoricalOf } from "./encoder.ts";
import type { InputColumn } from "./encoding.ts";

/** How a table differs from the ones that a model was fitted on. */
export interface TableComparison {
  /** The model's columns that the table does not have: without them it cannot be used. */
  readonly absent: readonly string[];
  /** The table's columns that the model does not take: they are left aside. */
  readonly extra: readonly string[];
  /** Whether the model's columns come in another order: they are found by name. */
  readonly isReordered: boolean;
  /** The columns in which some rows lack a value or have a category that no training row has. */
  readonly treated: readonly TreatedColumn[];
}

/** Rows that the model takes without knowing what they have in a column. */
export interface TreatedColumn {
  readonly name: string;
  /** Rows without a value. */
  readonly missing: number;
  /** Rows with a category that no training row has: it counts as none of the known ones. */
  readonly unseen: number;
  /** Such categories, in the order of first appearance. */
  readonly unseenCategories: readonly string[];
}

/**
 * How a table differs from what a model takes.
 *
 * @throws InputError when the table is not one, see `table`
 */
export function compareTable(columns: readonly InputColumn[], input: Table): TableComparison {
  const byName = new Map(table(input.columns).columns.map((column) => [column.name, column]));
  const wanted = new Map(columns.map((column) => [column.name, column]));
  const shared = input.columns.map(({ name }) => name).filter((name) => wanted.has(name));
  const treated: TreatedColumn[] = [];
  for (const column of columns) {
    const found = byName.get(column.name);
    const counts = found && countTreated(column, found);
    if (counts && (counts.missing > 0 || counts.unseen > 0)) treated.push(counts);
  }
  return {
    absent: [...wanted.keys()].filter((name) => !byName.has(name)),
    extra: input.columns.map(({ name }) => name).filter((name) => !wanted.has(name)),
    isReordered: shared.join("\n") !== [...wanted.keys()].filter((name) => byName.has(name)).join("\n"),
    treated,
  };
}

function countTreated(column: InputColumn, found: TableColumn): TreatedColumn {
  const { name } = column;
  if (column.kind === "numeric" && found.kind === "numeric") {
    const missing = found.missing?.reduce((sum, flag) => sum + flag, 0) ?? 0;
    return { name, missing, unseen: 0, unseenCategories: [] };
  }
  const { codes, categories } = categoricalOf(found);
  if (column.kind === "text") {
    const missing = codes.reduce((sum, code) => sum + (code < 0 ? 1 : 0), 0);
    return { name, missing, unseen: 0, unseenCategories: [] };
  }
  const known = new Set(column.kind === "categorical" ? column.categories : []);
  const rows = new Uint32Array(categories.length);
  let missing = 0;
  for (const code of codes) {
    if (code < 0) missing++;
    else rows[code]++;
  }
  const unseenCategories = categories.filter((category, code) => rows[code] > 0 && !known.has(category));
  const unseen = categories.reduce((sum, category, code) => sum + (known.has(category) ? 0 : rows[code]), 0);
  return { name, missing, unseen, unseenCategories };
}
