import { matrix, type Labels, type LedgerEntry, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, fitStandardization, type Scaling } from "../features/index.ts";
import { createKernels, type Kernels, type LinearLayer, type Team } from "../kernels/index.ts";
import { createClassifier, softmaxHead, type Classifier, type Features } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { version } from "../version.ts";
import { checkIdentity, checksumOf, type Checkpoint, type RunIdentity } from "./checkpoint.ts";
import { descend, type DescentOptions } from "./descend.ts";
import { demand } from "./demand.ts";
import { planOf, type Plan, type PlanOptions } from "./plan.ts";

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

export interface FitOptions extends PlanOptions, DescentOptions {
  /** "standardize" (default), or what every column is divided by, for example 255. */
  readonly scaling?: "standardize" | number;
  /** Goes on from here, with the same data and options: the result is that of an undisturbed run. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly kernels?: Kernels;
  /** Threads to train with, from `@sigmax/core/node` or `@sigmax/core/browser`. They do not change the result. */
  readonly team?: Team | undefined;
}

/**
 * Softmax regression: p = softmax(W x + b), fitted by minibatch gradient descent on the mean
 * cross-entropy plus (λ / 2n)‖W‖². Weights start as N(0, 0.01²), intercepts at 0; rows are shuffled
 * before every epoch. The same data, options and seed give the same bits, with any number of threads.
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
  const { scaling: wanted = "standardize" } = options;
  const isScaling = wanted === "standardize" || (wanted > 0 && Number.isFinite(wanted));
  demand("scaling", wanted, isScaling, '"standardize" or a positive number');
  const scaling: Scaling =
    wanted === "standardize" ? fitStandardization(input) : { kind: "constant", scale: wanted };
  const encoded = applyScaling(scaling, input);
  const identity: RunIdentity = {
    plan,
    rows,
    columns: encoded.columns,
    classes,
    checksum: options.checkpoint || options.onCheckpoint ? checksumOf([encoded.values, labels.indices]) : 0,
  };
  const { checkpoint } = options;
  if (checkpoint) checkIdentity(checkpoint.identity, identity);
  const layer = checkpoint?.layer ?? startLayer(identity);
  const team =
    options.team && (!options.team.isOptional || isWorthSharing(identity)) ? options.team : undefined;
  const run = kernels.createSoftmaxRun(
    {
      ...encoded,
      labels: labels.indices,
      classes,
      layer,
      velocity: plan.momentum > 0 ? (checkpoint?.velocity ?? zerosLike(layer)) : null,
    },
    team,
  );
  const { status, history } = await descend(run, identity, checkpoint?.history ?? [], options);

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
        options: { solver: "sgd", ...planWithoutSeed(plan) },
        history,
        version,
      },
      ledger: data.ledger ?? [],
    },
    kernels,
  );
}

/** Weights N(0, 0.01²), intercepts 0. */
function startLayer({ plan, classes, columns }: RunIdentity): LinearLayer {
  const generator = createGenerator(plan.seed);
  const weights = new Float32Array(classes * columns);
  for (let i = 0; i < weights.length; i++) weights[i] = 0.01 * generator.normal();
  return { weights, bias: new Float32Array(classes) };
}

function zerosLike({ weights, bias }: LinearLayer): LinearLayer {
  return { weights: new Float32Array(weights.length), bias: new Float32Array(bias.length) };
}

function planWithoutSeed({ seed: _, ...rest }: Plan): Omit<Plan, "seed"> {
  return rest;
}

/** Threads must meet twice a step and start once: worth it for steps above 100 µs and runs above a quarter of a second. */
function isWorthSharing({ plan: { batch, epochs }, rows, columns, classes }: RunIdentity): boolean {
  const secondsPerRow = (4 * columns * classes) / 25e9;
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
