import { classTotals } from "../data/index.ts";
import type { LineValues } from "../kernels/index.ts";
import { log } from "../kernels/elementary.ts";
import { factorCholesky, solveCholesky } from "../linalg/index.ts";
import { addPenaltyGradient, addScaled, dot, penaltyOf, type PassProblem } from "./problem.ts";
import { everyRow } from "./sample.ts";

const leastShare = 1e-12;

/** Where a solver stands: θ, f and ∇f, kept in step with the margins of the rows. */
export interface Place {
  readonly parameters: Float64Array;
  /** ∇f, laid out as θ; as of the last `takeGradient`. */
  gradient: Float64Array;
  /** Σ s·loss, and f with the penalty. */
  loss: number;
  objective: number;
  passes: number;
  /** Since the margins were made from θ: each rounds them once more. */
  moves: number;
}

/** Moves after which the margins are made anew before anything is proven. */
const mostMoves = 4;

/** A given start, unless weights 0 and the best intercepts are better; else these. One forward pass at most. */
export async function openPlace(problem: PassProblem, start: Float64Array | undefined): Promise<Place> {
  const alone = interceptsAlone(problem);
  if (start === undefined) return placeAt(problem, alone.parameters); // no pass: the weights are 0
  const { outputs, columns } = problem.sums;
  const given = await placeAt(problem, centered(start, outputs, columns));
  const place = given.objective <= alone.loss ? given : await placeAt(problem, alone.parameters);
  return { ...place, passes: 0.5 };
}

async function placeAt({ sums, lambda }: PassProblem, parameters: Float64Array): Promise<Place> {
  const loss = await sums.place(parameters);
  return {
    parameters,
    gradient: new Float64Array(parameters.length),
    loss,
    objective: loss + penaltyOf(parameters, lambda, sums.outputs),
    passes: 0,
    moves: 0,
  };
}

/** Weights 0, and the logits of the shares of the classes; one that no row has is given next to nothing. The loss there. */
function interceptsAlone({ sums, labels, sampleWeights }: PassProblem): {
  readonly parameters: Float64Array;
  readonly loss: number;
} {
  const { outputs, columns } = sums;
  const counts = classTotals({ classes: { length: Math.max(2, outputs) }, indices: labels }, sampleWeights);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const logits = counts.map((count) => log(Math.max(count / total, leastShare)));
  const mean = logits.reduce((sum, logit) => sum + logit / outputs, 0);
  const parameters = new Float64Array(outputs * (columns + 1));
  if (outputs === 1) parameters[columns] = logits[1] - logits[0];
  else
    parameters.set(
      logits.map((logit) => logit - mean),
      outputs * columns,
    );
  return { parameters, loss: -dot(counts, logits) };
}

/** θ with every column's weights summing to zero over the classes: softmax does not feel it, the penalty only shrinks. */
function centered(start: Float64Array, outputs: number, columns: number): Float64Array {
  const parameters = start.slice();
  if (outputs === 1) return parameters;
  for (let j = 0; j <= columns; j++) {
    const place = (k: number): number => (j < columns ? k * columns + j : outputs * columns + k);
    let mean = 0;
    for (let k = 0; k < outputs; k++) mean += parameters[place(k)] / outputs;
    for (let k = 0; k < outputs; k++) parameters[place(k)] -= mean;
  }
  return parameters;
}

/** ∇f at the place: one backward pass. */
export async function takeGradient({ sums, lambda }: PassProblem, place: Place): Promise<void> {
  place.gradient = await sums.gradient();
  addPenaltyGradient(place.parameters, lambda, sums.outputs, place.gradient);
  place.passes += 0.5;
}

/** Margins, loss and f anew from θ, so that rounding does not gather. */
export async function refresh({ sums, lambda }: PassProblem, place: Place): Promise<void> {
  place.loss = await sums.place(place.parameters);
  place.objective = place.loss + penaltyOf(place.parameters, lambda, sums.outputs);
  place.passes += 0.5;
  place.moves = 0;
}

/** f along a direction from the place. */
export function lineOf(
  { sums, lambda }: PassProblem,
  { parameters }: Place,
  direction: Float64Array,
): (step: number) => LineValues {
  const { outputs } = sums;
  let slope = 0;
  let square = 0;
  for (let k = 0, at = 0; k < outputs; k++)
    for (let j = 0; j < lambda.length; j++, at++) {
      slope += lambda[j] * parameters[at] * direction[at];
      square += lambda[j] * direction[at] * direction[at];
    }
  const constant = penaltyOf(parameters, lambda, outputs);
  return (step) => {
    const rows = sums.look(step);
    return {
      value: rows.value + constant + step * (slope + (step / 2) * square),
      slope: rows.slope + slope + step * square,
      curvature: rows.curvature + square,
    };
  };
}

/** Moves along the direction that the sums were aimed at. */
export function moveAlong(
  { sums, lambda }: PassProblem,
  place: Place,
  direction: Float64Array,
  step: number,
): void {
  addScaled(direction, step, place.parameters);
  place.loss = sums.move(step);
  place.moves++;
  place.objective = place.loss + penaltyOf(place.parameters, lambda, sums.outputs);
}

/** Minimizes f over the intercepts alone, by Newton: no pass over the columns. */
async function settleIntercepts(problem: PassProblem, place: Place): Promise<void> {
  const { sums, sampleWeights } = problem;
  const { rows, outputs } = sums;
  if (outputs === 1) return settleOneIntercept(problem, place);
  const all = everyRow(rows);
  const first = outputs * sums.columns;
  for (let round = 0; round < 30; round++) {
    const { gradient, hessian, weight } = interceptTerms(
      sums.probabilities(all),
      outputs,
      problem.labels,
      sampleWeights,
    );
    const size = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    if (size <= 1e-14 * weight) return;
    const step = gradient.map((g) => -g);
    if (factorCholesky(hessian, outputs) >= 0) return;
    solveCholesky(hessian, outputs, step);
    const direction = new Float64Array(place.parameters.length);
    direction.set(step, first);
    await sums.aim(direction);
    let length = 1;
    // Convex, and nearly quadratic where it matters: halving is enough.
    while (length > 1e-6 && sums.look(length).value > place.loss + 1e-14 * Math.abs(place.loss)) length /= 2;
    if (length <= 1e-6) return;
    const before = place.objective;
    moveAlong(problem, place, direction, length);
    if (round > 3 && place.objective >= before) return;
  }
}

/** The same for one output: the line along the intercept tells slope and curvature. */
async function settleOneIntercept(problem: PassProblem, place: Place): Promise<void> {
  const { sums } = problem;
  const direction = new Float64Array(place.parameters.length);
  direction[sums.columns] = 1;
  await sums.aim(direction);
  let step = 0;
  let at = sums.look(0);
  // What is left to gain on the line, slope² / 2·curvature, is soon below the rounding of f.
  for (let round = 0; round < 30 && at.slope * at.slope > 1e-15 * at.value * at.curvature; round++) {
    const next = step - at.slope / at.curvature;
    const there = sums.look(next);
    if (!(Math.abs(there.slope) < Math.abs(at.slope) / 2)) break; // what is left is rounding
    step = next;
    at = there;
  }
  if (step !== 0) moveAlong(problem, place, direction, step);
}

/** Gradient and Hessian over the intercepts. Softmax does not feel a common shift, so there 11ᵀ is added. */
function interceptTerms(
  probabilities: Float64Array,
  outputs: number,
  labels: Int32Array,
  sampleWeights: Float64Array | null,
) {
  const gradient = new Float64Array(outputs);
  const hessian = new Float64Array(outputs * outputs);
  let weight = 0;
  for (let row = 0, at = 0; at < probabilities.length; row++, at += outputs) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    weight += s;
    for (let k = 0; k < outputs; k++) {
      const p = probabilities[at + k];
      const isOwn = outputs === 1 ? labels[row] === 1 : labels[row] === k;
      gradient[k] += s * (p - (isOwn ? 1 : 0));
      for (let l = 0; l < k; l++) hessian[k * outputs + l] -= s * p * probabilities[at + l];
      hessian[k * outputs + k] += s * p * (1 - p);
    }
  }
  if (outputs > 1)
    for (let k = 0; k < outputs; k++)
      for (let l = 0; l <= k; l++) hessian[k * outputs + l] += weight / (outputs * outputs);
  return { gradient, hessian, weight };
}

/**
 * Σⱼ ‖∇ⱼ‖² / 2λⱼ over the weights: a bound on f − f* where the intercepts are settled; null where some λ is 0.
 *
 * @param errors how far each entry of the gradient may be off; none: as if it were exact
 */
export function boundAt(
  { sums, lambda }: PassProblem,
  { gradient }: Place,
  errors?: Float64Array,
): number | null {
  if (lambda.includes(0)) return null;
  let bound = 0;
  for (let k = 0, at = 0; k < sums.outputs; k++)
    for (let j = 0; j < lambda.length; j++, at++) {
      const entry = Math.abs(gradient[at]) + (errors?.[at] ?? 0);
      bound += (entry * entry) / (2 * lambda[j]);
    }
  return bound;
}

/** A bound on f − f* at a place, and how much of it is there because the gradient cannot be known better. */
export interface Proof {
  readonly gap: number;
  readonly rounding: number;
}

/** Settles the intercepts and takes the bound there, rounding included. */
export async function certify(problem: PassProblem, place: Place): Promise<Proof> {
  if (place.moves > mostMoves) await refresh(problem, place);
  await settleIntercepts(problem, place);
  const taken = takeGradient(problem, place); // by a team, while this thread looks for its errors
  const errors = problem.sums.gradientErrors(place.parameters);
  await taken;
  const gap = boundAt(problem, place, errors) ?? Infinity;
  const rounding = boundAt(problem, { ...place, gradient: errors }) ?? Infinity;
  return { gap, rounding };
}

/** Whether more steps would change the bound: not where most of it is rounding. */
export function isAllRounding({ gap, rounding }: Proof): boolean {
  return gap <= 4 * rounding;
}

/** Differences of f below this say nothing: its terms are off by `noise`, and their sum by √rows roundings. */
export function noiseAt({ noise, sums }: PassProblem, { objective }: Place): number {
  return (noise + 1e-16 * Math.sqrt(sums.rows)) * Math.abs(objective);
}

export function normOf(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}
