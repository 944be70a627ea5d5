import {
  evaluate,
  fitClassifier,
  InputError,
  writeModel,
  type Classifier,
  type FitOptions,
  type FitProgress,
  type TrainingData,
} from "@sigmax/core";
import { crossValidate, type CrossValidation } from "@sigmax/core/evaluate";
import type { Labels } from "@sigmax/core/data";
import { isDescent, type DescentSettings } from "@sigmax/core/model";
import { createKernels } from "@sigmax/core/kernels";
import type { MatrixData, TableData } from "@sigmax/core/train";
import { createThreads, type ThreadTeam } from "@sigmax/core/node";
import { basename } from "node:path";
import { count, percent, printJson, printLines } from "../output.ts";
import { figures, summaryOf, validationInJson, validationInWords } from "../figures.ts";
import { openSource } from "../sources/open.ts";
import { isTable, type Source } from "../sources/source.ts";
import { checkWritable, isOneOf, writeFileWhole } from "../write.ts";
import { startProgress } from "../progress.ts";
import { stopwatch } from "../stopwatch.ts";
import { groupsIn, weightsIn, withCarried, withoutCarried, type CarriedFlags } from "./carried.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { metersInWords, networkInWords } from "./network-words.ts";
import { divideRows, type TrainingRows } from "./rows.ts";
import { tableOptions } from "./table.flags.ts";
import type { TrainFlags } from "./train.flags.ts";
import { checkFolds, fitOptionsOf } from "./train.options.ts";
import { keepSnapshot, type Snapshot } from "./snapshots.ts";
import { fitInWords, optimumInJson } from "./summary.ts";
import { warmUp } from "./warm-up.ts";
import { warningsOf, warningsOfCarried, warningsOfRepeats } from "./warnings.ts";

export async function train(flags: TrainFlags, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const modelPath = flags.out ?? `${baseName(sourceName)}.sigmax`;
  const reportPath =
    flags.report === "none" ? null : (flags.report ?? modelPath.replace(/(\.sigmax)?$/, ".html"));
  await checkPaths(modelPath, reportPath, [sourceName, ...(flags.test === undefined ? [] : [flags.test])]);

  if (flags.checkpoint !== undefined && isOneOf(flags.checkpoint, [modelPath, reportPath ?? modelPath]))
    throw new InputError(
      `--checkpoint: ${flags.checkpoint} is the ${isOneOf(flags.checkpoint, [modelPath]) ? "model's" : "report's"} own path, and is removed at the end`,
    );
  const checkpoint = await openCheckpoint(flags.checkpoint, flags.resume);

  // The kernels compile, and are warmed up, while the files are read.
  const choice = withCarried(tableOptions(flags), flags);
  const opening = openSource(sourceName, choice);
  const openingTest = flags.test === undefined ? null : openSource(flags.test, choice);
  const kernels = createKernels();
  const [source, testSource] = await Promise.all([opening, openingTest, warmUp(kernels)]);
  if (source.doubts.length > 0) throw new InputError(`${source.name}: ${source.doubts[0]}`);
  const { classes } = source.parts[0].labels;
  if (classes.length < 2)
    throw new InputError(`${source.name}: expected rows of two classes or more, all are of "${classes[0]}"`);
  if (testSource) checkSameShape(source, testSource);
  weightsIn(source.parts[0].data, flags); // checked before rows are divided, so that a refusal names their place in the source
  const rows = await divideRows(source, testSource, flags.split, flags.seed, flags);
  checkFolds(rows.train.labels, flags.folds);
  const load = clock.lap();
  const drawing = reportPath === null ? null : import("../report/build.ts"); // loads while the threads train
  drawing?.catch(() => undefined); // whoever writes the report hears of it

  const snapshots: Snapshot[] = []; // by epoch, for the report's curves
  const epochSeconds: number[] = [];
  const team = flags.threads === 1 ? undefined : createThreads(flags.threads);
  const options: FitOptions = {
    ...fitOptionsOf(flags),
    scaling: source.scale ?? "standardize",
    kernels,
    team,
  };
  const model = await fit(
    source,
    rows,
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

/** Fits with a progress bar. @throws InputError when it diverges */
async function fit(
  source: Source,
  rows: TrainingRows,
  options: FitOptions,
  team: ThreadTeam | undefined,
  flags: TrainFlags,
  onEpoch: (end: Pick<FitProgress, "epoch" | "epochs" | "layer" | "body"> & { seconds: number }) => void,
): Promise<Classifier> {
  const progress = startProgress(!flags.json && !flags.quiet);
  const clock = stopwatch();
  let meters = "";
  try {
    const model = await fitClassifier(trainingData(source, rows, flags), {
      ...options,
      onProgress(at) {
        if (at.layers) meters = metersInWords(at.layers);
        progress.show(
          (at.epoch - 1 + at.share) / at.epochs,
          `epoch ${at.epoch} of ${at.epochs}, loss ${at.loss.toFixed(4)}, accuracy ${percent(at.accuracy)}${meters}`,
        );
        if (at.share === 1) onEpoch({ ...at, seconds: clock.lap() });
      },
      onIteration({ iterations, objective, gap }) {
        const left = gap === null ? "" : `, at most ${(gap / objective).toExponential(1)} above the optimum`;
        progress.show(gap === null ? 0.5 : doneOf(gap / objective), `iteration ${iterations}${left}`);
      },
    });
    const { training } = model;
    if (training.status === "diverged" && isDescent(training.options))
      throw divergence(training, training.options);
    return model;
  } finally {
    team?.close();
    progress.end();
  }
}

/** Training rows of one class each. */
export type OneOfKData = (MatrixData | TableData) & { readonly labels: Labels };

/** The training rows as the library takes them. */
export function trainingData(
  source: Source,
  rows: Pick<TrainingRows, "train" | "ledger">,
  flags: CarriedFlags,
): OneOfKData {
  const { data, labels } = rows.train;
  const { ledger } = rows;
  const { columns, image, target } = source;
  const sampleWeights = weightsIn(data, flags);
  const groups = groupsIn(data, flags);
  const origin = {
    source: source.name,
    target,
    ledger,
    ...(sampleWeights && { sampleWeights }),
    ...(groups && { groups }),
  };
  return isTable(data)
    ? { table: withoutCarried(data, flags), labels, ...origin }
    : { features: data, labels, columns, image, ...origin };
}

function divergence(training: Classifier["training"], options: DescentSettings): InputError {
  const { epochs, learningRate, l2 } = options;
  const lower = learningRate > 1 ? 0.1 : Number((learningRate / 10).toPrecision(2));
  const isPenalty = learningRate <= 1 && (learningRate * l2) / training.rows > 1; // the share that a step takes off the weights
  const cause = isPenalty
    ? `the penalty ${print(l2)} is too strong for the learning rate ${print(learningRate)}, try --l2 1`
    : `the learning rate ${print(learningRate)} is too high, try --learning-rate ${lower}`;
  return new InputError(
    `the loss stopped being a number in epoch ${Math.min(training.history.length + 1, epochs)}, so nothing was written: ${cause}`,
  );
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

/** How far a bound has come on its way from 1e3 to 1e-8. */
function doneOf(gap: number): number {
  return Math.min(1, Math.max(0, (3 - Math.log10(Math.max(gap, 1e-300))) / 11));
}

/** 1e38, not 1e+38. */
function print(value: number): string {
  return String(value).replace("e+", "e");
}

/** "flowers" for "data/flowers.csv.gz", "iris" for "iris", "a-images" for "x/a-images.gz,x/a-labels.gz". */
function baseName(sourceName: string): string {
  return basename(sourceName.split(",")[0]).replace(
    /:.*$|(\.(csv|tsv|jsonl|ndjson|parquet|np[yz]))?(\.gz)?$/i,
    "",
  );
}

/** Before the work begins: can both files be written, and is neither of them the other or a source? */
async function checkPaths(model: string, report: string | null, sources: readonly string[]): Promise<void> {
  for (const [option, path] of [
    ["--out", model],
    ["--report", report],
  ] as const) {
    if (path === null) continue;
    await checkWritable(path);
    if (isOneOf(path, sources)) throw new InputError(`${option}: ${path} is the source itself`);
  }
  if (report !== null && isOneOf(report, [model]))
    throw new InputError(`--report: ${report} is the model's own path`);
}

function describe(source: Source, rows: TrainingRows, model: Classifier): string {
  const { options } = model.training;
  const shape = source.image
    ? `${source.image.height} × ${source.image.width} pixels`
    : `${model.features.table?.length ?? source.columns.length} columns`;
  const kind = model.head.kind === "sigmoid" ? "logistic" : "softmax";
  const what =
    isDescent(options) && options.hidden !== undefined
      ? `network ${options.hidden}, then ${kind} regression,`
      : `${kind} regression`;
  const how = isDescent(options)
    ? `${model.training.history.length} epochs of batches of ${options.batch}${options.solver === "sgd" ? "" : ` by ${options.solver}`}`
    : `exact, by ${options.solver}`;
  return `${source.name}: ${what} on ${count(rows.train.data.rows)} rows, ${shape}, ${model.classes.length} classes; ${how}`;
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
