import { InputError, type FitOptions } from "@sigmax/core";
import type { Labels } from "@sigmax/core/data";
import { rarestClass } from "./rows.ts";
import { textColumnsOf } from "./text.flags.ts";
import type { TrainFlags } from "./train.flags.ts";

/** The textbook run: Dive into Deep Learning, §4.4. */
const presets = {
  d2l: { solver: "sgd", head: "softmax", epochs: 10, batch: 256, learningRate: 0.1, momentum: 0, l2: 0 },
} as const satisfies Record<string, FitOptions>;

/** Flags that `fitClassifier` knows by the same name. */
const shared = [
  "solver",
  "head",
  "hidden",
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
  "epochs",
  "batch",
  "learningRate",
  "schedule",
  "warmUp",
  "stepEpochs",
  "stepFactor",
  "momentum",
  "l1Ratio",
  "penaltyUnits",
  "tolerance",
  "covariance",
  "seed",
] as const satisfies readonly (keyof TrainFlags & keyof FitOptions)[];

/** How to fit, as far as the flags say it. */
export function fitOptionsOf(flags: TrainFlags): FitOptions {
  if (flags.rule !== undefined && flags.l2 !== "auto")
    throw new InputError("--rule: it says how --l2 auto chooses; give --l2 auto too");
  const { l1Ratio = 0, solver = "auto" } = flags;
  if (l1Ratio > 0 && (solver === "newton" || solver === "lbfgs"))
    throw new InputError(
      `--l1-ratio: a penalty on |w| is for coordinate descent, not for ${solver}; leave --solver out`,
    );
  const text = textColumnsOf(flags);
  const said = shared.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return {
    ...(flags.preset && presets[flags.preset]),
    ...(flags.l2 === "auto" && { chooseL2: flags.rule ?? "one-standard-error", chooseFolds: flags.folds }),
    ...(typeof flags.l2 === "number" && { l2: flags.l2 }),
    ...(flags.classWeight !== undefined && { classWeights: flags.classWeight }),
    ...(text && { text }),
    ...(flags.weightedProbabilities && { correctShares: false }),
    ...Object.fromEntries(said),
  };
}

/** @throws InputError when there are more folds than rows of some class: each is to hold some back */
export function checkFolds(labels: Labels, folds: number | undefined): void {
  const rare = rarestClass(labels);
  if (folds !== undefined && rare.rows < folds)
    throw new InputError(
      `--folds: class "${rare.name}" has ${rare.rows} training ${rare.rows === 1 ? "row" : "rows"}, too few for ${folds} folds; take fewer, or leave the class out`,
    );
}

/** "balanced", or "malignant=5,benign=1". */
export function parseClassWeights(text: string): "balanced" | Record<string, number> {
  if (text === "balanced") return text;
  const pairs = text.split(",").map((pair): [string, number] => {
    const at = pair.lastIndexOf("=");
    const value = pair.slice(at + 1).trim();
    const weight = value === "" ? Number.NaN : Number(value);
    if (at < 1 || !(weight > 0 && weight < Infinity))
      throw new InputError(
        `--class-weight: expected balanced, or a positive number per class (malignant=5,benign=1), got ${text}`,
      );
    return [pair.slice(0, at).trim(), weight];
  });
  return Object.fromEntries(pairs);
}
