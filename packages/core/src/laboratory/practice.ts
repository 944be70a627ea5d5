import type { Labels, Matrix } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { descend, type Descent } from "./descent.ts";
import { differenceOf, largest, probabilityGap, relativeGap, shuffledRows, type LawOptions } from "./laws.ts";
import { lossAt, optimumOf } from "./optimum.ts";
import { float32, float64, sigmoidPair, softmaxPair, type Rounding } from "./output.ts";
import { openTwoClasses } from "./two-classes.ts";

/** What differs between the heads when both are given the same options, each thing alone. */
export interface HeadPractice {
  /** After so many steps of SGD with the same η: mean log-loss of either, and of the sigmoid with 2η. */
  readonly learningRate: {
    readonly steps: number;
    readonly softmax: number;
    readonly sigmoid: number;
    readonly sigmoidTwice: number;
    /** How far the first step moves the log-odds of the softmax, in units of the sigmoid's. */
    readonly firstStep: number;
  };
  /** At the exact optimum with the same λ: mean log-loss, ‖log-odds weights‖, and the largest |Δp| of a row. */
  readonly penalty: {
    readonly softmax: number;
    readonly sigmoid: number;
    readonly softmaxNorm: number;
    readonly sigmoidNorm: number;
    readonly probabilityGap: number;
  };
  /** Of starting weights N(0, s²): the variance of w₁ − w₀ in units of s², over so many draws. */
  readonly start: { readonly draws: number; readonly variance: number };
  /** The least logit, in whole steps, at which 1 − σ(z) is 0 in float64 and in float32, and what both outputs keep there. */
  readonly tails: readonly {
    readonly precision: "float64" | "float32";
    readonly logit: number;
    readonly kept: number;
  }[];
  /** The same descent in float32: softmax with η against sigmoid with 2η, and each against itself in float64. */
  readonly precision: { readonly heads: number; readonly softmax: number; readonly sigmoid: number };
  /** The same descent with the rows of each batch summed from the last to the first. */
  readonly order: { readonly float64: number; readonly float32: number };
}

const draws = 10_000;

/**
 * Measures what tells one sigmoid output from two softmax outputs in practice: η, λ and the start, which count twice,
 * and what rounding does. Differences of weights are largest |differences|, relative to the largest weight where that
 * is above 1.
 *
 * @param features rows × columns, best in units of their standard deviation
 * @throws InputError unless there are two classes, both with rows
 */
export function headPractice(
  features: Matrix,
  labels: Labels,
  { learningRate = 0.1, l2 = 1, steps = 500, batch = 32, seed = 0 }: LawOptions = {},
): HeadPractice {
  const data = openTwoClasses("headPractice", features, labels);
  const order = shuffledRows(data.rows, seed);
  const base: Descent = {
    optimizer: "sgd",
    learningRate,
    steps,
    batch: Math.min(batch, data.rows),
    order,
  };
  const meanLoss = (weights: Float64Array): number => lossAt(data, weights) / data.rows;
  const few = Math.min(steps, 50); // later both are near the optimum, and the rate shows less
  const after = (count: number, outputs: 1 | 2, rate: number): Float64Array =>
    descend(data, outputs, { ...base, steps: count, learningRate: rate });
  const pair = optimumOf(data, 2, l2);
  const one = optimumOf(data, 1, l2);

  const softmax = (more: Partial<Descent>): Float64Array =>
    differenceOf(descend(data, 2, { ...base, ...more }));
  const sigmoid = (more: Partial<Descent>): Float64Array =>
    descend(data, 1, { ...base, learningRate: 2 * learningRate, ...more });
  const single = { round: float32 };
  const [two64, two32] = [softmax({}), softmax(single)];
  const [one64, one32] = [sigmoid({}), sigmoid(single)];
  return {
    learningRate: {
      steps: few,
      softmax: meanLoss(after(few, 2, learningRate)),
      sigmoid: meanLoss(after(few, 1, learningRate)),
      sigmoidTwice: meanLoss(after(few, 1, 2 * learningRate)),
      firstStep: largest(differenceOf(after(1, 2, learningRate))) / largest(after(1, 1, learningRate)),
    },
    penalty: {
      softmax: meanLoss(pair),
      sigmoid: meanLoss(one),
      softmaxNorm: norm(differenceOf(pair)),
      sigmoidNorm: norm(one),
      probabilityGap: probabilityGap(data, pair, one),
    },
    start: { draws, variance: varianceOfDifferences(seed) },
    tails: [tailOf("float64", float64), tailOf("float32", float32)],
    precision: {
      heads: relativeGap(two32, one32),
      softmax: relativeGap(two32, two64),
      sigmoid: relativeGap(one32, one64),
    },
    order: {
      float64: relativeGap(sigmoid({ backwards: true }), one64),
      float32: relativeGap(sigmoid({ ...single, backwards: true }), one32),
    },
  };
}

/** Where 1 − p has nothing left. */
function tailOf(precision: "float64" | "float32", round: Rounding): HeadPractice["tails"][number] {
  let logit = 1;
  while (round(1 - sigmoidPair(logit, round)[1]) > 0) logit++;
  return { precision, logit, kept: softmaxPair(0, logit, round)[0] };
}

/** Of differences of two standard normals. */
function varianceOfDifferences(seed: number): number {
  const generator = createGenerator(seed, 1);
  let squares = 0;
  for (let i = 0; i < draws; i++) {
    const difference = generator.normal() - generator.normal();
    squares += difference * difference;
  }
  return squares / draws;
}

/** Without the intercept. */
function norm(weights: Float64Array): number {
  return Math.sqrt(weights.subarray(0, -1).reduce((sum, weight) => sum + weight * weight, 0));
}
