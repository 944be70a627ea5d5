import type { SavedModel } from "@sigmax/core/artifact";
import type { LabelSets, Probabilities } from "@sigmax/core/data";
import { labelThresholdsOf } from "@sigmax/core/model";
import { count, percent, printJson, printLines } from "../output.ts";
import { labelSetsAt } from "../sources/label-source.ts";
import { stopwatch } from "../stopwatch.ts";
import type { EvaluateFlags } from "./evaluate.flags.ts";
import { labelsInJson, labelsInWords, measureLabels, writeLabelReport } from "./label-figures.ts";
import { openForLabels, refuseForLabels } from "./label-model.ts";
import { rowsToMeasure } from "./model-rows.ts";

/** Measures a model of several labels on rows with their labels. */
export async function evaluateLabelModel(
  flags: EvaluateFlags,
  model: SavedModel,
  modelPath: string,
  sourceName: string,
  report: string | null,
): Promise<void> {
  const clock = stopwatch();
  const { against, positive, policy, by } = flags;
  refuseForLabels({ against, positive, policy, by });
  const { source, notes } = await openForLabels(model, modelPath, sourceName, flags);
  const { rows, role } = await rowsToMeasure(model, source, flags.rows);
  const labelSets = labelSetsAt(source, rows.places);
  const load = clock.lap();
  const measured = measureLabels(model, rows.data, labelSets, flags.seed);
  const missed = role === "guarantee" ? null : missedBy(model, model.predict(rows.data), labelSets);
  const seconds = { load, evaluate: clock.lap() };
  const { guarantees } = model;
  await writeLabelReport(report, {
    model,
    guarantees,
    sourceName: source.name,
    labelSets,
    evaluatedOn: role,
    modelPath,
    warnings: [],
    seconds,
    ...measured,
  });
  const { evaluation, uncalibrated } = measured;
  if (flags.json)
    printJson({
      ...labelsInJson(evaluation, role),
      thresholds: [...labelThresholdsOf(model)],
      uncalibrated: uncalibrated && labelsInJson(uncalibrated, role),
      missedLabels: missed,
      seconds: { ...seconds, fit: 0, total: clock.total() },
      status: model.training.status,
      model: modelPath,
      report,
      source: sourceName,
      notes,
    });
  else if (!flags.quiet)
    printLines([
      ...labelsInWords(evaluation, role),
      ...(uncalibrated
        ? [
            "",
            `Before calibration: log-loss ${uncalibrated.logLoss.toFixed(4)}, mean calibration error ${uncalibrated.ece.toFixed(4)}`,
          ]
        : []),
      ...(missed ? ["", missedInWords(missed)] : []),
      ...(notes.length > 0 ? ["", ...notes] : []),
      ...(report === null ? [] : ["", `Report  ${report}`]),
    ]);
}

/** What the sets that a promise is about missed on some rows. */
export interface ObservedMissed {
  readonly alpha: number;
  /** Rows that carry a label. */
  readonly rows: number;
  /** Mean share of their labels that the sets miss. */
  readonly observed: number;
  /** Mean labels in a set, over all rows. */
  readonly meanSize: number;
}

/** Null where nothing is promised, or no row carries a label. */
export function missedBy(
  { guarantees }: SavedModel,
  { rows, columns, values }: Probabilities,
  { values: marks }: LabelSets,
): ObservedMissed | null {
  const promise = guarantees?.missedLabels;
  if (!promise?.feasible) return null;
  let [labeled, missed, members] = [0, 0, 0];
  for (let row = 0, i = 0; row < rows; row++) {
    let [carried, lost] = [0, 0];
    for (const end = i + columns; i < end; i++) {
      const isMember = values[i] >= promise.threshold;
      if (isMember) members++;
      carried += marks[i];
      if (marks[i] === 1 && !isMember) lost++;
    }
    if (carried === 0) continue;
    labeled++;
    missed += lost / carried;
  }
  if (labeled === 0) return null;
  return { alpha: promise.alpha, rows: labeled, observed: missed / labeled, meanSize: members / rows };
}

export function missedInWords({ alpha, rows, observed, meanSize }: ObservedMissed): string {
  return `Sets that miss at most ${percent(alpha)} of a row's labels on average: they missed ${percent(observed)} in the ${count(rows)} rows here that carry one, with ${meanSize.toFixed(2)} labels a set`;
}
