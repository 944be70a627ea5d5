import { factorCholesky, solveCholesky } from "../linalg/index.ts";
import { contrastBasis, expand, project, rowCurvatures } from "./basis.ts";
import { searchLine } from "./line-search.ts";
import { isFiniteProven, obstacleOf } from "./obstacle.ts";
import {
  boundAt,
  certify,
  isAllRounding,
  lineOf,
  moveAlong,
  noiseAt,
  normOf,
  openPlace,
  refresh,
  takeGradient,
  type Place,
} from "./place.ts";
import {
  dot,
  patience,
  type LinearProblem,
  type Obstacle,
  type Optimum,
  type OptimizeOptions,
} from "./problem.ts";
import { everyRow } from "./sample.ts";

/** Near an optimum each decrement is about the square of the last; one that is more than this share of it is not near. */
const slowest = 0.02;

/**
 * Newton's method with the whole Hessian, (columns + 1)(classes − 1) squared: for problems where that is small.
 * Stops on the proven bound; where a column has no penalty, on the Newton decrement, after making sure that there is
 * an optimum: while classes are separated, steps go on and on and each gains a fixed share of what the last did.
 *
 * @see Nocedal & Wright, Numerical Optimization (2006), §3.3
 */
export async function newton(problem: LinearProblem, options: OptimizeOptions = {}): Promise<Optimum> {
  const { tolerance = 1e-8, aim = tolerance, maxPasses = 1000, start, signal, onIteration } = options;
  const { sums, lambda } = problem;
  const { columns, outputs } = sums;
  const basis = contrastBasis(outputs);
  const place = await openPlace(problem, start);
  await takeGradient(problem, place);
  const isFree = lambda.includes(0);
  let isFinite = !isFree;
  let decrement: number | null = null;
  let iterations = 0;
  let smallest = Infinity;
  let smallestAt = 0;
  const end = (status: Optimum["status"], gap: number | null, obstacle: Obstacle | null = null): Optimum => ({
    parameters: place.parameters,
    objective: place.objective,
    loss: place.loss,
    gap,
    decrement,
    gradientNorm: normOf(place.gradient),
    iterations,
    passes: place.passes,
    status,
    obstacle,
  });
  const endProven = (gap: number): Optimum =>
    end(gap <= tolerance * place.objective ? "certified" : "stalled", gap);
  for (;;) {
    const gap = boundAt(problem, place);
    onIteration?.({ iterations, passes: place.passes, objective: place.objective, gap });
    if (gap !== null && gap <= aim * place.objective) {
      const proof = await certify(problem, place);
      if (proof.gap <= aim * place.objective || isAllRounding(proof)) return endProven(proof.gap);
    }
    if (gap !== null && gap < smallest) {
      smallest = gap;
      smallestAt = iterations;
    } else if (gap !== null && iterations - smallestAt > patience)
      return endProven((await certify(problem, place)).gap);
    if (signal?.aborted || place.passes >= maxPasses) return end("budget", gap);

    const hessian = await hessianAt(problem, basis);
    const size = basis.length * (columns + 1);
    const failed = factorCholesky(hessian, size, isFree ? 1e-13 : 1e-15);
    if (failed >= 0) return end("stalled", gap, obstacleOf(problem));
    const blocks = project(place.gradient, basis, columns);
    solveCholesky(hessian, size, blocks);
    const direction = expand(blocks, basis, columns).map((value) => -value);
    const last: number = decrement ?? Infinity;
    decrement = -dot(place.gradient, direction) / 2;

    if (!isFinite && isFiniteProven(problem, decrement)) isFinite = true;
    else if (!isFinite && iterations >= 8 && decrement > slowest * last) {
      const obstacle = obstacleOf(problem);
      if (obstacle !== null) return end("stalled", null, obstacle);
      isFinite = true;
    }
    if (isFree && isFinite && decrement <= 1e-3 * tolerance * Math.max(place.objective, 1e-300)) {
      // One more step costs little and squares what is left.
      await step(problem, place, direction);
      return end("gradient", null);
    }
    if (!(await step(problem, place, direction))) {
      await refresh(problem, place);
      await takeGradient(problem, place);
      if (isFree) {
        const obstacle = isFinite ? null : obstacleOf(problem);
        const isNear = obstacle === null && decrement <= 1e-3 * tolerance * place.objective;
        return end(isNear ? "gradient" : "stalled", null, obstacle);
      }
      return endProven((await certify(problem, place)).gap);
    }
    iterations++;
    if (iterations % 25 === 0) await refresh(problem, place);
  }
}

/** One step along a direction. @returns whether f became smaller */
async function step(problem: LinearProblem, place: Place, direction: Float64Array): Promise<boolean> {
  await problem.sums.aim(direction);
  place.passes += 0.5;
  const noise = noiseAt(problem, place);
  const start = { value: place.objective, slope: dot(place.gradient, direction) };
  const length = searchLine(lineOf(problem, place, direction), start, noise);
  if (length === null) return false;
  moveAlong(problem, place, direction, length);
  await takeGradient(problem, place);
  return true;
}

/** The Hessian of f in the basis, lower triangle: block (u, v) is Xᵀ diag(s C_uv) X, and λ on the diagonal. */
async function hessianAt(
  { sums, lambda, sampleWeights }: LinearProblem,
  basis: readonly Float64Array[],
): Promise<Float64Array> {
  const { rows, columns } = sums;
  const block = columns + 1;
  const size = basis.length * block;
  const all = everyRow(rows);
  const probabilities = sums.probabilities(all);
  const pairs = basis.flatMap((_, u) => basis.slice(0, u + 1).map((__, v) => [u, v] as const));
  const hessian = new Float64Array(size * size);
  for (const [u, v] of pairs) {
    const weights = rowCurvatures(probabilities, basis[u], basis[v], sampleWeights);
    const [gram] = await sums.grams(all, [weights]);
    for (let i = 0; i < block; i++)
      for (let j = 0; j < block; j++) {
        const value = j <= i ? gram[i * block + j] : gram[j * block + i];
        hessian[(u * block + i) * size + v * block + j] = value;
      }
  }
  for (let u = 0; u < basis.length; u++)
    for (let j = 0; j < columns; j++) hessian[(u * block + j) * (size + 1)] += lambda[j];
  return hessian;
}
