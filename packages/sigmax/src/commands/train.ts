import {
  evaluate,
  InputError,
  writeModel,
  type Classifier,
  type FitOptions,
  type TrainingData,
} from "@sigmax/core";
import { crossValidate, type CrossValidation } from "@sigmax/core/evaluate";
import { severalLabelsAdvice } from "@sigmax/core/data";
import { isDescent } from "@sigmax/core/model";
import { createKernels } from "@sigmax/core/kernels";
import { createThreads } from "@sigmax/core/node";
import { count, counted, printJson, printLines } from "../output.ts";
import { figures, summaryOf, validationInJson, validationInWords } from "../figures.ts";
import { openSource } from "../sources/open.ts";
import { isTable, type Source } from "../sources/source.ts";
import { writeFileWhole } from "../write.ts";
import { startProgress } from "../progress.ts";
import { stopwatch } from "../stopwatch.ts";
import { weightsIn, withCarried, withoutCarried } from "./carried.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { fitWithProgress, outputPaths } from "./fitting.ts";
import { labelTargetsOf } from "./label-targets.ts";
import { layersInWords, networkInWords } from "./network-words.ts";
import { divideRows, type TrainingRows } from "./rows.ts";
import { tableOptions } from "./table.flags.ts";
import type { TrainFlags } from "./train.flags.ts";
import { checkFolds, fitOptionsOf } from "./train.options.ts";
import { keepSnapshot, type Snapshot } from "./snapshots.ts";
import { fitInWords, optimumInJson } from "./summary.ts";
import { trainingData } from "./training-data.ts";
import { readAndWarmUp } from "./warm-up.ts";
import { warningsOf, warningsOfCarried, warningsOfRepeats } from "./warnings.ts";

export async function train(flags: TrainFlags, sourceName: string): Promise<void> {
  const targets = labelTargetsOf(flags);
  if (targets !== null) {
    const { trainLabels } = await import("./train-labels.ts");
    return trainLabels(flags, sourceName, targets);
  }
  const clock = stopwatch();
  const { modelPath, reportPath } = await outputPaths(flags, sourceName);
  const checkpoint = await openCheckpoint(flags.checkpoint, flags.resume);

  const choice = withCarried(tableOptions(flags), flags);
  const opening = openSource(sourceName, choice);
  const openingTest = flags.test === undefined ? null : openSource(flags.test, choice);
  const kernels = createKernels();
  const team = flags.threads === 1 ? undefined : createThreads(flags.threads);
  const reading = Promise.all([opening, openingTest]);
  const [source, testSource] = await readAndWarmUp(reading, kernels, team);
  const list = severalLabelsAdvice(source.parts[0].labels);
  if (list !== null && source.doubts.length > 0)
    throw new InputError(`${source.name}: ${list}; say --labels ";"`);
  if (source.doubts.length > 0) throw new InputError(`${source.name}: ${source.doubts[0]}`);
  const { classes } = source.parts[0].labels;
  if (classes.length < 2)
    throw new InputError(`${source.name}: expected rows of two classes or more, all are of "${classes[0]}"`);
  if (testSource) checkSameShape(source, testSource);
  weightsIn(source.parts[0].data, flags); // checked before rows are divided, so that a refusal names their place in the source
  const rows = await divideRows(source, testSource, flags.split, flags.seed, flags).catch(
    (error: unknown) => {
      // Lists that are taken for classes are many, and rare: that is what could not be divided.
      throw list !== null && error instanceof InputError
        ? new InputError(`${error.message}; ${list} (--labels ";")`)
        : error;
    },
  );
  checkFolds(rows.train.labels, flags.folds);
  const load = clock.lap();
  const drawing = reportPath === null ? null : import("../report/build.ts"); // loads while the threads train
  drawing?.catch(() => undefined); // whoever writes the report hears of it

  const snapshots: Snapshot[] = []; // by epoch, for the report's curves
  const epochSeconds: number[] = [];
  const options: FitOptions = {
    ...fitOptionsOf(flags),
    scaling: source.scale ?? "standardize",
    kernels,
    team,
  };
  const model = await fitWithProgress(
    trainingData(source, rows, flags),
    { ...options, ...checkpoint.options },
    team,
    flags,
    ({ epoch, epochs, seconds, ...parts }) => {
      epochSeconds.push(seconds);
      if (reportPath !== null) keepSnapshot(snapshots, epoch, epochs, parts);
    },
  );
  const fitSeconds = clock.lap();

  const tested = rows.test ?? rows.train;
  const evaluatedOn = rows.test ? "test" : "train";
  const logits = model.logits(tested.data);
  const evaluation = evaluate(logits, tested.labels, { seed: flags.seed, positive: flags.positive });
  const validation = await validate(trainingData(source, rows, flags), options, flags);
  const { data } = rows.train;
  const table = isTable(data) ? withoutCarried(data, flags) : null;
  const warnings = [
    ...warningsOf(model, evaluation, table, rows.train.labels, flags.folds),
    ...(list === null ? [] : [`${list} (--labels ";")`]),
    ...warningsOfCarried(flags),
    ...(testSource && rows.test ? warningsOfRepeats(rows.train, rows.test) : []),
  ];
  const evaluateSeconds = clock.lap();

  const { missing } = flags;
  const features = missing ? { ...model.features, missing } : model.features; // predict reads files as train did
  await writeFileWhole(modelPath, writeModel({ ...model, features }));
  await checkpoint.remove();
  const seconds = { load, fit: fitSeconds, evaluate: evaluateSeconds };
  if (reportPath !== null && drawing !== null) {
    const { buildReport } = await drawing;
    const html = buildReport({
      model,
      guarantees: null,
      source,
      tested,
      logits,
      evaluation,
      evaluatedOn,
      modelPath,
      seconds,
      trained: { validation, warnings, snapshots, kernels },
    });
    await writeFileWhole(reportPath, html);
  }
  const total = clock.total();
  if (flags.json)
    printJson({
      ...figures(evaluation, evaluatedOn),
      seconds: { ...seconds, total },
      status: model.training.status,
      model: modelPath,
      report: reportPath,
      trainRows: model.training.rows,
      seed: model.training.seed,
      options: model.training.options,
      warnings,
      notes: checkpoint.notes,
      ...optimumInJson(model),
      ...(validation && { crossValidation: validationInJson(validation) }),
      history: model.training.history.map((epoch, i) => ({ ...epoch, seconds: epochSeconds[i] })),
    });
  else if (!flags.quiet)
    printLines([
      describe(source, rows, model),
      "",
      ...summaryOf(evaluation, evaluatedOn),
      "",
      ...(validation ? [...validationInWords(validation), ""] : []),
      ...fitInWords(model),
      ...networkInWords(model),
      ...warnings.flatMap((warning) => [`Warning: ${warning}.`, ""]),
      `Model   ${modelPath}`,
      ...(reportPath === null ? [] : [`Report  ${reportPath}`]),
      `Time    ${total.toFixed(2)} s: load ${load.toFixed(2)}, fit ${fitSeconds.toFixed(2)}, evaluate ${evaluateSeconds.toFixed(2)}`,
    ]);
  else for (const warning of warnings) process.stderr.write(`sigmax: warning: ${warning}\n`);
}

/** Cross-validates the training rows, where folds were asked for. */
async function validate(
  data: TrainingData,
  options: FitOptions,
  { folds, repeats, seed, json, quiet }: TrainFlags,
): Promise<CrossValidation | null> {
  if (folds === undefined && repeats === undefined) return null;
  const progress = startProgress(!json && !quiet);
  try {
    return await crossValidate(
      data,
      { ...options, team: undefined },
      {
        ...(folds !== undefined && { folds }),
        ...(repeats !== undefined && { repeats }),
        seed,
        onFold: (done, all) => progress.show(done / all, `fold ${done} of ${all}`),
      },
    );
  } finally {
    progress.end();
  }
}

function describe(source: Source, rows: TrainingRows, model: Classifier): string {
  const { options } = model.training;
  const shape = source.image
    ? `${source.image.height} × ${source.image.width} pixels`
    : counted(model.features.table?.length ?? source.columns.length, "column");
  const kind = model.head.kind === "sigmoid" ? "logistic" : "softmax";
  const what =
    isDescent(options) && model.body !== null
      ? `${options.hidden === undefined ? `attention (${options.attention})` : `network of ${layersInWords(options.hidden)}`}, then ${kind} regression,`
      : `${kind} regression`;
  const how = isDescent(options)
    ? `${model.training.history.length} epochs of batches of ${options.batch}${options.solver === "sgd" ? "" : ` by ${options.solver}`}`
    : `exact, by ${options.solver}`;
  return `${source.name}: ${what} on ${count(rows.train.data.rows)} rows, ${shape}, ${count(model.classes.length)} classes; ${how}`;
}

function checkSameShape(source: Source, test: Source): void {
  const [a, b] = [source, test].map(({ parts: [{ labels }] }) => labels.classes.join(", "));
  if (source.columns.join("\n") !== test.columns.join("\n"))
    throw new InputError(
      `--test: ${test.name} must have the columns of ${source.name}: ${source.columns.slice(0, 6).join(", ")}${source.columns.length > 6 ? ", …" : ""}`,
    );
  if (a !== b)
    throw new InputError(
      `--test: ${test.name} must have the classes of ${source.name} (${a}), got ${b}; --classes names them`,
    );
}
