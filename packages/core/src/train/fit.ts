import { InputError } from "../errors/index.ts";
import { createKernels, type Kernels, type Team } from "../kernels/index.ts";
import { createClassifier, heads, type Classifier, type Head } from "../model/index.ts";
import { version } from "../version.ts";
import { prepare, type PreparedData, type TrainingData } from "./data.ts";
import { demand } from "./demand.ts";
import type { ExactOptions } from "./exact-options.ts";
import { fitByMinibatches, type Fitted, type MinibatchOptions } from "./minibatch.ts";

export interface FitOptions extends MinibatchOptions, ExactOptions {
  /**
   * "sgd": minibatch gradient descent. "newton", "lbfgs": the exact optimum, with a bound on what is left to it;
   * with `l1Ratio` above 0, coordinate descent. "auto" (default): sgd where an option speaks of it (epochs,
   * batch, learningRate, schedule, warmUp, momentum, checkpoint), else the faster of the exact ones.
   */
  readonly solver?: "auto" | "sgd" | "newton" | "lbfgs";
  /** "softmax": one output per class; "sigmoid", for two classes: one output, the logit of the second. Default: sigmoid for two classes, softmax for more. */
  readonly head?: Head["kind"];
  /** "standardize" (default), or what every column of a matrix is divided by, for example 255. */
  readonly scaling?: "standardize" | number;
  readonly kernels?: Kernels;
  /** Threads to train with, from `@sigmax/core/node` or `@sigmax/core/browser`. They do not change the result. */
  readonly team?: Team | undefined;
}

/**
 * Softmax regression: p = softmax(W x + b), or for two classes with the sigmoid head p = σ(w x + b), fitted on
 * the cross-entropy of all rows plus ½λ‖W‖². The same data, options and seed give the same bits, with any
 * number of threads.
 *
 * Numbers are standardized, categories become one feature each, missing values the mean: see `fitEncoding`.
 *
 * How it ended is the `status` of the model's `training`: a loss that is not finite ends minibatch training as
 * "diverged"; an exact solver that could not prove its tolerance says "gradient", "stalled" or "budget".
 *
 * @throws InputError when rows and labels differ in number, there are fewer than two classes or no
 *   rows, a value is none that a column can have, an option is out of range, or λ is 0 and the optimum is
 *   infinitely far: the classes are separated, or columns depend on one another
 * @see Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), §4.1 and §4.4
 */
export async function fitClassifier(data: TrainingData, options: FitOptions = {}): Promise<Classifier> {
  const prepared = prepare(data, options.scaling ?? "standardize");
  const { labels, rows, features } = prepared;
  const head = headOf(options.head, labels.classes.length);
  const kernels = options.kernels ?? createKernels();
  const solver = solverOf(options);
  const fit = async (): Promise<Fitted> => {
    if (solver === "sgd") return fitByMinibatches(prepared, head, kernels, options.team, options);
    const { fitExactly } = await import("./exact.ts"); // who trains by minibatches need not load it
    return fitExactly(prepared, head, kernels, options.team, { ...options, solver });
  };
  const { layer, training, inference } = await fit();
  const { status, options: settings, history, optimum } = training;
  return createClassifier(
    {
      classes: labels.classes,
      features,
      layers: [layer],
      scores: null,
      head,
      training: {
        source: data.source ?? "",
        target: data.target ?? "",
        rows,
        classRows: rowsOfClasses(prepared),
        status,
        seed: options.seed ?? 0,
        options: settings,
        history,
        optimum,
        version,
      },
      inference,
      calibration: null,
      ledger: data.ledger ?? [],
    },
    kernels,
  );
}

/** What the rows of each class count together. */
function rowsOfClasses({ labels, sampleWeights }: Pick<PreparedData, "labels" | "sampleWeights">): number[] {
  const sums = labels.classes.map(() => 0);
  for (let row = 0; row < labels.indices.length; row++)
    sums[labels.indices[row]] += sampleWeights?.[row] ?? 1;
  return sums;
}

function headOf(kind: Head["kind"] | undefined, classes: number): Head {
  const wanted = kind ?? (classes === 2 ? "sigmoid" : "softmax");
  demand("head", wanted, Object.hasOwn(heads, wanted), Object.keys(heads).join(" or "));
  if (heads[wanted].outputsFor(classes) === 0)
    throw new InputError(
      `fitClassifier: the ${wanted} head is for two classes, got ${classes}; take softmax`,
    );
  return heads[wanted];
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
] as const satisfies readonly (keyof MinibatchOptions)[];

/** Options that only the exact solvers have. */
const exactOptions = [
  "chooseL2",
  "l1Ratio",
  "penaltyUnits",
  "tolerance",
] as const satisfies readonly (keyof ExactOptions)[];

function solverOf(options: FitOptions): "sgd" | "newton" | "lbfgs" | "auto" {
  const { solver = "auto" } = options;
  const known = ["auto", "sgd", "newton", "lbfgs"];
  demand("solver", solver, known.includes(solver), known.join(", "));
  const descent = descentOptions.find((name) => options[name] !== undefined);
  const exact = exactOptions.find((name) => options[name] !== undefined);
  if (descent !== undefined && exact !== undefined && solver === "auto")
    throw new InputError(
      `fitClassifier: ${descent} is an option of sgd, ${exact} one of the exact solvers; give one or the other, or name the solver`,
    );
  if (solver !== "auto" && solver !== "sgd" && descent !== undefined)
    throw new InputError(`fitClassifier: ${descent} is an option of sgd, not of ${solver}`);
  if (solver === "sgd" && exact !== undefined)
    throw new InputError(`fitClassifier: ${exact} is an option of the exact solvers, not of sgd`);
  const taken = solver === "auto" && descent !== undefined ? "sgd" : solver;
  const { covariance = "auto" } = options;
  if (taken === "sgd" && covariance !== "auto" && covariance !== "none")
    throw new InputError(
      `fitClassifier: minibatch training ends near the optimum, not at it, and has no ${covariance} covariance; take an exact solver`,
    );
  return taken;
}
