import { InputError } from "@sigmax/core";
import type { Matrix, Table, TableColumn } from "@sigmax/core/data";
import { isTable } from "../sources/source.ts";
import type { ColumnKind, TableOptions } from "../sources/table.ts";

/** Columns of a table that say how rows count and belong together; nothing is learned from them. */
export interface CarriedFlags {
  readonly weights?: string;
  readonly group?: string;
}

/** Reads them along, each as what it is: weights are numbers, groups are names, even if they look like numbers. */
export function withCarried(options: TableOptions, { weights, group }: CarriedFlags): TableOptions {
  if (weights === undefined && group === undefined) return options;
  if (weights === group)
    throw new InputError(`--weights and --group: expected two columns, got "${group}" for both`);
  for (const [flag, name] of Object.entries({ weights, group }))
    if (name !== undefined && name === options.target)
      throw new InputError(`--${flag}: "${name}" is the target, expected another column`);
  const kinds: [string, ColumnKind][] = [...(options.kinds ?? [])];
  if (weights !== undefined) kinds.push([weights, "numeric"]);
  if (group !== undefined) kinds.push([group, "categorical"]);
  return {
    ...options,
    kinds: new Map(kinds),
    carried: [weights, group].filter((name) => name !== undefined),
  };
}

/** The group of each row, as whole numbers; undefined where no column was named. */
export function groupsIn(data: Matrix | Table, { group }: CarriedFlags): Int32Array | undefined {
  const column = columnOf(data, "--group", group);
  if (column === undefined) return undefined;
  if (column.kind !== "categorical") return Int32Array.from(column.values);
  const row = column.codes.indexOf(-1);
  if (row >= 0) throw new InputError(`--group: every row needs a group, "${group}" is missing at row ${row}`);
  return column.codes;
}

/** What each row counts; undefined where no column was named. */
export function weightsIn(data: Matrix | Table, { weights }: CarriedFlags): Float64Array | undefined {
  const column = columnOf(data, "--weights", weights);
  if (column === undefined) return undefined;
  if (column.kind !== "numeric") throw new InputError(`--weights: "${weights}" must hold numbers`);
  const absent = column.missing?.indexOf(1) ?? -1;
  if (absent >= 0)
    throw new InputError(`--weights: every row needs a weight, "${weights}" is missing at row ${absent}`);
  const bad = column.values.findIndex((value) => !(value >= 0));
  if (bad >= 0)
    throw new InputError(
      `--weights: "${weights}" must hold 0 or positive numbers, got ${column.values[bad]} at row ${bad}`,
    );
  return column.values;
}

/** The table without them. */
export function withoutCarried(table: Table, { weights, group }: CarriedFlags): Table {
  return { ...table, columns: table.columns.filter(({ name }) => name !== weights && name !== group) };
}

function columnOf(data: Matrix | Table, flag: string, name: string | undefined): TableColumn | undefined {
  if (name === undefined) return undefined;
  if (!isTable(data)) throw new InputError(`${flag}: the source is no table, so it has no column "${name}"`);
  const column = data.columns.find((each) => each.name === name);
  if (column === undefined) throw new InputError(`${flag}: "${name}" is the target, expected another column`); // of a named set
  return column;
}
