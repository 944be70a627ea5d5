import { matrix, type Labels, type LedgerEntry, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, fitStandardization, type Scaling } from "../features/index.ts";
import { createKernels, type Kernels, type SoftmaxRun, type Team } from "../kernels/index.ts";
import {
  createClassifier,
  softmaxHead,
  type Classifier,
  type EpochRecord,
  type Features,
  type FitStatus,
} from "../model/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import { version } from "../version.ts";
import { nextTurn } from "./turn.ts";

/** Training rows. Every one of them is used. */
export interface TrainingData {
  readonly features: Matrix;
  readonly labels: Labels;
  /** Names of the columns; "0", "1", … unless given. */
  readonly columns?: readonly string[];
  /** Where the columns are the pixels of an image, row by row. */
  readonly image?: Features["image"];
  /** What the model file says of where the rows came from. */
  readonly source?: string;
  readonly target?: string;
  readonly ledger?: readonly LedgerEntry[];
}

export interface FitOptions {
  /** Passes over the rows. Default: as many as make 3,000 steps, at least 10, at most 200. */
  readonly epochs?: number;
  /** Rows per step. Default 256; 32 below 10,000 rows. */
  readonly batch?: number;
  /** η, constant. Default 0.1. */
  readonly learningRate?: number;
  /** μ in v ← μ v + g, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** λ of the penalty (λ / 2n)‖W‖² beside the mean loss, n training rows; the intercepts are free. Default 1. */
  readonly l2?: number;
  /** "standardize" (default), or what every column is divided by, for example 255. */
  readonly scaling?: "standardize" | number;
  /** Where all randomness comes from: a whole number in [0, 2⁵³). Default 0. */
  readonly seed?: number;
  /** Called after every stretch of steps. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Stops before the next stretch when `aborted`; the status is then "cancelled". */
  readonly signal?: { readonly aborted: boolean };
  readonly kernels?: Kernels;
  /** Threads to train with, from `@sigmax/core/node` or `@sigmax/core/browser`. They do not change the result. */
  readonly team?: Team | undefined;
}

export interface FitProgress {
  /** The epoch at work, from 1, and how many there will be. */
  readonly epoch: number;
  readonly epochs: number;
  /** Share of this epoch that is done, in (0, 1]. */
  readonly share: number;
  /** Means over this epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
  /** The weights as they are now, copied when asked for. */
  readonly layer: SoftmaxRun["layer"];
}

/**
 * Softmax regression: p = softmax(W x + b), fitted by minibatch gradient descent on the mean
 * cross-entropy plus (λ / 2n)‖W‖². Weights start as N(0, 0.01²), intercepts at 0; rows are shuffled
 * before every epoch. The same data, options and seed give the same bits.
 *
 * A loss that is not finite ends the run with status "diverged".
 *
 * @throws InputError when rows and labels differ in number, there are fewer than two classes or no
 *   rows, or an option is out of range
 * @see Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), §4.1 and §4.4
 */
export async function fitClassifier(data: TrainingData, options: FitOptions = {}): Promise<Classifier> {
  const { features: input, labels } = data;
  checkData(data);
  const rows = input.rows;
  const classes = labels.classes.length;
  const plan = planOf(options, rows);
  const kernels = options.kernels ?? createKernels();
  const scaling: Scaling =
    typeof plan.scaling === "number" ? { kind: "constant", scale: plan.scaling } : fitStandardization(input);
  const generator = createGenerator(plan.seed);
  const weights = new Float32Array(classes * input.columns);
  for (let i = 0; i < weights.length; i++) weights[i] = 0.01 * generator.normal();
  const run = kernels.createSoftmaxRun(
    {
      ...applyScaling(scaling, input),
      labels: labels.indices,
      classes,
      layer: { weights, bias: new Float32Array(classes) },
      hasMomentum: plan.momentum > 0,
    },
    options.team && (!options.team.isOptional || isWorthSharing(plan, rows, weights.length))
      ? options.team
      : undefined,
  );
  const { status, history } = await descend(run, rows, classes * input.columns, plan, options);

  return createClassifier(
    {
      classes: labels.classes,
      features: {
        columns: data.columns ?? Array.from({ length: input.columns }, (_, j) => String(j)),
        image: data.image ?? null,
        scaling,
      },
      layers: [run.layer()],
      head: softmaxHead,
      training: {
        source: data.source ?? "",
        target: data.target ?? "",
        rows,
        status,
        seed: plan.seed,
        options: {
          solver: "sgd",
          epochs: plan.epochs,
          batch: plan.batch,
          learningRate: plan.learningRate,
          momentum: plan.momentum,
          l2: plan.l2,
        },
        history,
        version,
      },
      ledger: data.ledger ?? [],
    },
    kernels,
  );
}

type Plan = Required<Omit<FitOptions, "onProgress" | "signal" | "kernels" | "team">>;

async function descend(
  run: SoftmaxRun,
  rows: number,
  weightCount: number,
  plan: Plan,
  { signal, onProgress }: FitOptions,
): Promise<{ status: FitStatus; history: EpochRecord[] }> {
  const { batch, epochs, learningRate, momentum, l2, seed } = plan;
  const stepOptions = { learningRate, momentum, decay: l2 / rows };
  // A stretch is whole batches worth some tens of milliseconds: long against a turn of the event loop, short for a person.
  const stretch = batch * Math.max(1, Math.round(2.5e8 / weightCount / batch));
  const history: EpochRecord[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let i = 0; i < rows; i++) run.order[i] = i;
    shuffle(run.order, createGenerator(seed, epoch));
    let loss = 0;
    let right = 0;
    for (let done = 0; done < rows;) {
      await nextTurn();
      if (signal?.aborted) return { status: "cancelled", history };
      const count = Math.min(stretch, rows - done);
      const totals = await run.steps(done, count, batch, stepOptions);
      done += count;
      loss += totals.loss;
      right += totals.right;
      if (!Number.isFinite(loss)) return { status: "diverged", history };
      onProgress?.({
        epoch,
        epochs,
        share: done / rows,
        loss: loss / done,
        accuracy: right / done,
        layer: run.layer,
      });
    }
    history.push({ epoch, loss: loss / rows, accuracy: right / rows });
  }
  const { weights, bias } = run.layer();
  const isFinite = weights.every(Number.isFinite) && bias.every(Number.isFinite);
  return { status: isFinite ? "completed" : "diverged", history };
}

/** Threads must meet twice a step and start once: worth it for steps above 100 µs and runs above a quarter of a second. */
function isWorthSharing({ batch, epochs }: Plan, rows: number, weightCount: number): boolean {
  const secondsPerRow = (4 * weightCount) / 25e9;
  return Math.min(batch, rows) * secondsPerRow > 1e-4 && rows * epochs * secondsPerRow > 0.25;
}

function checkData({ features, labels, columns, image }: TrainingData): void {
  matrix(features.values, features.rows, features.columns);
  if (features.rows === 0 || features.columns === 0)
    throw new InputError(
      `fitClassifier: needs rows and columns, got ${features.rows} rows and ${features.columns} columns`,
    );
  if (labels.indices.length !== features.rows)
    throw new InputError(
      `fitClassifier: needs one label per row, got ${labels.indices.length} labels for ${features.rows} rows`,
    );
  if (labels.classes.length < 2)
    throw new InputError(
      `fitClassifier: needs two classes or more, got ${labels.classes.length === 1 ? `only "${labels.classes[0]}"` : "none"}`,
    );
  const bad = labels.indices.findIndex((k) => k < 0 || k >= labels.classes.length);
  if (bad >= 0)
    throw new InputError(
      `fitClassifier: labels must be integers in [0, ${labels.classes.length}), got ${labels.indices[bad]} at row ${bad}`,
    );
  if (columns && columns.length !== features.columns)
    throw new InputError(
      `fitClassifier: needs one name per column, got ${columns.length} names for ${features.columns} columns`,
    );
  if (image && image.height * image.width !== features.columns)
    throw new InputError(
      `fitClassifier: an image of ${image.height} × ${image.width} has ${image.height * image.width} pixels, got ${features.columns} columns`,
    );
}

function planOf(options: FitOptions, rows: number): Plan {
  const batch = options.batch ?? (rows < 10_000 ? 32 : 256);
  const stepsPerEpoch = Math.ceil(rows / batch);
  const plan: Plan = {
    batch,
    epochs: options.epochs ?? Math.min(200, Math.max(10, Math.ceil(3000 / stepsPerEpoch))),
    learningRate: options.learningRate ?? 0.1,
    momentum: options.momentum ?? 0,
    l2: options.l2 ?? 1,
    scaling: options.scaling ?? "standardize",
    seed: options.seed ?? 0,
  };
  const demand = (name: keyof Plan, holds: boolean, expected: string): void => {
    if (!holds) throw new InputError(`fitClassifier: ${name} must be ${expected}, got ${plan[name]}`);
  };
  demand("batch", isWhole(batch) && batch >= 1, "a whole number of rows, 1 or more");
  demand("epochs", isWhole(plan.epochs) && plan.epochs >= 1, "a whole number, 1 or more");
  demand("learningRate", plan.learningRate > 0 && Number.isFinite(plan.learningRate), "a positive number");
  demand("momentum", plan.momentum >= 0 && plan.momentum < 1, "in [0, 1)");
  demand("l2", plan.l2 >= 0 && Number.isFinite(plan.l2), "0 or a positive number");
  demand("seed", isWhole(plan.seed) && plan.seed >= 0, "a whole number in [0, 2^53)");
  demand(
    "scaling",
    plan.scaling === "standardize" || (plan.scaling > 0 && Number.isFinite(plan.scaling)),
    '"standardize" or a positive number',
  );
  return plan;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value);
}
