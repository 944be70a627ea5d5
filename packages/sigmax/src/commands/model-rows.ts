import { InputError, type Classifier } from "@sigmax/core";
import { roles, rowsWithRole, type LedgerEntry, type Role } from "@sigmax/core/data";
import { count } from "../output.ts";
import { isTablePath, openSource } from "../sources/open.ts";
import type { Source, SourcePart } from "../sources/source.ts";
import { matchRows, readingFor, type FileOptions } from "./match.ts";
import { pickRows, wholePart, type RowSet } from "./rows.ts";

interface OpenOptions extends FileOptions {
  /** The column of classes [that of the training rows]. */
  readonly target?: string | undefined;
  /** Columns to read as texts beside the model's own. */
  readonly kept?: readonly string[];
  /** Columns to read as numbers beside the model's own. */
  readonly numeric?: readonly string[];
}

/**
 * Opens rows with classes as a model takes them: its columns by name and of their kinds, its classes in their order.
 *
 * @returns also what a user should know of how the model takes the rows, a sentence each
 * @throws InputError when the model does not take these rows, or they have other classes
 */
export async function openForModel(
  model: Classifier,
  modelPath: string,
  sourceName: string,
  { target, kept = [], numeric = [], ...file }: OpenOptions = {},
): Promise<{ source: Source; notes: string[] }> {
  const source = await openSource(sourceName, {
    ...(isTablePath(sourceName) && readingFor(model, file, kept, numeric)),
    target: target ?? targetFor(model, sourceName),
    classes: isNamed(sourceName) ? undefined : model.classes,
  });
  const notes = matchRows(model, source, modelPath, [...kept, ...numeric]);
  checkClasses(model, source, modelPath);
  return { source, notes };
}

function isNamed(name: string): boolean {
  return !isTablePath(name) && !/\.np[yz]|idx|ubyte/i.test(name);
}

/** A table's target is named as it was in training; data sets know theirs. */
function targetFor(model: Classifier, sourceName: string): string | undefined {
  return isTablePath(sourceName) ? model.training.target : undefined;
}

function checkClasses(model: Classifier, source: Source, modelPath: string): void {
  const { classes } = source.parts[0].labels;
  if (classes.join("\n") !== model.classes.join("\n"))
    throw new InputError(
      `${modelPath}: the model's classes are ${model.classes.join(", ")}, but ${source.name} has ${classes.join(", ")}`,
    );
}

/**
 * Which rows to measure on. The ledger knows rows by their source's digest: those held out for testing,
 * unless the caller names a role. A source, or a part of one, that it does not know is new as a whole.
 */
export async function rowsToMeasure(
  model: Classifier,
  source: Source,
  wanted: Role | "all" | undefined,
): Promise<{ rows: RowSet; role: Role | "new" | "all" }> {
  const known = await Promise.all(
    source.parts.map(async (part) => {
      const sha256 = await part.sha256;
      return { part, entry: model.ledger.find((entry) => entry.sha256 === sha256) };
    }),
  );
  if (known.every(({ entry }) => entry === undefined)) {
    if (wanted !== undefined && wanted !== "all")
      throw new InputError(
        `--rows: the model has not seen ${source.name}, so none of its rows are kept for "${wanted}"; leave --rows out`,
      );
    return { rows: wholePart(source.parts.at(-1) ?? source.parts[0]), role: "new" };
  }
  const role = wanted ?? "test";
  if (role === "all") {
    if (source.parts.length > 1)
      throw new InputError(
        `--rows all: ${source.name} has several parts; name one: ${source.parts.map((part) => `${source.name}:${part.name}`).join(" or ")}`,
      );
    return { rows: wholePart(source.parts[0]), role: "all" };
  }
  for (const { part, entry } of known) {
    const rows = entry && rowsWithRole(entry.rowRoles, role);
    if (rows && rows.length > 0) return { rows: rowsOf(part, rows), role };
  }
  const fresh = known.find(({ entry }) => entry === undefined);
  if (fresh && wanted === undefined) return { rows: wholePart(fresh.part), role: "new" };
  const uses = known.flatMap(({ entry }) => (entry ? usesOf(entry) : [])).join(", ");
  throw new InputError(
    `--rows ${role}: no rows of ${source.name} are kept for that; the model has used them so: ${uses}; --rows train measures on training rows`,
  );
}

function rowsOf(part: SourcePart, rows: Uint32Array): RowSet {
  return rows.length === part.data.rows ? wholePart(part) : pickRows(part, rows);
}

/** "60,000 train" */
export function usesOf({ rowRoles }: LedgerEntry): string[] {
  return roles
    .map((role): [Role, number] => [role, rowsWithRole(rowRoles, role).length])
    .filter(([, rows]) => rows > 0)
    .map(([role, rows]) => `${count(rows)} ${role}`);
}
