import type { Labels, Matrix } from "../data/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import { descend, outputsOf, type Descent, type Optimizer } from "./descent.ts";
import { optimumOf } from "./optimum.ts";
import { sigmoidPair, softmaxPair } from "./output.ts";
import { openTwoClasses, smoothed, weighted, type TwoClasses } from "./two-classes.ts";

/** A law: two runs that are the same on paper, and how far apart their numbers came out. */
export interface HeadLaw {
  readonly name:
    | "sgd"
    | "momentum"
    | "adam"
    | "gauge"
    | "penalty-optimum"
    | "penalty-descent"
    | "penalty-adam"
    | "weight-decay"
    | "label-smoothing"
    | "class-weights";
  /** The largest |difference| of a weight, relative to the largest weight where that is above 1; of the optimum also of a probability. */
  readonly difference: number;
  /** The same where both heads are given the same rate, penalty or decay; null where nothing is to be halved. */
  readonly unmatched: number | null;
}

export interface LawOptions {
  /** η of the softmax. Default 0.1; Adam takes a tenth of it. */
  readonly learningRate?: number;
  /** λ of the softmax's penalty, above 0. Default 1. */
  readonly l2?: number;
  /** Default 500. */
  readonly steps?: number;
  /** Rows of a step. Default 32, or all where there are fewer. */
  readonly batch?: number;
  /** Of the order of the rows. Default 0. */
  readonly seed?: number;
}

/**
 * What one sigmoid output w and two softmax outputs (w₀, w₁) have in common, exactly, both started at 0 and with the same
 * rows in the same batches: d = w₁ − w₀ takes the steps of w.
 *
 * The gradients of w₁ and w₀ are ±(p − y)x, so each step moves d by twice what it moves w: softmax with η is sigmoid with
 * 2η, also with momentum, and with Adam, which only looks at ratios of gradients. w₁ + w₀ never moves. The penalty
 * ½λ(‖w₀‖² + ‖w₁‖²) is ¼λ‖d‖²: softmax with λ is sigmoid with λ/2 (C with 2C), in the loss as well as in
 * decoupled decay. Label smoothing and class weights are the same for both. All in float64 by plain loops.
 *
 * @param features rows × columns, best in units of their standard deviation
 * @throws InputError unless there are two classes, both with rows
 */
export function headLaws(
  features: Matrix,
  labels: Labels,
  { learningRate = 0.1, l2 = 1, steps = 500, batch = 32, seed = 0 }: LawOptions = {},
): readonly HeadLaw[] {
  const data = openTwoClasses("headLaws", features, labels);
  const order = shuffledRows(data.rows, seed);
  const base = { steps, batch: Math.min(batch, data.rows), order };
  const rateOf = (optimizer: Optimizer): number => (optimizer === "adam" ? learningRate / 10 : learningRate);
  const run = (own: TwoClasses, outputs: 1 | 2, optimizer: Optimizer, more: Partial<Descent>): Float64Array =>
    descend(own, outputs, { ...base, optimizer, learningRate: rateOf(optimizer), ...more });

  /** Softmax against sigmoid with twice the rate and half the penalties, and against sigmoid with the same. */
  const law = (
    name: HeadLaw["name"],
    optimizer: Optimizer,
    {
      own = data,
      l2: penalty = 0,
      weightDecay = 0,
    }: { own?: TwoClasses; l2?: number; weightDecay?: number } = {},
  ): HeadLaw => {
    const pair = run(own, 2, optimizer, { l2: penalty, weightDecay });
    const twice = 2 * rateOf(optimizer);
    const one = run(own, 1, optimizer, {
      learningRate: twice,
      l2: penalty / 2,
      weightDecay: weightDecay / 2,
    });
    const isPenalized = penalty > 0 || weightDecay > 0;
    // With a penalty, only that is left the same, so that what it does alone is seen.
    const other = run(
      own,
      1,
      optimizer,
      isPenalized ? { learningRate: twice, l2: penalty, weightDecay } : {},
    );
    return {
      name,
      difference: relativeGap(differenceOf(pair), one),
      unmatched: relativeGap(differenceOf(pair), other),
    };
  };
  const gauges = (["sgd", "momentum", "adam"] as const).map((optimizer) =>
    largest(sumOf(run(data, 2, optimizer, {}))),
  );
  return [
    law("sgd", "sgd"),
    law("momentum", "momentum"),
    law("adam", "adam"),
    { name: "gauge", difference: Math.max(...gauges), unmatched: null },
    optimumLaw(data, l2),
    law("penalty-descent", "sgd", { l2 }),
    law("penalty-adam", "adam", { l2 }),
    law("weight-decay", "adam", { weightDecay: 0.1 }),
    { ...law("label-smoothing", "sgd", { own: smoothed(data, 0.1) }), unmatched: null },
    { ...law("class-weights", "sgd", { own: weighted(data, [2, 0.5]) }), unmatched: null },
  ];
}

/** At the exact optimum, by Newton's method on either model: weights and probabilities. */
function optimumLaw(data: TwoClasses, l2: number): HeadLaw {
  const pair = optimumOf(data, 2, l2);
  const half = optimumOf(data, 1, l2 / 2);
  const same = optimumOf(data, 1, l2);
  return {
    name: "penalty-optimum",
    difference: Math.max(relativeGap(differenceOf(pair), half), probabilityGap(data, pair, half)),
    unmatched: probabilityGap(data, pair, same),
  };
}

/** The largest |Δp| of any row. */
export function probabilityGap(data: TwoClasses, pair: Float64Array, one: Float64Array): number {
  const [two, single] = [new Float64Array(2), new Float64Array(1)];
  let most = 0;
  for (let row = 0; row < data.rows; row++) {
    outputsOf(data.values, row, pair, two);
    outputsOf(data.values, row, one, single);
    most = Math.max(most, Math.abs(softmaxPair(two[0], two[1])[1] - sigmoidPair(single[0])[1]));
  }
  return most;
}

/** w₁ − w₀ of (w₀, w₁) */
export function differenceOf(pair: Float64Array): Float64Array {
  const half = pair.length / 2;
  return Float64Array.from({ length: half }, (_, i) => pair[half + i] - pair[i]);
}

function sumOf(pair: Float64Array): Float64Array {
  const half = pair.length / 2;
  return Float64Array.from({ length: half }, (_, i) => pair[half + i] + pair[i]);
}

/** The largest |a − b|, relative to the largest |b| where that is above 1. */
export function relativeGap(a: Float64Array, b: Float64Array): number {
  return largest(a.map((value, i) => value - b[i])) / Math.max(1, largest(b));
}

export function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

export function shuffledRows(rows: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  shuffle(order, createGenerator(seed));
  return order;
}
