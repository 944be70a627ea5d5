import { evaluate, InputError, readModel, type Classifier } from "@sigmax/core";
import { roles, rowsWithRole, type LedgerEntry, type Logits, type Role } from "@sigmax/core/data";
import { compareModels, type ModelComparison } from "@sigmax/core/evaluate";
import { comparisonInWords, figures, summaryOf } from "../figures.ts";
import { count, printJson, printLines } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import { isTablePath, openSource } from "../sources/open.ts";
import type { Source, SourcePart } from "../sources/source.ts";
import type { EvaluateFlags } from "./evaluate.flags.ts";
import { stopwatch } from "../stopwatch.ts";
import { matchRows, readingFor } from "./match.ts";
import { pickRows, wholePart, type RowSet } from "./rows.ts";

export async function evaluateModel(
  flags: EvaluateFlags,
  modelPath: string,
  sourceName: string,
): Promise<void> {
  const clock = stopwatch();
  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  const source = await openSource(sourceName, {
    ...(isTablePath(sourceName) && readingFor(model)),
    target: flags.target ?? targetFor(model, sourceName),
    classes: isNamed(sourceName) ? undefined : model.classes,
  });
  const notes = matchRows(model, source, modelPath);
  checkClasses(model, source, modelPath);
  const { rows, role } = await choose(model, source, flags.rows);
  const load = clock.lap();
  const logits = model.logits(rows.data);
  const evaluation = evaluate(logits, rows.labels, { seed: flags.seed, positive: flags.positive });
  const comparison =
    flags.against === undefined ? null : await compareWith(flags.against, logits, rows, source, flags.seed);
  const seconds = { load, fit: 0, evaluate: clock.lap(), total: clock.total() };
  if (flags.json)
    printJson({
      ...figures(evaluation, role),
      seconds,
      status: model.training.status,
      model: modelPath,
      report: null,
      source: sourceName,
      notes,
      ...(comparison && { against: flags.against, comparison }),
    });
  else if (!flags.quiet)
    printLines([
      ...summaryOf(evaluation, role),
      ...(comparison ? ["", ...comparisonInWords(comparison, modelPath, flags.against ?? "")] : []),
      ...(notes.length > 0 ? ["", ...notes] : []),
    ]);
}

/** The other model on the same rows, which it must not have learned from either. */
async function compareWith(
  path: string,
  logits: Logits,
  rows: RowSet,
  source: Source,
  seed: number,
): Promise<ModelComparison> {
  const other = readModel((await readBytes(path)).bytes, { where: path });
  matchRows(other, source, path);
  checkClasses(other, source, path);
  const shas = await Promise.all(source.parts.map((part) => part.sha256));
  for (const { sha256, rowRoles } of other.ledger) {
    if (!shas.includes(sha256)) continue;
    const places = rows.places ?? Uint32Array.from({ length: rows.data.rows }, (_, row) => row);
    if (source.parts.length > 1 && places.length !== rowRoles.length) continue;
    const used = places.reduce((sum, row) => sum + (roles[rowRoles[row]] === "train" ? 1 : 0), 0);
    if (used > 0)
      throw new InputError(
        `--against: ${path} has learned from ${count(used)} of these ${count(places.length)} rows, so the comparison would flatter it; train both on the same rows (the same --seed and --split)`,
      );
  }
  return compareModels(logits, other.logits(rows.data), rows.labels, { seed });
}

function isNamed(name: string): boolean {
  return !/\.(csv|tsv|jsonl|ndjson|np[yz])|idx|ubyte/i.test(name);
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
async function choose(
  model: Classifier,
  source: Source,
  wanted: EvaluateFlags["rows"],
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
