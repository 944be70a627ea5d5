import { InputError, writeModel, type Classifier, type FitOptions } from "@sigmax/core";
import type { LabelSets } from "@sigmax/core/data";
import { createKernels } from "@sigmax/core/kernels";
import { isDescent } from "@sigmax/core/model";
import { createThreads } from "@sigmax/core/node";
import { healthWarnings, type TableData } from "@sigmax/core/train";
import { count, counted, printJson, printLines } from "../output.ts";
import {
  columnsOf,
  labelSetsAt,
  openLabelSource,
  type LabelSource,
  type LabelTargets,
} from "../sources/label-source.ts";
import { isTable } from "../sources/source.ts";
import { stopwatch } from "../stopwatch.ts";
import { writeFileWhole } from "../write.ts";
import { groupsIn, weightsIn, withCarried, withoutCarried } from "./carried.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { fitWithProgress, outputPaths } from "./fitting.ts";
import { labelsInJson, labelsInWords, measureLabels, writeLabelReport } from "./label-figures.ts";
import { networkInWords } from "./network-words.ts";
import { divideRows, type TrainingRows } from "./rows.ts";
import { endInWords } from "./summary.ts";
import { tableOptions } from "./table.flags.ts";
import type { TrainFlags } from "./train.flags.ts";
import { fitOptionsOf } from "./train.options.ts";
import { readAndWarmUp } from "./warm-up.ts";
import { warningsOfCarried } from "./warnings.ts";

/** Trains a model that gives each row any number of labels. */
export async function trainLabels(
  flags: TrainFlags,
  sourceName: string,
  targets: LabelTargets,
): Promise<void> {
  const clock = stopwatch();
  checkFlags(flags);
  const { modelPath, reportPath } = await outputPaths(flags, sourceName);
  const checkpoint = await openCheckpoint(flags.checkpoint, flags.resume);
  const choice = withCarried(tableOptions(flags), flags);
  const kernels = createKernels();
  const team = flags.threads === 1 ? undefined : createThreads(flags.threads);
  const source = await readAndWarmUp(openLabelSource(sourceName, targets, choice), kernels, team);
  if (source.doubts.length > 0) throw new InputError(`${source.name}: ${source.doubts[0]}`);
  const testSource = flags.test === undefined ? null : await openTest(flags.test, source, choice);
  weightsIn(source.parts[0].data, flags);
  const rows = await divideRows(source, testSource, flags.split, flags.seed, flags);
  const load = clock.lap();

  const options: FitOptions = { ...fitOptionsOf(flags), head: "multilabel", kernels, team };
  const model = await fitWithProgress(
    trainingLabels(source, rows, flags),
    { ...options, ...checkpoint.options },
    team,
    flags,
    () => undefined,
  );
  const fit = clock.lap();

  const { test } = rows;
  const tested = test ?? rows.train;
  const evaluatedOn = test ? "test" : "train";
  const labelSets = labelSetsAt(test && testSource ? testSource : source, tested.places);
  const measured = measureLabels(model, tested.data, labelSets, flags.seed);
  const { evaluation } = measured;
  const warnings = [
    ...(model.training.warnings ?? []),
    ...healthWarnings(model),
    ...warningsOfCarried(flags),
  ];
  const evaluate = clock.lap();

  const { missing } = flags;
  const features = missing ? { ...model.features, missing } : model.features; // predict reads files as train did
  await writeFileWhole(modelPath, writeModel({ ...model, features }));
  await checkpoint.remove();
  const seconds = { load, fit, evaluate };
  const sourceOfReport = {
    sourceName: source.name,
    labelSets,
    evaluatedOn,
    modelPath,
    warnings,
    seconds,
  } as const;
  await writeLabelReport(reportPath, { model, guarantees: null, ...measured, ...sourceOfReport });
  const total = clock.total();
  const notes = testSource?.labelNotes ?? [];
  const { optimum } = model.training;
  if (flags.json)
    printJson({
      ...labelsInJson(evaluation, evaluatedOn),
      seconds: { ...seconds, total },
      status: model.training.status,
      model: modelPath,
      report: reportPath,
      trainRows: model.training.rows,
      seed: model.training.seed,
      options: model.training.options,
      warnings,
      notes: [...checkpoint.notes, ...notes],
      ...(optimum && {
        objective: optimum.objective,
        gap: optimum.gap ?? optimum.decrement,
        gradientNorm: optimum.gradientNorm,
        iterations: optimum.iterations,
        passes: optimum.passes,
        logLikelihood: optimum.logLikelihood,
      }),
      history: model.training.history,
    });
  else if (!flags.quiet)
    printLines([
      describe(source, rows, model),
      "",
      ...labelsInWords(evaluation, evaluatedOn),
      "",
      ...endInWords(model).flatMap((line) => [line, ""]),
      ...networkInWords(model),
      ...warnings.flatMap((warning) => [`Warning: ${warning}.`, ""]),
      ...notes,
      `Model   ${modelPath}`,
      ...(reportPath === null ? [] : [`Report  ${reportPath}`]),
      `Time    ${total.toFixed(2)} s: load ${load.toFixed(2)}, fit ${fit.toFixed(2)}, evaluate ${evaluate.toFixed(2)}`,
    ]);
  else for (const warning of warnings) process.stderr.write(`sigmax: warning: ${warning}\n`);
}

/** @throws InputError when a flag is for classes that exclude each other */
function checkFlags({
  folds,
  repeats,
  positive,
  classWeight,
  weightedProbabilities,
  rule,
  l2,
  preset,
}: TrainFlags): void {
  const given = Object.entries({
    folds,
    repeats,
    positive,
    "class-weight": classWeight,
    "weighted-probabilities": weightedProbabilities || undefined,
    rule,
    "l2 auto": l2 === "auto" || undefined,
    preset,
  }).find(([, value]) => value !== undefined);
  if (given !== undefined)
    throw new InputError(
      `--${given[0]}: this is for classes of which every row has exactly one, and here rows carry several labels; leave it out`,
    );
}

/** Test rows with the labels of the training rows, in their order; others are left out, and said. */
async function openTest(
  name: string,
  { targets, labelSets, columns }: LabelSource,
  options: Parameters<typeof openLabelSource>[2],
): Promise<LabelSource> {
  const own = "columns" in targets ? targets : { ...targets, names: labelSets.names };
  const test = await openLabelSource(name, own, options);
  if (test.columns.join("\n") !== columns.join("\n"))
    throw new InputError(
      `--test: ${name} must have the columns of the training rows: ${columns.slice(0, 6).join(", ")}${columns.length > 6 ? ", …" : ""}`,
    );
  return test;
}

function trainingLabels(source: LabelSource, rows: TrainingRows, flags: TrainFlags): TableData<LabelSets> {
  const { data, places } = rows.train;
  if (!isTable(data)) throw new InputError(`${source.name}: this is no table`);
  const sampleWeights = weightsIn(data, flags);
  const groups = groupsIn(data, flags);
  return {
    table: withoutCarried(data, flags),
    labels: labelSetsAt(source, places),
    source: source.name,
    target: columnsOf(source.targets),
    ...("separator" in source.targets && { separator: source.targets.separator }),
    ledger: rows.ledger,
    ...(sampleWeights && { sampleWeights }),
    ...(groups && { groups }),
  };
}

function describe(source: LabelSource, { train }: TrainingRows, model: Classifier): string {
  const { options, history } = model.training;
  const what =
    isDescent(options) && options.hidden !== undefined
      ? `network ${options.hidden}, then independent sigmoids,`
      : "independent sigmoids";
  const how = isDescent(options)
    ? `${history.length} epochs of batches of ${options.batch} by ${options.solver}`
    : `exact, by ${options.solver}`;
  return `${source.name}: ${what} on ${count(train.data.rows)} rows, ${counted(source.columns.length, "column")}, ${counted(model.classes.length, "label")}; ${how}`;
}
