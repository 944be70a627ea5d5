import { InputError } from "../errors/index.ts";
import {
  createKernels,
  type Kernels,
  type LinearInput,
  type LinearLayer,
  type Team,
} from "../kernels/index.ts";
import { createClassifier, heads, type Classifier, type Head } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { version } from "../version.ts";
import { checkIdentity, checksumOf, type Checkpoint, type RunIdentity } from "./checkpoint.ts";
import { prepare, silentColumns, type TrainingData } from "./data.ts";
import { descend, type DescentOptions } from "./descend.ts";
import { demand } from "./demand.ts";
import { planOf, type PlanOptions } from "./plan.ts";

export interface FitOptions extends PlanOptions, DescentOptions {
  /** "softmax" (default): one output per class; "sigmoid", for two classes: one output, the logit of the second. */
  readonly head?: Head["kind"];
  /** "standardize" (default), or what every column of a matrix is divided by, for example 255. */
  readonly scaling?: "standardize" | number;
  /** Goes on from here, with the same data and options: the result is that of an undisturbed run. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly kernels?: Kernels;
  /** Threads to train with, from `@sigmax/core/node` or `@sigmax/core/browser`. They do not change the result. */
  readonly team?: Team | undefined;
}

/**
 * Softmax regression: p = softmax(W x + b), or for two classes with the sigmoid head p = σ(w x + b), fitted
 * by minibatch gradient descent on the mean cross-entropy plus (λ / 2n)‖W‖². Weights start as N(0, 0.01²), at
 * 0 where x is 0 in all rows; intercepts start at 0; rows are shuffled before every epoch. The same data,
 * options and seed give the same bits, with any number of threads.
 *
 * Numbers are standardized, categories become one feature each, missing values the mean: see `fitEncoding`.
 *
 * A loss that is not finite ends the run with status "diverged".
 *
 * @throws InputError when rows and labels differ in number, there are fewer than two classes or no
 *   rows, a value is none that a column can have, or an option is out of range
 * @see Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), §4.1 and §4.4
 */
export async function fitClassifier(data: TrainingData, options: FitOptions = {}): Promise<Classifier> {
  const { input, labels, features } = prepare(data, options.scaling ?? "standardize");
  const rows = labels.indices.length;
  const classes = labels.classes.length;
  const head = headOf(options.head, classes);
  const plan = planOf(options, rows);
  const kernels = options.kernels ?? createKernels();
  const identity: RunIdentity = {
    plan,
    rows,
    columns: input.columns,
    classes,
    head: head.kind,
    checksum: options.checkpoint || options.onCheckpoint ? checksumOf([input.values, labels.indices]) : 0,
  };
  const { checkpoint } = options;
  if (checkpoint) checkIdentity(checkpoint.identity, identity);
  const layer =
    checkpoint?.layer ?? head.asSoftmax.expand(startLayer(input, head.outputsFor(classes), plan.seed));
  const team =
    options.team && (!options.team.isOptional || isWorthSharing(identity)) ? options.team : undefined;
  const run = kernels.createSoftmaxRun(
    {
      ...input,
      labels: labels.indices,
      classes,
      layer,
      velocity: plan.momentum > 0 ? (checkpoint?.velocity ?? zerosLike(layer)) : null,
    },
    team,
  );
  const { status, history } = await descend(run, head, identity, checkpoint?.history ?? [], options);

  const { seed, ...planned } = plan;
  return createClassifier(
    {
      classes: labels.classes,
      features,
      layers: [head.asSoftmax.reduce(run.layer())],
      head,
      training: {
        source: data.source ?? "",
        target: data.target ?? "",
        rows,
        status,
        seed,
        options: { solver: "sgd", ...planned },
        history,
        version,
      },
      ledger: data.ledger ?? [],
    },
    kernels,
  );
}

function headOf(kind: Head["kind"] = "softmax", classes: number): Head {
  demand("head", kind, Object.hasOwn(heads, kind), Object.keys(heads).join(" or "));
  if (heads[kind].outputsFor(classes) === 0)
    throw new InputError(`fitClassifier: the ${kind} head is for two classes, got ${classes}; take softmax`);
  return heads[kind];
}

/** Weights N(0, 0.01²), intercepts 0. A column that is 0 in all rows starts at 0 and stays there: nothing is known of it. */
function startLayer(input: LinearInput, outputs: number, seed: number): LinearLayer {
  const { columns } = input;
  const generator = createGenerator(seed);
  const weights = new Float32Array(outputs * columns);
  for (let i = 0; i < weights.length; i++) weights[i] = 0.01 * generator.normal();
  for (const j of silentColumns(input)) for (let k = 0; k < outputs; k++) weights[k * columns + j] = 0;
  return { weights, bias: new Float32Array(outputs) };
}

function zerosLike({ weights, bias }: LinearLayer): LinearLayer {
  return { weights: new Float32Array(weights.length), bias: new Float32Array(bias.length) };
}

/** Threads must meet twice a step and start once: worth it for steps above 100 µs and runs above a quarter of a second. */
function isWorthSharing({ plan: { batch, epochs }, rows, columns, classes }: RunIdentity): boolean {
  const secondsPerRow = (4 * columns * classes) / 25e9;
  return Math.min(batch, rows) * secondsPerRow > 1e-4 && rows * epochs * secondsPerRow > 0.25;
}
