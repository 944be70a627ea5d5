import {
  fitClassifier,
  InputError,
  type Classifier,
  type FitOptions,
  type FitProgress,
  type TrainingData,
} from "@sigmax/core";
import { isDescent, type DescentSettings } from "@sigmax/core/model";
import type { ThreadTeam } from "@sigmax/core/node";
import { basename } from "node:path";
import { percent } from "../output.ts";
import { startProgress } from "../progress.ts";
import { stopwatch } from "../stopwatch.ts";
import { checkWritable, isOneOf } from "../write.ts";
import { metersInWords } from "./network-words.ts";
import type { TrainFlags } from "./train.flags.ts";

/** Where model and report go. @throws InputError when they cannot be written there, or one is another file of the run */
export async function outputPaths(
  { out, report, test, checkpoint }: Pick<TrainFlags, "out" | "report" | "test" | "checkpoint">,
  sourceName: string,
): Promise<{ modelPath: string; reportPath: string | null }> {
  const modelPath = out ?? `${baseName(sourceName)}.sigmax`;
  const reportPath = report === "none" ? null : (report ?? modelPath.replace(/(\.sigmax)?$/, ".html"));
  await checkPaths(modelPath, reportPath, [sourceName, ...(test === undefined ? [] : [test])]);
  if (checkpoint !== undefined && isOneOf(checkpoint, [modelPath, reportPath ?? modelPath]))
    throw new InputError(
      `--checkpoint: ${checkpoint} is the ${isOneOf(checkpoint, [modelPath]) ? "model's" : "report's"} own path, and is removed at the end`,
    );
  return { modelPath, reportPath };
}

/** Fits with a progress bar. @throws InputError when it diverges */
export async function fitWithProgress(
  data: TrainingData,
  options: FitOptions,
  team: ThreadTeam | undefined,
  flags: Pick<TrainFlags, "json" | "quiet">,
  onEpoch: (end: Pick<FitProgress, "epoch" | "epochs" | "layer" | "body"> & { seconds: number }) => void,
): Promise<Classifier> {
  const progress = startProgress(!flags.json && !flags.quiet);
  const clock = stopwatch();
  let meters = "";
  let labels = { done: 0, all: 1, words: "" };
  try {
    const model = await fitClassifier(data, {
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
        const share = gap === null ? 0.5 : doneOf(gap / objective);
        progress.show((labels.done + share) / labels.all, `${labels.words}iteration ${iterations}${left}`);
      },
      onLabel(done, all) {
        labels = { done, all, words: `label ${Math.min(done + 1, all)} of ${all}, ` };
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

function divergence(training: Classifier["training"], options: DescentSettings): InputError {
  const { epochs, learningRate, l2, solver } = options;
  const usual = solver === "sgd" ? 0.1 : 0.002;
  const lower = learningRate > 10 * usual ? usual : Number((learningRate / 10).toPrecision(2));
  const isPenalty = learningRate <= 1 && (learningRate * l2) / training.rows > 1; // the share that a step takes off the weights
  const cause = isPenalty
    ? `the penalty ${print(l2)} is too strong for the learning rate ${print(learningRate)}, try --l2 1`
    : `the learning rate ${print(learningRate)} is too high, try --learning-rate ${lower}`;
  return new InputError(
    `the loss stopped being a number in epoch ${Math.min(training.history.length + 1, epochs)}, so nothing was written: ${cause}`,
  );
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
