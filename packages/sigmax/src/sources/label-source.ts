import { InputError } from "@sigmax/core";
import {
  labelSetsOfColumns,
  labelStrata,
  takeLabelRows,
  takeLabelSets,
  unknownLabels,
  type LabelSets,
  type ListOptions,
  type Table,
} from "@sigmax/core/data";
import { count } from "../output.ts";
import { isTablePath, openRows } from "./open.ts";
import { cellAt, isTable, type Source } from "./source.ts";
import { shortList } from "./suggest.ts";
import type { TableOptions } from "./table.ts";

/** Where the labels of rows stand: in a column each, or all in one. */
export type LabelTargets =
  | { readonly columns: readonly string[] }
  | {
      readonly column: string;
      readonly separator: string;
      /** The labels and their order, where they are known; rows may carry others, which are left out. */
      readonly names?: readonly string[] | undefined;
      /** Whether a column of 0 and 1 is one label by itself, rather than a list. */
      readonly mayBeOne?: boolean;
    };

/** A table whose rows carry any number of labels. Its `labels` are only what rows are divided by: see `labelStrata`. */
export interface LabelSource extends Source {
  readonly targets: LabelTargets;
  /** Of all rows. */
  readonly labelSets: LabelSets;
  /** What a user should know of labels that were left out, a sentence each. */
  readonly labelNotes: readonly string[];
}

/**
 * Opens rows with their labels.
 *
 * @throws InputError when they are no table, a label column is not there, or holds what it must not
 */
export async function openLabelSource(
  name: string,
  targets: LabelTargets,
  options: TableOptions,
): Promise<LabelSource> {
  if (!isTablePath(name))
    throw new InputError(
      `${name}: expected a table file (.csv, .tsv, .jsonl, .parquet) with columns of labels`,
    );
  const columns = columnsOf(targets);
  const { target: _target, classes: _classes, ...others } = options;
  for (const [option, given] of Object.entries({
    features: options.features,
    exclude: options.exclude,
    numeric: options.numeric,
  })) {
    const clash = given?.find((each) => columns.includes(each));
    if (clash !== undefined)
      throw new InputError(`--${option}: "${clash}" is a target, expected other columns`);
  }
  const rows = await openRows(name, {
    ...others,
    kinds: new Map([...(options.kinds ?? []), ...columns.map((column) => [column, "categorical"] as const)]),
    carried: [...(options.carried ?? []), ...columns],
  });
  const [{ data, sha256 }] = rows.parts;
  if (!isTable(data)) throw new InputError(`${name}: this is no table, so it has no columns of labels`);
  const taken = takeLabels(name, data, targets);
  const left = taken.table.columns.map((column) => column.name);
  return {
    ...rows,
    ...taken,
    target: columns.join(","),
    columns: left,
    parts: [{ name: "all", data: taken.table, labels: labelStrata(taken.labelSets), sha256 }],
  };
}

/** The columns that the labels stand in. */
export function columnsOf(targets: LabelTargets): readonly string[] {
  return "columns" in targets ? targets.columns : [targets.column];
}

/** The label sets of some rows of the source. @param places null for all */
export function labelSetsAt({ labelSets }: LabelSource, places: ArrayLike<number> | null): LabelSets {
  return places === null ? labelSets : takeLabelRows(labelSets, places);
}

function takeLabels(
  name: string,
  data: Table,
  targets: LabelTargets,
): Pick<LabelSource, "labelSets" | "targets" | "labelNotes"> & { table: Table } {
  try {
    if ("columns" in targets) {
      const { table, labels } = takeLabelSets(data, targets.columns);
      return { table, labelSets: labels, targets, labelNotes: [] };
    }
    const { column, separator, names, mayBeOne = false } = targets;
    const lists = textsOf(data, column);
    if (mayBeOne && names === undefined && lists.every((text) => text !== null && isMark(text))) {
      const labelSets = labelSetsOfColumns({ [column]: lists });
      const { table } = takeLabelSets(data, [column]);
      return { table, labelSets, targets: { columns: [column] }, labelNotes: [] };
    }
    const options: ListOptions = { separator, ...(names && { names, unknown: "ignore" }) };
    const { table, labels } = takeLabelSets(data, column, options);
    return {
      table,
      labelSets: labels,
      targets,
      labelNotes: names ? notesOfUnknown(unknownLabels(lists, names, separator)) : [],
    };
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${name}: ${error.message}`) : error;
  }
}

/**
 * The labels that some rows are known to carry.
 *
 * @returns null where a column of labels is not there, or not filled in
 * @throws InputError when one holds what it must not
 */
export function knownLabels(
  name: string,
  data: Table,
  targets: LabelTargets,
): Pick<LabelSource, "labelSets" | "labelNotes"> | null {
  const isFilled = columnsOf(targets).every((wanted) => {
    const column = data.columns.find((each) => each.name === wanted);
    if (column === undefined) return false;
    const isMissing = Array.from({ length: data.rows }, (_, row) => cellAt(column, row) === null);
    return "columns" in targets ? !isMissing.includes(true) : isMissing.includes(false);
  });
  return isFilled ? takeLabels(name, data, targets) : null;
}

function isMark(text: string): boolean {
  return ["0", "1", "false", "true"].includes(text);
}

function textsOf({ rows, columns }: Table, name: string): (string | null)[] {
  const column = columns.find((each) => each.name === name);
  return Array.from({ length: column ? rows : 0 }, (_, row) => {
    const value = column ? cellAt(column, row) : null;
    return value === null ? null : String(value);
  });
}

function notesOfUnknown(unknown: ReadonlyMap<string, number>): string[] {
  if (unknown.size === 0) return [];
  const marks = [...unknown.values()].reduce((sum, rows) => sum + rows, 0);
  return [
    `Left out, since the model does not know ${unknown.size === 1 ? "this label" : "these labels"}: ${shortList([...unknown.keys()])} (${count(marks)} ${marks === 1 ? "mark" : "marks"}).`,
  ];
}
