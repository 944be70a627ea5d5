import {
  evaluate,
  fitClassifier,
  InputError,
  writeModel,
  type Classifier,
  type Evaluation,
  type FitOptions,
} from "@sigmax/core";
import { createKernels, type LinearLayer } from "@sigmax/core/kernels";
import { createThreads, type ThreadTeam } from "@sigmax/core/node";
import { basename } from "node:path";
import { Interrupted } from "../failure.ts";
import { count, percent, printJson, printLines } from "../output.ts";
import { figures, summaryOf } from "../figures.ts";
import { openSource } from "../sources/open.ts";
import type { Source } from "../sources/source.ts";
import { checkWritable, writeFileWhole } from "../write.ts";
import { startProgress } from "../progress.ts";
import { divideRows, type TrainingRows } from "./rows.ts";
import type { TrainFlags } from "./train.flags.ts";

/** The textbook run: Dive into Deep Learning, §4.4. */
const presets = {
  d2l: { epochs: 10, batch: 256, learningRate: 0.1, momentum: 0, l2: 0 },
} as const;

export async function train(flags: TrainFlags, sourceName: string): Promise<void> {
  const clock = stopwatch();
  const modelPath =
    flags.out ?? `${basename(sourceName).replace(/[:,].*$|\.(csv|tsv)(\.gz)?$/gi, "")}.sigmax`;
  const reportPath =
    flags.report === "none" ? null : (flags.report ?? modelPath.replace(/(\.sigmax)?$/, ".html"));
  if (reportPath === modelPath) throw new InputError(`--report: ${reportPath} is the model's own path`);
  await checkWritable(modelPath);
  if (reportPath !== null) await checkWritable(reportPath);

  // The kernels compile while the files are read.
  const opening = openSource(sourceName, { target: flags.target, classes: flags.classes });
  const openingTest =
    flags.test === undefined
      ? null
      : openSource(flags.test, { target: flags.target, classes: flags.classes });
  const kernels = createKernels();
  const [source, testSource] = await Promise.all([opening, openingTest]);
  if (testSource) checkSameShape(source, testSource);
  const rows = await divideRows(source, testSource, flags.split, flags.seed);
  const load = clock.lap();

  const layers: LinearLayer[] = []; // the weights after each epoch, for the report's curves
  const epochSeconds: number[] = [];
  const team = flags.threads === 1 ? undefined : createThreads(flags.threads);
  const options: FitOptions = {
    ...(flags.preset && presets[flags.preset]),
    ...(flags.epochs !== undefined && { epochs: flags.epochs }),
    ...(flags.batch !== undefined && { batch: flags.batch }),
    ...(flags.learningRate !== undefined && { learningRate: flags.learningRate }),
    ...(flags.momentum !== undefined && { momentum: flags.momentum }),
    ...(flags.l2 !== undefined && { l2: flags.l2 }),
    seed: flags.seed,
    scaling: source.scale ?? "standardize",
    kernels,
    team,
  };
  const model = await fit(source, rows, options, team, flags, (epochEnd) => {
    epochSeconds.push(epochEnd.seconds);
    if (reportPath !== null) layers.push(epochEnd.layer());
  });
  const fitSeconds = clock.lap();

  const tested = rows.test ?? rows.train;
  const evaluatedOn = rows.test ? "test" : "train";
  const logits = model.logits(tested.matrix);
  const evaluation = evaluate(logits, tested.labels, { seed: flags.seed });
  const evaluateSeconds = clock.lap();

  await writeFileWhole(modelPath, writeModel(model));
  const seconds = { load, fit: fitSeconds, evaluate: evaluateSeconds };
  if (reportPath !== null) {
    const { buildReport } = await import("../report/build.ts");
    const html = buildReport({
      model,
      source,
      tested,
      logits,
      evaluation,
      evaluatedOn,
      modelPath,
      seconds,
      layers,
      kernels,
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
      history: model.training.history.map((epoch, i) => ({ ...epoch, seconds: epochSeconds[i] })),
    });
  else if (!flags.quiet)
    printLines([
      describe(source, rows, model),
      "",
      ...summaryOf(evaluation, evaluatedOn),
      "",
      ...warnings(model, evaluation),
      `Model   ${modelPath}`,
      ...(reportPath === null ? [] : [`Report  ${reportPath}`]),
      `Time    ${total.toFixed(2)} s: load ${load.toFixed(2)}, fit ${fitSeconds.toFixed(2)}, evaluate ${evaluateSeconds.toFixed(2)}`,
    ]);
}

/** Fits with a progress bar and Ctrl-C. @throws InputError when it diverges, Interrupted after Ctrl-C */
async function fit(
  source: Source,
  rows: TrainingRows,
  options: FitOptions,
  team: ThreadTeam | undefined,
  flags: TrainFlags,
  onEpoch: (end: { seconds: number; layer: () => LinearLayer }) => void,
): Promise<Classifier> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once("SIGINT", stop);
  const progress = await startProgress(!flags.json && !flags.quiet);
  const clock = stopwatch();
  try {
    const model = await fitClassifier(
      {
        features: rows.train.matrix,
        labels: rows.train.labels,
        columns: source.columns,
        image: source.image,
        source: source.name,
        target: source.target,
        ledger: rows.ledger,
      },
      {
        ...options,
        signal: abort.signal,
        onProgress(at) {
          progress.show(
            (at.epoch - 1 + at.share) / at.epochs,
            `epoch ${at.epoch} of ${at.epochs}, loss ${at.loss.toFixed(4)}, accuracy ${percent(at.accuracy)}`,
          );
          if (at.share === 1) onEpoch({ seconds: clock.lap(), layer: at.layer });
        },
      },
    );
    const { status, history } = model.training;
    if (status === "cancelled") throw new Interrupted("stopped; nothing was written");
    if (status === "diverged")
      throw new InputError(
        `the loss stopped being a number in epoch ${Math.min(history.length + 1, model.training.options.epochs)}: the learning rate ${model.training.options.learningRate} is too high; try --learning-rate ${model.training.options.learningRate > 1 ? 0.1 : model.training.options.learningRate / 10}. Nothing was written`,
      );
    return model;
  } finally {
    team?.close();
    progress.end();
    process.off("SIGINT", stop);
  }
}

function describe(source: Source, rows: TrainingRows, model: Classifier): string {
  const { options } = model.training;
  const shape = source.image
    ? `${source.image.height} × ${source.image.width} pixels`
    : `${source.columns.length} columns`;
  return `${source.name}: softmax regression on ${count(rows.train.matrix.rows)} rows, ${shape}, ${model.classes.length} classes; ${options.epochs} epochs of batches of ${options.batch}`;
}

/** What a reader must know before using the model. */
function warnings(model: Classifier, evaluation: Evaluation): string[] {
  const guess = Math.log(model.classes.length);
  return evaluation.logLoss > guess
    ? [
        `Warning: the log-loss is above ${guess.toFixed(2)}, that of giving every class the same probability; the learning rate may be too high.`,
        "",
      ]
    : [];
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

/** Seconds since the last lap, and since this process began. */
function stopwatch(): { lap(): number; total(): number } {
  let last = performance.now();
  return {
    lap() {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      return seconds;
    },
    total: () => performance.now() / 1000,
  };
}
