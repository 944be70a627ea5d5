import { evaluate, InputError, readModel } from "@sigmax/core";
import { roles, type Logits } from "@sigmax/core/data";
import { compareModels, type ModelComparison } from "@sigmax/core/evaluate";
import { comparisonInWords, figures, summaryOf } from "../figures.ts";
import { count, printJson, printLines } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import type { Source } from "../sources/source.ts";
import type { EvaluateFlags } from "./evaluate.flags.ts";
import { stopwatch } from "../stopwatch.ts";
import { matchRows } from "./match.ts";
import { checkClasses, openForModel, rowsToMeasure } from "./model-rows.ts";
import type { RowSet } from "./rows.ts";

export async function evaluateModel(
  flags: EvaluateFlags,
  modelPath: string,
  sourceName: string,
): Promise<void> {
  const clock = stopwatch();
  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  const { source, notes } = await openForModel(model, modelPath, sourceName, flags);
  const { rows, role } = await rowsToMeasure(model, source, flags.rows);
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
