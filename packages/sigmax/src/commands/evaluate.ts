import { evaluate, readModel } from "@sigmax/core";
import { evaluateSets } from "@sigmax/core/conformal";
import { compareModels } from "@sigmax/core/evaluate";
import { figures, summaryOf } from "../figures.ts";
import { paragraphs, printJson, printLines } from "../output.ts";
import { readBytes } from "../sources/files.ts";
import type { EvaluateFlags } from "./evaluate.flags.ts";
import { stopwatch } from "../stopwatch.ts";
import { comparedClasses, comparedInWords, openAgainst } from "./against.ts";
import { calibrationFigures, calibrationInWords, changeInWords } from "./calibration-figures.ts";
import { acceptedInWords, costsInWords } from "./decision-summary.ts";
import { setsInWords, setsOf, shareText } from "./guarantees.ts";
import { openForModel, rowsToMeasure } from "./model-rows.ts";
import { acceptedBy, costsOfPolicy, openCostPolicy } from "./policy-figures.ts";
import { reportPathOf, writeReport } from "./report-file.ts";
import { subgroupsBy, subgroupsInWords } from "./subgroups.ts";

export async function evaluateModel(
  flags: EvaluateFlags,
  modelPath: string,
  sourceName: string,
): Promise<void> {
  const clock = stopwatch();
  const report = await reportPathOf(flags.report, null, [modelPath, sourceName]);
  const model = readModel((await readBytes(modelPath)).bytes, { where: modelPath });
  if (!model.head.isExclusive) {
    const { evaluateLabelModel } = await import("./evaluate-labels.ts");
    return evaluateLabelModel(flags, model, modelPath, sourceName, report);
  }
  const policy = flags.policy === undefined ? null : await openCostPolicy(flags.policy, model.classes);
  const groupColumn = model.guarantees?.groupColumn ?? null;
  const { source, notes } = await openForModel(model, modelPath, sourceName, {
    ...flags,
    kept: [flags.by, groupColumn].filter((name) => typeof name === "string"),
    numeric: policy?.costColumns.map(({ column }) => column) ?? [],
  });
  const { rows, role } = await rowsToMeasure(model, source, flags.rows);
  const load = clock.lap();
  const { seed, positive: event, by } = flags;
  const logits = model.logits(rows.data);
  const evaluation = evaluate(logits, rows.labels, { seed, positive: event });
  const { positive } = evaluation;
  const uncalibrated = model.calibration
    ? evaluate(model.rawLogits(rows.data), rows.labels, { seed, positive: event })
    : null;
  const calibration = calibrationFigures(model, logits, rows.labels, positive);
  const probabilities = model.head.probabilities(logits);
  // On the very rows that they come from, promises look kept that are not.
  const promised = role === "guarantee" ? { ...model, guarantees: null } : model;
  const sets = promised.guarantees && setsOf(promised, promised.guarantees, rows);
  const labelSets = sets && evaluateSets(sets, rows.labels);
  const accepted = acceptedBy(promised, probabilities, rows);
  const costs = policy && costsOfPolicy(model, policy, source.name, rows, sets, seed);
  const subgroups =
    by === undefined ? null : subgroupsBy(by, rows, { logits, probabilities }, positive, sets);
  const { against } = flags;
  const other = against === undefined ? null : await openAgainst(against, model, rows, source);
  const comparison = other && compareModels(logits, other.logits(rows.data), rows.labels, { seed });
  const compared = comparison && comparedClasses(comparison, { first: modelPath, second: against ?? "" });
  const taken = { load, evaluate: clock.lap() };
  await writeReport(report, {
    model,
    guarantees: model.guarantees,
    source,
    tested: rows,
    evaluatedOn: role,
    logits,
    evaluation,
    modelPath,
    seconds: taken,
    ...(by !== undefined && { by }),
    ...(costs && { costs }),
    ...(compared && { compared }),
  });
  const seconds = { ...taken, fit: 0, total: clock.total() };
  if (flags.json)
    printJson({
      ...figures(evaluation, role),
      ...calibration,
      uncalibrated: uncalibrated && figures(uncalibrated, role),
      labelSets,
      accepted,
      costs,
      subgroups: subgroups && { column: by, groups: subgroups },
      seconds,
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
        summaryOf(evaluation, role),
        uncalibrated && model.calibration ? changeInWords(model.calibration, uncalibrated, evaluation) : [],
        calibrationInWords(calibration),
        labelSets ? setsInWords(labelSets) : [],
        accepted
          ? [`At a promised risk of ${shareText(accepted.targetRisk)}: ${acceptedInWords(accepted)}`]
          : [],
        costs ? costsInWords(costs) : [],
        subgroups && by !== undefined ? subgroupsInWords(by, subgroups, positive) : [],
        compared ? comparedInWords(compared) : [],
        notes,
        report === null ? [] : [`Report  ${report}`],
      ]),
    );
}
