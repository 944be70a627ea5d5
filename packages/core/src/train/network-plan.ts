import { InputError } from "../errors/index.ts";
import type { Features, Initialization } from "../model/index.ts";
import { planAttention, type AttentionOptions } from "./attention.ts";
import { demand } from "./demand.ts";
import { readHidden, writeHidden, type HiddenLayer } from "./hidden.ts";
import { checkUnits } from "./network-checks.ts";
import { batchFor, planOf, type Plan, type PlanOptions } from "./plan.ts";

/** What stands between the features and the linear layer, and how its steps are taken. */
export interface NetworkOptions extends AttentionOptions {
  /**
   * Hidden layers, first to last: "256:relu,128:prelu", or a list of them. Default: "none", a linear model.
   *
   * Without other options they train by Adam at the rate 0.002, which falls as a cosine, in batches of 32 (256 from
   * 10,000 rows), with the penalty `l2` of linear models.
   */
  readonly hidden?: string | readonly HiddenLayer[] | undefined;
  /**
   * How the weights of hidden layers start. "auto" (default): as suits each layer's activation, see `namedActivation`.
   * The linear layer at the end starts as N(0, 0.01²), as in a linear model: at nearly equal probabilities, whatever the width.
   */
  readonly initialization?: "auto" | Initialization | undefined;
  /** Share of units left out at random after each hidden layer, while training; in [0, 1). Default 0. */
  readonly dropout?: number | undefined;
  /** Whether what each hidden layer adds up is normalized over its units, before the activation. Default false. */
  readonly layerNorm?: boolean | undefined;
  /** Whether a hidden layer that is as wide as what goes into it adds that to its output. Default false. */
  readonly residual?: boolean | undefined;
  /** Whether momentum looks ahead: g + μ v with the new v. Default false. */
  readonly nesterov?: boolean | undefined;
  /** What adamw takes off each weight beside its step: η · weightDecay · w. Default 0.01, that of PyTorch. */
  readonly weightDecay?: number | undefined;
  /** A longer gradient, over all parameters, is shortened to this length. Default: no limit. */
  readonly clipNorm?: number | undefined;
  /** ε in the target (1 − ε) y + ε / K, in [0, 1). Default 0. */
  readonly labelSmoothing?: number | undefined;
  /**
   * Stops when so many epochs have brought no lower loss on the validation rows, and goes back to the epoch with the
   * lowest. Default: no validation rows, all epochs.
   */
  readonly patience?: number | undefined;
  /** Share of the training rows that are held back for `patience`, class by class. Default 0.1. */
  readonly validate?: number | undefined;
}

/** Solvers that go by minibatches. */
export type DescentSolver = "sgd" | "adam" | "adamw";

/** A plan of steps with nothing left open. Plain values: a checkpoint compares them one by one. */
export interface NetworkPlan extends Plan {
  readonly solver: DescentSolver;
  /** As `writeHidden` gives it; null: none. */
  readonly hidden: string | null;
  /** As `planAttention` gives it; null: none. */
  readonly attention: string | null;
  readonly initialization: "auto" | Initialization;
  readonly dropout: number;
  readonly layerNorm: boolean;
  readonly residual: boolean;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly clipNorm: number | null;
  readonly labelSmoothing: number;
  readonly patience: number | null;
  readonly validate: number | null;
}

/** Of Adam twice PyTorch's: the cosine brings it down, and few epochs go further. */
export const learningRates = { sgd: 0.1, adam: 0.002, adamw: 0.002 } as const;
const mostEpochs = 500;
const fewestSteps = 6000;
/** Epochs over which the rate of a body of attention first rises. */
const attentionWarmUp = 0.5;

/** @throws InputError when an option is out of range */
export function networkPlanOf(
  options: PlanOptions & NetworkOptions,
  solver: DescentSolver,
  rows: number,
  features: Pick<Features, "columns" | "image">,
): NetworkPlan {
  const { hidden, body, initialization = "auto", dropout = 0, validate } = options;
  const isNetwork = hidden !== undefined || body !== undefined;
  checkBody(options);
  const { layerNorm = false, residual = false, nesterov = false, weightDecay, clipNorm, patience } = options;
  const { labelSmoothing = 0 } = options;
  demand(
    "initialization",
    initialization,
    ["auto", "he", "glorot", "lecun"].includes(initialization),
    "auto, he, glorot or lecun",
  );
  demand("dropout", dropout, dropout >= 0 && dropout < 1, "a share in [0, 1)");
  demandFlags({ layerNorm, residual, nesterov });
  if (weightDecay !== undefined)
    demand("weightDecay", weightDecay, isSize(weightDecay), "0 or a positive number");
  if (clipNorm !== undefined)
    demand("clipNorm", clipNorm, clipNorm > 0 && Number.isFinite(clipNorm), "a positive number");
  demand("labelSmoothing", labelSmoothing, labelSmoothing >= 0 && labelSmoothing < 1, "in [0, 1)");
  if (patience !== undefined)
    demand(
      "patience",
      patience,
      Number.isSafeInteger(patience) && patience >= 1,
      "a whole number of epochs, 1 or more",
    );
  if (validate !== undefined) demand("validate", validate, validate > 0 && validate < 1, "a share in (0, 1)");
  if (validate !== undefined && patience === undefined)
    throw new InputError(
      "fitClassifier: validate holds rows back for patience, which is not given; give both, or neither",
    );
  if (weightDecay !== undefined && solver !== "adamw")
    throw new InputError(
      `fitClassifier: weightDecay is an option of adamw, not of ${solver}; l2 is the penalty there`,
    );
  if (options.momentum !== undefined && options.momentum > 0 && solver !== "sgd")
    throw new InputError(`fitClassifier: momentum is an option of sgd, not of ${solver}, which has its own`);
  if (nesterov && (solver !== "sgd" || !((options.momentum ?? 0) > 0)))
    throw new InputError(
      "fitClassifier: nesterov is a kind of momentum; it needs solver sgd and a momentum above 0",
    );
  for (const name of ["dropout", "layerNorm", "residual", "initialization"] as const)
    if (!isNetwork && options[name] !== undefined)
      throw new InputError(
        `fitClassifier: ${name} is an option of hidden layers, and there are none; give hidden, or leave it out`,
      );
  const layers = hidden === undefined ? null : readHidden(hidden);
  if (layers !== null) checkUnits(layers, features.columns.length, { layerNorm, residual });
  const attention = body === undefined ? null : planAttention(options, features);
  const plan = planOf(
    {
      ...options,
      learningRate: options.learningRate ?? learningRates[solver],
      ...(attention !== null && { warmUp: options.warmUp ?? attentionWarmUp }),
      ...(attention !== null && { batch: options.batch ?? attentionBatch(rows) }),
      schedule: options.schedule ?? (isNetwork ? "cosine" : "constant"),
      l2: options.l2 ?? (solver === "adamw" ? 0 : 1),
      ...(isNetwork &&
        options.epochs === undefined && {
          epochs: attention === null ? epochsFor(options, rows) : attentionEpochs(rows),
        }),
    },
    rows,
  );
  return {
    ...plan,
    solver,
    hidden: layers === null ? null : writeHidden(layers),
    attention,
    initialization,
    dropout,
    layerNorm,
    residual,
    nesterov,
    weightDecay: solver === "adamw" ? (weightDecay ?? 0.01) : 0,
    clipNorm: clipNorm ?? null,
    labelSmoothing,
    patience: patience ?? null,
    validate: patience === undefined ? null : (validate ?? 0.1),
  };
}

/** @throws InputError when options of one kind of body are given to the other, or to none */
function checkBody(options: NetworkOptions): void {
  const { hidden, body } = options;
  if (body !== undefined) {
    demand("body", body, body === "attention", "attention");
    for (const name of ["hidden", "layerNorm", "residual", "initialization"] as const)
      if (options[name] !== undefined)
        throw new InputError(
          `fitClassifier: ${name} is an option of hidden layers; a body of attention has its own${name === "hidden" ? ": give one or the other" : ", leave it out"}`,
        );
    return;
  }
  for (const name of ["tokens", "heads", "width", "depth", "positions"] as const)
    if (options[name] !== undefined)
      throw new InputError(
        `fitClassifier: ${name} is an option of a body of attention${hidden === undefined ? ", and there is none" : ", not of hidden layers"}; give body: "attention", or leave it out`,
      );
}

/** As many as make `fewestSteps`: small data need more passes. */
function epochsFor({ batch }: PlanOptions, rows: number): number {
  const steps = Math.ceil(rows / (batch ?? batchFor(rows)));
  return Math.min(mostEpochs, Math.max(10, Math.ceil(fewestSteps / steps)));
}

function isSize(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

function demandFlags(flags: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(flags))
    demand(name, value, typeof value === "boolean", "true or false");
}

/** Small data need more passes: 4,000 steps, at least 8 epochs and at most 200. */
function attentionEpochs(rows: number): number {
  return Math.min(200, Math.max(8, Math.ceil(4000 / Math.ceil(rows / attentionBatch(rows)))));
}

function attentionBatch(rows: number): number {
  return rows < 10_000 ? 32 : 128;
}
