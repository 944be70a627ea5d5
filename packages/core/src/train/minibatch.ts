import { InputError } from "../errors/index.ts";
import type { Kernels, LinearInput, LinearLayer, Team } from "../kernels/index.ts";
import type { AnyLayer, ClassifierParts, Head } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { classWeightsOf, correct, rowWeights, type ClassWeightOptions } from "./class-weights.ts";
import {
  checkIdentity,
  checksumOf,
  type Checkpoint,
  type LinearCheckpoint,
  type RunIdentity,
} from "./checkpoint.ts";
import { silentColumns, type PreparedData } from "./data.ts";
import { descend, type DescentOptions } from "./descend.ts";
import { planOf, type Plan, type PlanOptions } from "./plan.ts";

export interface MinibatchOptions extends PlanOptions, DescentOptions, ClassWeightOptions {
  /** Goes on from here, with the same data and options: the result is that of an undisturbed run. */
  readonly checkpoint?: Checkpoint | undefined;
}

/** What a solver leaves behind. */
export interface Fitted {
  readonly layer: AnyLayer;
  /** Of a network. */
  readonly body?: ClassifierParts["body"];
  /** Places among the training rows of those that said when to stop. */
  readonly validation?: ArrayLike<number>;
  readonly training: Pick<ClassifierParts["training"], "status" | "options" | "history" | "optimum">;
  readonly inference: ClassifierParts["inference"];
}

/**
 * Minibatch gradient descent on the mean cross-entropy plus (λ / 2n)‖W‖². Weights start as N(0, 0.01²), at
 * 0 where x is 0 in all rows; intercepts start at 0; rows are shuffled before every epoch.
 *
 * A row of weight s counts s times: its loss and its gradient are multiplied. The mean over a batch still divides by
 * its rows, not by their weights, so that the sum over an epoch is what the exact solvers minimise.
 *
 * @param team is taken where a step is worth sharing, or where its owner insists
 */
export async function fitByMinibatches(
  data: PreparedData,
  head: Head,
  kernels: Kernels,
  team: Team | undefined,
  options: MinibatchOptions,
): Promise<Fitted> {
  const { labels } = data;
  const { asSoftmax } = head;
  if (asSoftmax === null) throw new InputError("fitClassifier: these steps are those of a softmax");
  const { correctShares = true } = options;
  const classWeights = classWeightsOf(options, labels);
  const weights = rowWeights(data, classWeights);
  const sampleWeights = weights && Float32Array.from(weights);
  const input = data.input();
  const rows = labels.indices.length;
  const classes = labels.classes.length;
  const plan = planOf(options, rows);
  const identity: RunIdentity = {
    plan,
    rows,
    columns: input.columns,
    classes,
    head: head.kind,
    checksum:
      options.checkpoint || options.onCheckpoint
        ? checksumOf([input.values, labels.indices, ...(sampleWeights ? [sampleWeights] : [])])
        : 0,
  };
  const checkpoint = linearCheckpoint(options.checkpoint, identity);
  const layer = checkpoint?.layer ?? asSoftmax.expand(startLayer(input, head.outputsFor(classes), plan.seed));
  const isShared = team && (!team.isOptional || isWorthSharing(identity));
  const run = await kernels.createSoftmaxRun(
    {
      ...input,
      labels: labels.indices,
      sampleWeights,
      classes,
      layer,
      velocity: plan.momentum > 0 ? (checkpoint?.velocity ?? zerosLike(layer)) : null,
    },
    isShared ? team : undefined,
  );
  const isCorrected = classWeights !== null && correctShares;
  const layerNow = (): LinearLayer => {
    const reduced = asSoftmax.reduce(run.layer());
    if (isCorrected) correct(reduced.bias, classWeights);
    return reduced;
  };
  const { status, history } = await descend(
    run,
    layerNow,
    asSoftmax,
    identity,
    checkpoint?.history ?? [],
    options,
  );

  return fittedByMinibatches(layerNow(), status, history, plan, classWeights, isCorrected);
}

/** What a fit by minibatches leaves. @param isCorrected whether the shares of weighted classes were brought back */
export function fittedByMinibatches(
  layer: LinearLayer,
  status: Fitted["training"]["status"],
  history: Fitted["training"]["history"],
  plan: Plan,
  classWeights: Float64Array | null,
  isCorrected: boolean,
): Fitted {
  const { seed: _seed, ...planned } = plan;
  return {
    layer,
    training: {
      status,
      options: {
        solver: "sgd",
        ...planned,
        classWeights: classWeights && [...classWeights],
        corrected: isCorrected,
      },
      history,
      optimum: null,
    },
    inference: null,
  };
}

/** @throws InputError when it is of another run */
function linearCheckpoint(
  checkpoint: Checkpoint | undefined,
  identity: RunIdentity,
): LinearCheckpoint | undefined {
  if (checkpoint === undefined) return undefined;
  checkIdentity(checkpoint.identity, identity);
  if ("layer" in checkpoint) return checkpoint;
  throw new InputError("checkpoint: it is of another run: its steps were taken by other kernels; begin anew");
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
