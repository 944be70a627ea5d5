import { classTotals, roles, rowsWithRole, type LedgerEntry } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { TextColumns } from "../features/index.ts";
import { createKernels, type Kernels, type Team } from "../kernels/index.ts";
import { createClassifier, heads, sigmoidHead, type Classifier, type Head } from "../model/index.ts";
import { version } from "../version.ts";
import { checkForm } from "./data-form.ts";
import { prepare, type PreparedData, type PreparedLabels, type TrainingData } from "./data.ts";
import { demand } from "./demand.ts";
import type { ExactOptions } from "./exact-options.ts";
import type { DescentSolver, NetworkOptions } from "./network-plan.ts";
import { isWide } from "./wide.ts";
import { planOf } from "./plan.ts";
import { fitByMinibatches, type Fitted, type MinibatchOptions } from "./minibatch.ts";

/** Numbers in the data from which a team begins at once. */
const fewestLargeNumbers = 2 ** 22;

export interface FitOptions extends MinibatchOptions, NetworkOptions, ExactOptions {
  /**
   * "sgd", "adam", "adamw": minibatch gradient descent. "newton", "lbfgs": the exact optimum, with a bound on what is left to it;
   * with `l1Ratio` above 0, coordinate descent. "auto" (default): adam where there are hidden layers, sgd where an
   * option speaks of minibatches (epochs, batch, learningRate, schedule, warmUp, momentum, checkpoint), else the faster
   * of the exact ones.
   */
  readonly solver?: "auto" | DescentSolver | "newton" | "lbfgs";
  /**
   * "softmax": one output per class; "sigmoid", for two classes: one output, the logit of the second; "multilabel": one
   * sigmoid per label, for rows that carry any number of them. Default: multilabel for label sets, sigmoid for two
   * classes, softmax for more.
   */
  readonly head?: Head["kind"];
  /** "standardize" (default), or what every column of a matrix is divided by, for example 255. */
  readonly scaling?: "standardize" | number;
  /** Columns of a table that hold texts, by name: their terms become sparse features, see `fitEncoding`. */
  readonly text?: TextColumns | undefined;
  readonly kernels?: Kernels;
  /** Threads to train with, from `@sigmax/core/node` or `@sigmax/core/browser`. They do not change the result. */
  readonly team?: Team | undefined;
  /** Called when an exact solver is done with one of several labels. */
  readonly onLabel?: ((done: number, all: number) => void) | undefined;
}

/**
 * Softmax regression: p = softmax(W x + b), or for two classes with the sigmoid head p = σ(w x + b), fitted on
 * the cross-entropy of all rows plus ½λ‖W‖²; of label sets the sum of independent sigmoids; with `hidden` layers, the same of what they make of x, and the penalty
 * is on their weights too. The same data, options and seed give the same bits, with any number of threads.
 *
 * Numbers are standardized, categories become one feature each, missing values the mean, columns of `text` a feature per
 * term: see `fitEncoding`.
 *
 * How it ended is the `status` of the model's `training`: a loss that is not finite ends minibatch training as
 * "diverged"; an exact solver that could not prove its tolerance says "gradient", "stalled" or "budget".
 *
 * @throws InputError when rows and labels differ in number, there are fewer than two classes or no
 *   rows, a value is none that a column can have, an option is out of range, or λ is 0 and the optimum is
 *   infinitely far: the classes are separated, or columns depend on one another
 * @see Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), §4.1 and §4.4
 */
export async function fitClassifier(data: TrainingData, given: FitOptions = {}): Promise<Classifier> {
  const options = given.hidden === "none" ? { ...given, hidden: undefined } : given;
  checkForm(data);
  const solver = solverOf(options);
  if (isLarge(data)) options.team?.start(); // while the data are prepared
  const prepared = prepare(data, options.scaling ?? "standardize", {
    areLists: options.head === "multilabel",
    text: options.text,
    isCheckedLater: !isDescentSolver(solver),
  });
  const { rows, features } = prepared;
  const isSeveral = "labelSets" in prepared;
  const classes = isSeveral ? prepared.labelSets.names : prepared.labels.classes;
  const head = headOf(options.head, classes.length, isSeveral);
  if (isSeveral) checkLabelOptions(options);
  const kernels = options.kernels ?? createKernels();
  const fit = async (): Promise<Fitted> => {
    if (prepared.sparse !== null && isDescentSolver(solver)) {
      if (solver !== "sgd" || needsNetwork(options))
        throw new InputError(
          "fitClassifier: columns of texts are fitted exactly, or by the plain steps of sgd; hidden layers, adam, adamw and what belongs to them are for columns without texts",
        );
      const { fitSparseByMinibatches } = await import("./sparse-descent.ts");
      return fitSparseByMinibatches(prepared, prepared.sparse, head, options);
    }
    if (prepared.sparse !== null) {
      const { fitSparseRows } = await import("./sparse-rows.ts");
      return fitSparseRows(prepared, prepared.sparse, head, kernels, { ...options, solver });
    }
    const isDescent = isDescentSolver(solver);
    const isTiled = isDescent && isWide(head, classes.length, planOf(options, rows).batch);
    if (isDescent && (isSeveral || solver !== "sgd" || needsNetwork(options) || isTiled)) {
      const { fitNetwork } = await import("./network.ts");
      return fitNetwork(prepared, head, kernels, options.team, { ...options, solver });
    }
    if (isSeveral) return fitLabelsExactly(prepared, kernels, { ...options, solver: exactSolver(solver) });
    if (isDescent) return fitByMinibatches(prepared, head, kernels, options.team, options);
    const { fitExactly } = await import("./exact.ts"); // who trains by minibatches need not load it
    return fitExactly(prepared, head, kernels, options.team, { ...options, solver });
  };
  const { layer, body = null, training, inference, validation } = await fit();
  const { status, options: settings, history, optimum } = training;
  const warnings = isSeveral ? (await import("./labels.ts")).labelWarnings(prepared) : [];
  const separator = isSeveral ? separatorOf(data) : undefined;
  return createClassifier(
    {
      classes,
      features,
      body,
      layers: [layer],
      scores: null,
      head,
      training: {
        source: data.source ?? "",
        target: typeof data.target === "string" ? data.target : (data.target ?? []).join(","),
        ...(separator !== undefined && { separator }),
        rows,
        classRows: rowsOfClasses(prepared),
        status,
        seed: options.seed ?? 0,
        options: settings,
        history,
        optimum,
        ...(warnings.length > 0 && { warnings }),
        version,
      },
      inference,
      calibration: null,
      ledger: withValidation(data.ledger ?? [], validation ?? [], rows),
    },
    kernels,
  );
}

/** Whether a team is likely to share the work. */
function isLarge(data: TrainingData): boolean {
  if ("features" in data) return data.features.rows * data.features.columns >= fewestLargeNumbers;
  return "table" in data && data.table.rows * data.table.columns.length >= fewestLargeNumbers;
}

/** Label by label, each as a problem of two classes over the same features. */
async function fitLabelsExactly(
  prepared: PreparedLabels,
  kernels: Kernels,
  { onLabel, ...options }: FitOptions & { readonly solver: "auto" | "newton" | "lbfgs" },
): Promise<Fitted> {
  const [{ fitExactly }, labels] = await Promise.all([import("./exact.ts"), import("./labels.ts")]);
  const shared = labels.withSharedFeatures(prepared);
  return labels.fitLabelByLabel(
    shared,
    (own) =>
      fitExactly(labels.asClasses(shared, own), sigmoidHead, kernels, undefined, {
        ...options,
        covariance: "none",
      }),
    onLabel,
  );
}

/** @throws InputError when an option is for classes that exclude each other */
function checkLabelOptions({ classWeights, chooseL2, covariance = "auto" }: FitOptions): void {
  if (classWeights !== undefined)
    throw new InputError(
      "fitClassifier: classWeights are for classes that exclude each other; for several labels thresholds do what weights would",
    );
  if (chooseL2 !== undefined)
    throw new InputError(
      "fitClassifier: chooseL2 is for classes that exclude each other; for several labels give l2",
    );
  if (covariance !== "auto" && covariance !== "none")
    throw new InputError(
      `fitClassifier: covariance: a model of several labels keeps none, got ${covariance}; leave it out`,
    );
}

/** What stood between labels, where one column listed them. */
function separatorOf({ target, separator, ...data }: TrainingData): string | undefined {
  if ("features" in data || "table" in data) return separator;
  return typeof target === "string" ? (separator ?? ";") : undefined;
}

/** What the rows of each class, or those that carry each label, count together. */
function rowsOfClasses(prepared: PreparedData | PreparedLabels): number[] {
  if (!("labelSets" in prepared)) return [...classTotals(prepared.labels, prepared.sampleWeights)];
  const { rows, sampleWeights, labelSets } = prepared;
  const sums = labelSets.names.map(() => 0);
  for (let row = 0, at = 0; row < rows; row++)
    for (let k = 0; k < sums.length; k++, at++) sums[k] += (sampleWeights?.[row] ?? 1) * labelSets.values[at];
  return sums;
}

function headOf(kind: Head["kind"] | undefined, classes: number, isSeveral: boolean): Head {
  const wanted = kind ?? (isSeveral ? "multilabel" : classes === 2 ? "sigmoid" : "softmax");
  demand("head", wanted, Object.hasOwn(heads, wanted), Object.keys(heads).join(" or "));
  const head = heads[wanted];
  if (head.isExclusive === isSeveral)
    throw new InputError(
      isSeveral
        ? `fitClassifier: the ${wanted} head is for rows of one class each, got rows that carry several labels; take multilabel`
        : "fitClassifier: the multilabel head is for rows that carry any number of labels, got one class per row; give label sets, or take softmax",
    );
  if (head.outputsFor(classes) === 0)
    throw new InputError(
      `fitClassifier: the ${wanted} head is for two classes, got ${classes}; take softmax`,
    );
  return head;
}

/** Options that only minibatch training has. */
const descentOptions = [
  "epochs",
  "batch",
  "learningRate",
  "schedule",
  "warmUp",
  "stepEpochs",
  "stepFactor",
  "momentum",
  "checkpoint",
  "onCheckpoint",
  "hidden",
  "body",
  "tokens",
  "heads",
  "width",
  "depth",
  "positions",
  "initialization",
  "dropout",
  "layerNorm",
  "residual",
  "nesterov",
  "weightDecay",
  "clipNorm",
  "labelSmoothing",
  "patience",
  "validate",
] as const satisfies readonly (keyof MinibatchOptions | keyof NetworkOptions)[];

/** Options that only the exact solvers have. */
const exactOptions = [
  "chooseL2",
  "l1Ratio",
  "penaltyUnits",
  "tolerance",
] as const satisfies readonly (keyof ExactOptions)[];

/** Whether a run by sgd has more than a linear model's own, faster kernels do. */
function needsNetwork({
  hidden,
  nesterov,
  clipNorm,
  labelSmoothing,
  patience,
  ...others
}: FitOptions): boolean {
  const { dropout, layerNorm, residual, initialization, weightDecay, validate } = others;
  const asked = [
    hidden,
    nesterov,
    clipNorm,
    labelSmoothing,
    patience,
    dropout,
    layerNorm,
    residual,
    initialization,
  ];
  const { body, tokens, heads: ownHeads, width, depth, positions } = others;
  const attention = [body, tokens, ownHeads, width, depth, positions];
  return [...asked, ...attention, weightDecay, validate].some((option) => option !== undefined);
}

function solverOf(options: FitOptions): DescentSolver | "newton" | "lbfgs" | "auto" {
  const { solver = "auto" } = options;
  const known = ["auto", "sgd", "adam", "adamw", "newton", "lbfgs"];
  demand("solver", solver, known.includes(solver), known.join(", "));
  const descent = descentOptions.find((name) => options[name] !== undefined);
  const exact = exactOptions.find((name) => options[name] !== undefined);
  if (descent !== undefined && exact !== undefined && solver === "auto")
    throw new InputError(
      `fitClassifier: ${descent} is an option of ${descentSolversOf(descent)}, ${exact} one of the exact solvers; give one or the other`,
    );
  if ((solver === "newton" || solver === "lbfgs") && descent !== undefined)
    throw new InputError(
      `fitClassifier: ${descent} is an option of ${descentSolversOf(descent)}, not of ${solver}`,
    );
  if (isDescentSolver(solver) && exact !== undefined)
    throw new InputError(`fitClassifier: ${exact} is an option of the exact solvers, not of ${solver}`);
  const taken = solver === "auto" && descent !== undefined ? descentSolverFor(options) : solver;
  const { covariance = "auto" } = options;
  const isNetwork = options.hidden !== undefined || options.body !== undefined;
  if (isNetwork && !["auto", "none", "laplace"].includes(covariance))
    throw new InputError(
      `fitClassifier: covariance: a network keeps that of its last layer, by Laplace's approximation, and no ${covariance} one; take laplace, auto or none`,
    );
  if (isDescentSolver(taken) && !isNetwork && covariance !== "auto" && covariance !== "none")
    throw new InputError(
      `fitClassifier: minibatch training ends near the optimum, not at it, and has no ${covariance} covariance; take an exact solver`,
    );
  return taken;
}

/** Those that have an option of minibatch training. */
function descentSolversOf(option: (typeof descentOptions)[number]): string {
  if (option === "momentum" || option === "nesterov") return "sgd";
  return option === "weightDecay" ? "adamw" : "sgd, adam and adamw";
}

function exactSolver(solver: NonNullable<FitOptions["solver"]>): "auto" | "newton" | "lbfgs" {
  return solver === "newton" || solver === "lbfgs" ? solver : "auto";
}

function isDescentSolver(solver: NonNullable<FitOptions["solver"]>): solver is DescentSolver {
  return solver === "sgd" || solver === "adam" || solver === "adamw";
}

/** Where only the options speak: what they are of. */
function descentSolverFor({ hidden, body, ...others }: FitOptions): DescentSolver {
  const { weightDecay, momentum, nesterov } = others;
  if (weightDecay !== undefined) return "adamw";
  const isNetwork = hidden !== undefined || body !== undefined;
  return isNetwork && momentum === undefined && nesterov === undefined ? "adam" : "sgd";
}

/**
 * The ledger with the rows that said when to stop: the training rows of the entries, in order, are those of the fit.
 * As it is where they are not as many.
 *
 * @param validation places among the training rows
 */
function withValidation(
  ledger: readonly LedgerEntry[],
  validation: ArrayLike<number>,
  rows: number,
): readonly LedgerEntry[] {
  const known = ledger.reduce((sum, { rowRoles }) => sum + rowsWithRole(rowRoles, "train").length, 0);
  if (validation.length === 0 || known !== rows) return ledger;
  const held = new Set(Array.from(validation));
  const [train, validate] = [roles.indexOf("train"), roles.indexOf("validate")];
  let place = 0;
  return ledger.map((entry) => ({
    ...entry,
    rowRoles: entry.rowRoles.map((role) => (role === train && held.has(place++) ? validate : role)),
  }));
}
