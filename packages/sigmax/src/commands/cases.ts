import { InputError, type Classifier } from "@sigmax/core";
import type { Labels, Matrix, Table } from "@sigmax/core/data";
import { roles, type Role } from "@sigmax/core/data";
import type { CostPolicy, Policy, RowCosts } from "@sigmax/core/decide";
import { isTablePath, openRows } from "../sources/open.ts";
import { cellAt, isTable, type Rows } from "../sources/source.ts";
import { didYouMean, shortList } from "../sources/suggest.ts";
import { matchRows, readingFor, type FileOptions } from "./match.ts";
import { groupsBy } from "./spent-rows.ts";

/** Rows to decide on, and what is known of each; all that goes by row goes by its place in the source. */
export interface Cases {
  readonly name: string;
  readonly data: Matrix | Table;
  /** The rows wanted, ascending. */
  readonly places: Uint32Array;
  /** The index of the true class, −1 where it is not known; null where none is. */
  readonly truth: Int32Array | null;
  /** What the model spent each row on; null where it has not seen these rows. */
  readonly rowRoles: Uint8Array | null;
  /** The columns that the policy's costs are in. */
  readonly rowCosts: RowCosts;
  /** The groups that label sets go by. */
  readonly groups: Labels | null;
  /** What a user should know of how the model takes these rows. */
  readonly notes: readonly string[];
}

export interface CaseOptions extends FileOptions {
  readonly rows: Role | "all";
  readonly target?: string | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly policy: Policy;
  /** The column of the groups that label sets go by. */
  readonly groupColumn: string | null;
}

/**
 * Opens rows with or without classes as a model and a policy take them.
 *
 * @throws InputError when the model does not take them, a cost or a group is missing in a row, or none are kept for `rows`
 */
export async function openCases(
  model: Classifier,
  modelPath: string,
  sourceName: string,
  { rows: wanted, target, keep = [], policy, groupColumn, ...file }: CaseOptions,
): Promise<Cases> {
  const isFile = isTablePath(sourceName);
  const named = isFile ? (target ?? model.training.target) : null;
  const costColumns = policy.kind === "costs" ? policy.costColumns.map(({ column }) => column) : [];
  const texts = [...keep, groupColumn, named].filter((name) => name !== null);
  const aside = [...texts, ...costColumns];
  const source = await openRows(sourceName, isFile ? readingFor(model, file, texts, costColumns) : {});
  const notes = matchRows(model, source, modelPath, aside);
  const part = source.parts.find(({ name }) => name === "test") ?? source.parts[0];
  const { data } = part;
  if (target !== undefined && isTable(data)) columnOf(source.name, "--target", data, target);
  const sha256 = await part.sha256;
  const rowRoles = model.ledger.find((entry) => entry.sha256 === sha256)?.rowRoles ?? null;
  return {
    name: source.name,
    data,
    places: placesWanted(source.name, data.rows, rowRoles, wanted),
    truth: truthOf(model, source.name, part, named),
    rowRoles,
    rowCosts: policy.kind === "costs" ? costsIn(source.name, data, policy) : {},
    groups: groupColumn === null ? null : groupsBy(source.name, { data }, groupColumn),
    notes,
  };
}

/** The rows that are wanted, ascending. @throws InputError when none are kept for that */
export function placesWanted(
  name: string,
  rows: number,
  rowRoles: Uint8Array | null,
  wanted: Role | "all",
): Uint32Array {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  if (wanted === "all") return all;
  if (rowRoles === null)
    throw new InputError(
      `--rows: the model has not seen ${name}, so none of its rows are kept for "${wanted}"; leave --rows out`,
    );
  const places = all.filter((row) => rowRoles[row] === roles.indexOf(wanted));
  if (places.length === 0) throw new InputError(`--rows ${wanted}: no rows of ${name} are kept for that`);
  return places;
}

/** @throws InputError when a row has a class that the model lacks */
function truthOf(
  { classes }: Classifier,
  name: string,
  { data, labels }: Rows["parts"][number],
  target: string | null,
): Int32Array | null {
  const column = isTable(data) ? data.columns.find((each) => each.name === target) : undefined;
  const read = column?.kind === "categorical" ? column : undefined;
  const [names, codes] = labels ? [labels.classes, labels.indices] : [read?.categories, read?.codes];
  if (names === undefined || codes === undefined) return null;
  const places = names.map((each) => classes.indexOf(each));
  const strange = codes.findIndex((code) => code >= 0 && places[code] < 0);
  if (strange >= 0)
    throw new InputError(
      `${name}: expected classes of the model (${shortList(classes)}) or none, got "${names[codes[strange]]}" at row ${strange}${didYouMean(names[codes[strange]], classes)}`,
    );
  const truth = codes.map((code) => (code < 0 ? -1 : places[code]));
  return truth.some((k) => k >= 0) ? truth : null;
}

/** The columns that a policy's costs are in. @throws InputError when one is missing, or a cost is no number, 0 or more */
export function costsIn(name: string, data: Matrix | Table, { costColumns, actions }: CostPolicy): RowCosts {
  return Object.fromEntries(
    costColumns.map(({ action, column }) => {
      const what = `the cost of "${actions[action]}"`;
      if (!isTable(data))
        throw new InputError(`${name}: ${what} is in a column "${column}", but this is no table`);
      const found = columnOf(name, what, data, column);
      const costs = Float64Array.from({ length: data.rows }, (_, row) => {
        const value = cellAt(found, row);
        if (typeof value !== "number" || !(value >= 0))
          throw new InputError(
            `${name}: ${what}, column "${column}", must be a number, 0 or more, got ${value ?? "nothing"} at row ${row}`,
          );
        return value;
      });
      return [column, costs];
    }),
  );
}

function columnOf(name: string, what: string, { columns }: Table, wanted: string): Table["columns"][number] {
  const found = columns.find((each) => each.name === wanted);
  const known = columns.map((each) => each.name);
  if (found === undefined)
    throw new InputError(
      `${what}: ${name} has no column "${wanted}"${didYouMean(wanted, known) || `; it has ${shortList(known)}`}`,
    );
  return found;
}
