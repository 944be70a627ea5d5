import { factorCholesky, solveCholesky } from "../linalg/index.ts";

/** A smooth convex function of a few numbers. */
export interface ConvexFunction {
  readonly size: number;
  /**
   * f(θ). Fills ∇f, and of the Hessian, size × size, at least the lower triangle; both arrays hold zeros before.
   */
  at(parameters: Float64Array, gradient: Float64Array, hessian: Float64Array): number;
}

export interface ConvexMinimum {
  readonly parameters: Float64Array;
  readonly value: number;
  /** The Hessian there, lower triangle. */
  readonly hessian: Float64Array;
  /** `stalled`: no minimum was reached, as where f falls for ever in some direction. */
  readonly status: "converged" | "stalled";
}

/**
 * Newton's method with backtracking, for up to some hundreds of parameters. Where the Hessian is singular a small
 * multiple of the identity is added, so directions along which f does not change stay where they started.
 *
 * @see Boyd & Vandenberghe, Convex Optimization (2004), §9.5
 */
export function minimizeConvex(problem: ConvexFunction, start: Float64Array): ConvexMinimum {
  const { size } = problem;
  const look = (parameters: Float64Array) => {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    return { parameters, gradient, hessian, value: problem.at(parameters, gradient, hessian) };
  };
  let place = look(start);
  let last = Infinity;
  let wasNear = false;
  for (let iteration = 0; iteration < 100; iteration++) {
    const direction = newtonDirection(place.gradient, place.hessian);
    let decrement = 0;
    for (let i = 0; i < size; i++) decrement -= place.gradient[i] * direction[i];
    decrement = Math.max(0, decrement);
    // Near the minimum each decrement is about the square of the last, until only rounding is left of it. One that was
    // near, and fell as by a square, has come as close as that; otherwise wait until it falls no more.
    const noise = 1e-13 * Math.abs(place.value);
    const isNear = decrement <= noise;
    if (isNear && (decrement >= last / 4 || (wasNear && decrement <= last / 1000)))
      return { ...place, status: "converged" };
    last = decrement;
    wasNear = isNear;
    let next = null;
    for (let length = 1; next === null && length > 1e-12; length /= 2) {
      const at = look(place.parameters.map((value, i) => value + length * direction[i]));
      if (isNear || at.value <= place.value - 1e-4 * length * decrement + noise) next = at;
    }
    if (next === null) break;
    place = next;
  }
  return { ...place, status: "stalled" };
}

/** −H⁻¹g, with a ridge on H where it has no Cholesky factor. */
function newtonDirection(gradient: Float64Array, hessian: Float64Array): Float64Array {
  const size = gradient.length;
  let largest = Number.MIN_VALUE;
  for (let i = 0; i < size; i++) largest = Math.max(largest, hessian[i * (size + 1)]);
  const factor = hessian.slice();
  for (let ridge = 1e-10 * largest; factorCholesky(factor, size, 1e-13) >= 0; ridge *= 100) {
    factor.set(hessian);
    for (let i = 0; i < size; i++) factor[i * (size + 1)] += ridge;
  }
  const direction = gradient.map((value) => -value);
  solveCholesky(factor, size, direction);
  return direction;
}
