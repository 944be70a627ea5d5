import type { SavedModel } from "@sigmax/core/artifact";
import { decideLabels, labelPolicyCosts } from "@sigmax/core/decide";
import { compareLabelModels } from "@sigmax/core/evaluate";
import { labelThresholdsOf } from "@sigmax/core/model";
import { paragraphs, printJson, printLines } from "../output.ts";
import { labelSetsAt } from "../sources/label-source.ts";
import { stopwatch } from "../stopwatch.ts";
import { comparedInWords, comparedLabels, openAgainst } from "./against.ts";
import { costsInWords } from "./decision-summary.ts";
import type { EvaluateFlags } from "./evaluate.flags.ts";
import { labelsInJson, labelsInWords, measureLabels, writeLabelReport } from "./label-figures.ts";
import { openForLabels, refuseForLabels } from "./label-model.ts";
import { labelSubgroupsBy, labelSubgroupsInWords } from "./label-subgroups.ts";
import { missedBy, missedInWords } from "./missed-labels.ts";
import { rowsToMeasure } from "./model-rows.ts";
import { openLabelCostPolicy } from "./policy-figures.ts";

/** Measures a model of several labels on rows with their labels. */
export async function evaluateLabelModel(
  flags: EvaluateFlags,
  model: SavedModel,
  modelPath: string,
  sourceName: string,
  report: string | null,
): Promise<void> {
  const clock = stopwatch();
  const { against, positive, by, seed } = flags;
  refuseForLabels({ positive });
  const policy = flags.policy === undefined ? null : await openLabelCostPolicy(flags.policy, model.classes);
  const kept = by === undefined ? [] : [by];
  const { source, notes } = await openForLabels(model, modelPath, sourceName, { ...flags, kept });
  const { rows, role } = await rowsToMeasure(model, source, flags.rows);
  const labelSets = labelSetsAt(source, rows.places);
  const load = clock.lap();
  const measured = measureLabels(model, rows.data, labelSets, seed);
  const logits = model.logits(rows.data);
  const probabilities = model.head.probabilities(logits);
  // On the very rows that they come from, promises look kept that are not.
  const promising = role === "guarantee" ? { ...model, guarantees: null } : model;
  const missed = missedBy(promising, probabilities, labelSets);
  const costs =
    policy &&
    labelPolicyCosts(
      policy,
      decideLabels(policy, { probabilities, labels: model.classes }),
      probabilities,
      labelSets,
      { seed },
    );
  const subgroups = by === undefined ? null : labelSubgroupsBy(by, rows, promising, logits, labelSets, seed);
  const other = against === undefined ? null : await openAgainst(against, model, rows, source);
  const comparison =
    other &&
    compareLabelModels(logits, other.logits(rows.data), labelSets, {
      seed,
      thresholds: [labelThresholdsOf(model), labelThresholdsOf(other)],
    });
  const compared = comparison && comparedLabels(comparison, { first: modelPath, second: against ?? "" });
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
    ...(costs && { costs }),
    ...(subgroups && { subgroups }),
    ...(compared && { compared }),
  });
  const { evaluation, uncalibrated } = measured;
  if (flags.json)
    printJson({
      ...labelsInJson(evaluation, role),
      thresholds: [...labelThresholdsOf(model)],
      uncalibrated: uncalibrated && labelsInJson(uncalibrated, role),
      missedLabels: missed,
      costs,
      subgroups,
      seconds: { ...seconds, fit: 0, total: clock.total() },
      status: model.training.status,
      model: modelPath,
      report,
      source: sourceName,
      notes,
      ...(comparison && { against, comparison }),
    });
  else if (!flags.quiet)
    printLines(
      paragraphs([
        labelsInWords(evaluation, role),
        uncalibrated
          ? [
              `Before calibration: log-loss ${uncalibrated.logLoss.toFixed(4)}, mean calibration error ${uncalibrated.ece.toFixed(4)}`,
            ]
          : [],
        missed ? [missedInWords(missed)] : [],
        costs ? costsInWords(costs) : [],
        subgroups ? labelSubgroupsInWords(subgroups) : [],
        compared ? comparedInWords(compared) : [],
        notes,
        report === null ? [] : [`Report  ${report}`],
      ]),
    );
}
