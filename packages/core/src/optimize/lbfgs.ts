import { openBlocks, type InverseHessian } from "./blocks.ts";
import { searchLine } from "./line-search.ts";
import { obstacleOf } from "./obstacle.ts";
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
} from "./place.ts";
import {
  addScaled,
  dot,
  mostFurtherIterations,
  patience,
  type LinearProblem,
  type Obstacle,
  type Optimum,
  type OptimizeOptions,
  type PassProblem,
  type SparseProblem,
} from "./problem.ts";

/** Pairs of steps and gradient changes that are remembered; fewer where they are long and a pass is short. */
const mostPairs = 30;
const mostSparsePairs = 10;
/** Iterations before which the curvature blocks are made anew, and from how many rows; more where that costs but a pass. */
const refreshes = [0, 12, 100, 200];
const firstRows = 4096;
const laterRows = 12_288;
/** The same where all rows are that few: then blocks cost but a few passes. */
const cheapRefreshes = [0, 6, 12, 50, 100, 200];
/** Products of columns that cost less than drawing rows does: a few milliseconds. */
const cheapProducts = 5e7;
/** Iterations before which the curvature of each column is taken anew. */
const diagonalRefreshes = [0, 4, 12, 30, 100];
/** Iterations after which a problem without a penalty is asked whether it has an optimum at all. */
const firstDoubt = 20;

/** One pair, and what the two-loop recursion needs of it. */
interface Pair {
  readonly move: Float64Array;
  readonly change: Float64Array;
  /** 1 / moveᵀchange */
  readonly rho: number;
}

/**
 * L-BFGS on top of curvature blocks: the blocks know the columns, the remembered pairs what they miss. The line is
 * searched on the margins, so an iteration is one pass over the rows. Stops on the proven bound.
 *
 * @see Liu & Nocedal, Mathematical Programming 45 (1989); Nocedal & Wright, Numerical Optimization (2006), §7.2
 */
export function lbfgs(problem: LinearProblem, options: OptimizeOptions = {}): Promise<Optimum> {
  const { rows, columns, outputs } = problem.sums;
  const schedule = rows <= firstRows ? cheapRefreshes : refreshes;
  const blocksOf = openBlocks(problem, options.seed ?? 0);
  const asDearAsAPass = Math.floor((2 * rows) / columns);
  const cheap = Math.floor(cheapProducts / (columns * columns * Math.max(1, outputs - 1)));
  return descend(problem, options, {
    memory: mostPairs,
    obstacle: () => obstacleOf(problem),
    async refresh(iterations) {
      const round = schedule.indexOf(iterations);
      if (round < 0) return null;
      return blocksOf(Math.max(round === 0 ? firstRows : laterRows, asDearAsAPass, cheap), round);
    },
  });
}

/** The same over sparse rows, on top of the curvature of each parameter by itself: Σ s p (1 − p) x² + λ. */
export function sparseLbfgs(problem: SparseProblem, options: OptimizeOptions = {}): Promise<Optimum> {
  const { sums, lambda } = problem;
  const least = lambda.reduce((smallest, value) => Math.min(smallest, value), Infinity);
  return descend(problem, options, {
    memory: mostSparsePairs,
    obstacle: () => null,
    async refresh(iterations) {
      if (!diagonalRefreshes.includes(iterations)) return null;
      const curvatures = sums.diagonal();
      for (let i = 0; i < curvatures.length; i++)
        curvatures[i] += i < sums.outputs * sums.columns ? lambda[i % sums.columns] : 1e-3 * least;
      return (gradient) => gradient.map((value, i) => value / curvatures[i]);
    },
  });
}

/** What a descent knows of the curvature from the start. */
interface Curvature {
  /** Pairs that are remembered on top of it. */
  readonly memory: number;
  /** The inverse Hessian made anew before this iteration; null: the last one stays. */
  refresh(iterations: number): Promise<InverseHessian | null>;
  /** Why there is no optimum. */
  obstacle(): Obstacle | null;
}

async function descend(
  problem: PassProblem,
  options: OptimizeOptions,
  curvature: Curvature,
): Promise<Optimum> {
  const { tolerance = 1e-8, aim = tolerance, maxPasses = 1000, signal, onIteration } = options;
  const place = await openPlace(problem, options.start);
  await takeGradient(problem, place);
  let inverse: InverseHessian = (gradient) => gradient.slice();
  let pairs: Pair[] = [];
  let iterations = 0;
  let smallest = Infinity;
  let smallestAt = 0;
  let decrement: number | null = null;
  let nextProof = aim;
  let further = 0;
  let isFinite = !problem.lambda.includes(0);
  let obstacle: Obstacle | null = null;
  const end = (status: Optimum["status"], gap: number | null): Optimum => {
    if (!isFinite && !signal?.aborted) obstacle ??= curvature.obstacle();
    return {
      parameters: place.parameters,
      objective: place.objective,
      loss: place.loss,
      gap,
      decrement,
      gradientNorm: normOf(place.gradient),
      iterations,
      passes: place.passes,
      status: obstacle === null ? status : "stalled",
      obstacle,
    };
  };
  const endProven = (gap: number): Optimum =>
    end(gap <= tolerance * place.objective ? "certified" : "stalled", gap);
  for (;;) {
    const gap = boundAt(problem, place);
    onIteration?.({ iterations, passes: place.passes, objective: place.objective, gap });
    if (gap !== null && gap <= tolerance * place.objective) further++;
    if (gap !== null && (gap <= nextProof * place.objective || further > mostFurtherIterations)) {
      const proof = await certify(problem, place);
      const isEnough = further > mostFurtherIterations ? tolerance : aim;
      if (proof.gap <= isEnough * place.objective || isAllRounding(proof)) return endProven(proof.gap);
      nextProof /= 2;
    }
    if (gap !== null && gap < smallest) {
      smallest = gap;
      smallestAt = iterations;
    } else if (gap !== null && iterations - smallestAt > patience)
      return endProven((await certify(problem, place)).gap);
    if (signal?.aborted || place.passes >= maxPasses) return end("budget", gap);
    if (!isFinite && iterations === firstDoubt) {
      obstacle = curvature.obstacle();
      if (obstacle !== null) return end("stalled", null);
      isFinite = true;
    }

    inverse = (await curvature.refresh(iterations)) ?? inverse;
    let direction = directionOf(place.gradient, pairs, inverse);
    let slope = dot(place.gradient, direction);
    decrement = -slope / 2;
    if (gap === null && decrement <= 1e-3 * tolerance * place.objective) return end("gradient", null);

    await problem.sums.aim(direction);
    place.passes += 0.5;
    const noise = noiseAt(problem, place);
    const search = (): number | null =>
      searchLine(lineOf(problem, place, direction), { value: place.objective, slope }, noise);
    let length = search();
    if (length === null) {
      // Rounding, or pairs that mislead: everything anew, and the blocks alone.
      if (pairs.length === 0 && gap === null) return end("stalled", null);
      pairs = [];
      await refresh(problem, place);
      await takeGradient(problem, place);
      direction = directionOf(place.gradient, pairs, inverse);
      slope = dot(place.gradient, direction);
      await problem.sums.aim(direction);
      place.passes += 0.5;
      length = search();
      if (length === null) {
        return gap === null ? end("stalled", null) : endProven((await certify(problem, place)).gap);
      }
    }
    const before = place.gradient;
    moveAlong(problem, place, direction, length);
    iterations++;
    if (iterations % 25 === 0) await refresh(problem, place);
    await takeGradient(problem, place);
    const change = place.gradient.slice();
    addScaled(before, -1, change);
    const move = direction.map((value) => value * (length ?? 0));
    const product = dot(move, change);
    if (product > 0) {
      pairs.push({ move, change, rho: 1 / product });
      if (pairs.length > curvature.memory) pairs.shift();
    }
  }
}

/** −H∇f by the two-loop recursion, the blocks in the place of the scaled identity. */
function directionOf(gradient: Float64Array, pairs: readonly Pair[], inverse: InverseHessian): Float64Array {
  const q = gradient.slice();
  const factors = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { move, change, rho } = pairs[i];
    factors[i] = rho * dot(move, q);
    addScaled(change, -factors[i], q);
  }
  const direction = inverse(q);
  pairs.forEach(({ move, change, rho }, i) =>
    addScaled(move, factors[i] - rho * dot(change, direction), direction),
  );
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
  return direction;
}
