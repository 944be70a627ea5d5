import { InputError, type Classifier } from "@sigmax/core";
import { labelsOf, roles, rowsWithRole, type LedgerEntry, type Labels, type Role } from "@sigmax/core/data";
import { cellAt, isTable, type Source, type SourcePart } from "../sources/source.ts";
import { didYouMean, shortList } from "../sources/suggest.ts";
import { usesOf } from "./model-rows.ts";
import { pickRows, wholePart, type RowSet } from "./rows.ts";

/** Rows for one purpose, and the ledger that says so. */
export interface SpentRows {
  readonly rows: RowSet;
  readonly ledger: readonly LedgerEntry[];
}

/**
 * The rows of a source that are kept for a purpose, or all of one that the model has not seen.
 *
 * @returns null where the model knows the source, but keeps none of its rows for that
 * @throws InputError when a source that the model has not seen has several parts
 */
export async function rowsKept(model: Classifier, source: Source, role: Role): Promise<SpentRows | null> {
  const known = await knownParts(model, source);
  if (known.every(({ entry }) => entry === undefined)) {
    const [part, other] = source.parts;
    if (other !== undefined)
      throw new InputError(
        `${source.name}: it has several parts; name the one to ${role}: ${source.parts.map(({ name }) => `${source.name}:${name}`).join(" or ")}`,
      );
    const rowRoles = new Uint8Array(part.data.rows).fill(roles.indexOf(role));
    const entry = { source: source.name, sha256: await part.sha256, rowRoles };
    return { rows: wholePart(part), ledger: [...model.ledger, entry] };
  }
  for (const { part, entry } of known) {
    const rows = entry && rowsWithRole(entry.rowRoles, role);
    if (rows && rows.length > 0)
      return {
        rows: rows.length === part.data.rows ? wholePart(part) : pickRows(part, rows),
        ledger: model.ledger,
      };
  }
  return null;
}

/** What the model did with the rows of a source: "455 train, 114 test". */
export async function usesOfSource(model: Classifier, source: Source): Promise<string> {
  const known = await knownParts(model, source);
  return known.flatMap(({ entry }) => (entry ? usesOf(entry) : [])).join(", ");
}

async function knownParts(
  model: Classifier,
  source: Source,
): Promise<{ part: SourcePart; entry: LedgerEntry | undefined }[]> {
  return Promise.all(
    source.parts.map(async (part) => {
      const sha256 = await part.sha256;
      return { part, entry: model.ledger.find((entry) => entry.sha256 === sha256) };
    }),
  );
}

/** Where each row stands in its source: what it is known by. */
export function placesOf({ places, data }: RowSet): ArrayLike<number> {
  return places ?? Uint32Array.from({ length: data.rows }, (_, row) => row);
}

/** The values of a column as groups of the rows. @throws InputError when there is no such column, or a row has none */
export function groupsBy(flag: string, { data }: Pick<RowSet, "data">, name: string): Labels {
  if (!isTable(data)) throw new InputError(`${flag}: the source is no table, so it has no column "${name}"`);
  const column = data.columns.find((each) => each.name === name);
  const known = data.columns.map((each) => each.name);
  if (column === undefined)
    throw new InputError(
      `${flag}: there is no column "${name}"${didYouMean(name, known) || `; the columns are ${shortList(known)}`}`,
    );
  return labelsOf(
    Array.from({ length: data.rows }, (_, row) => {
      const value = cellAt(column, row);
      if (value === null)
        throw new InputError(`${flag}: every row needs a value, "${name}" is missing at row ${row}`);
      return value;
    }),
  );
}
