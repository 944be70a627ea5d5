import type { Classifier } from "@sigmax/core";
import type { Guarantees } from "@sigmax/core/artifact";
import type { LabelSets } from "@sigmax/core/data";
import type { StrategyCost } from "@sigmax/core/decide";
import { evaluateLabels, labelPairs, type LabelEvaluation } from "@sigmax/core/evaluate";
import { labelThresholdsOf } from "@sigmax/core/model";
import { count } from "../output.ts";
import type { MeasuredOn } from "../report/card-data.ts";
import type { DecidedLabels } from "../report/label-decisions.ts";
import { writeFileWhole } from "../write.ts";
import type { Compared } from "./against.ts";
import type { LabelSubgroups } from "./label-subgroups.ts";
import { labelSummary } from "./label-summary.ts";
import { usesOf } from "./model-rows.ts";

/** A model on some rows, calibrated and not. */
export interface MeasuredLabels {
  readonly evaluation: LabelEvaluation;
  /** Null where the model is not calibrated. */
  readonly uncalibrated: LabelEvaluation | null;
}

/** @param thresholds from which on a calibrated label is given. Default: the model's own */
export function measureLabels(
  model: Classifier,
  data: Parameters<Classifier["logits"]>[0],
  labelSets: LabelSets,
  seed: number,
  thresholds: ArrayLike<number> = labelThresholdsOf(model),
): MeasuredLabels {
  return {
    evaluation: evaluateLabels(model.logits(data), labelSets, { thresholds, seed }),
    uncalibrated: model.calibration ? evaluateLabels(model.rawLogits(data), labelSets, { seed }) : null,
  };
}

/** The figures in JSON; the bins of every label are for the report. */
export function labelsInJson(evaluation: LabelEvaluation, evaluatedOn: string): object {
  const { labels, perLabel, ...rest } = evaluation;
  return {
    evaluatedOn,
    classes: labels,
    ...rest,
    perLabel: perLabel.map(({ reliability: _bins, ...figures }) => figures),
  };
}

const kinds: Readonly<Record<string, string>> = {
  train: "training rows (the model has seen them, so these figures flatter it)",
  all: "rows (the model has seen some of them, so these figures flatter it)",
};

/** The same for a terminal. */
export function labelsInWords(evaluation: LabelEvaluation, evaluatedOn: string): string[] {
  return [
    `On ${count(evaluation.rows)} ${kinds[evaluatedOn] ?? `${evaluatedOn} rows`}, ${Math.round(100 * evaluation.confidence)} % intervals in brackets:`,
    ...labelSummary(evaluation),
  ];
}

/** What the report is of, beside the figures. */
export interface ReportedLabels extends MeasuredLabels {
  readonly model: Classifier;
  readonly guarantees: Guarantees | null;
  readonly sourceName: string;
  readonly labelSets: LabelSets;
  readonly evaluatedOn: MeasuredOn;
  readonly modelPath: string;
  readonly warnings: readonly string[];
  readonly seconds: { readonly load: number; readonly fit?: number; readonly evaluate: number };
  readonly decided?: DecidedLabels;
  /** What a policy costs on these rows and simpler ways, the policy first. */
  readonly costs?: readonly StrategyCost[];
  readonly subgroups?: LabelSubgroups;
  /** Another model on the same rows. */
  readonly compared?: Compared;
}

/** Draws a report and writes it; what it takes to draw is loaded only now. */
export async function writeLabelReport(path: string | null, reported: ReportedLabels): Promise<void> {
  if (path === null) return;
  const [{ renderLabelReport }, { commandLine, optionsInWords }] = await Promise.all([
    import("../report/label-page.ts"),
    import("../report/build.ts"),
  ]);
  const { model, guarantees, labelSets, evaluatedOn, subgroups, compared } = reported;
  const { training, calibration, ledger } = model;
  const html = renderLabelReport({
    source: reported.sourceName,
    target: training.target,
    created: new Date(),
    modelPath: reported.modelPath,
    command: commandLine(),
    version: training.version,
    evaluatedOn,
    evaluation: reported.evaluation,
    uncalibrated: reported.uncalibrated,
    pairs: labelPairs(labelSets),
    trainRows: training.rows,
    warnings: reported.warnings,
    parameterCount:
      model.layers.reduce((sum, { weights, bias }) => sum + weights.length + bias.length, 0) +
      (model.body?.parameters.length ?? 0),
    features: model.features.columns.length,
    options: optionsInWords(training),
    status: training.status,
    seconds: reported.seconds,
    calibration:
      calibration && `On ${count(calibration.rows)} rows of ${calibration.source}: ${calibration.reason}`,
    promise: (evaluatedOn === "guarantee" ? null : guarantees?.missedLabels) ?? null, // on the very rows it comes from, it looks kept
    decided: reported.decided ?? null,
    costs: reported.costs ?? null,
    ...(subgroups && { subgroups }),
    ...(compared && { compared }),
    ledger: ledger.map((entry) => ({ source: entry.source, uses: usesOf(entry).join(", ") })),
  });
  await writeFileWhole(path, html);
}
