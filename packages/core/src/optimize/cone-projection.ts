/** Vectors a_i in one space, given by what a projection needs of them. */
export interface ConeConstraints {
  /** Dimension of the space. */
  readonly size: number;
  /** The vector a_i, of length 1 or near it. */
  at(index: number): Float64Array;
  /** The index with the smallest a_i·β and that value; those in `except` do not count. −1 when there is none. */
  least(beta: Float64Array, except: ReadonlySet<number>): { index: number; value: number };
}

/** Below this share of what was projected a projection is 0, and an inner product of unit vectors is. */
const negligible = 1e-10;

/**
 * The projection of a point onto the cone {β : a_i·β ≥ 0 for all i}, exact up to rounding: by duality it is the
 * residual of min ‖point + Σ tᵢ aᵢ‖ over t ≥ 0, found by the active-set method of Lawson and Hanson, whose steps are
 * finitely many. The vectors in use are kept orthonormal, so that nearly parallel ones do no harm.
 *
 * @returns zeros when the point lies in the polar cone; null when the steps run out, which rounding might cause
 * @see Lawson & Hanson, Solving Least Squares Problems (1974), chapter 23
 */
export function projectOntoCone(point: Float64Array, constraints: ConeConstraints): Float64Array | null {
  const { size } = constraints;
  const whole = lengthOf(point);
  const used: number[] = [];
  const factor = orthonormalRows(size);
  let multipliers = new Float64Array(0);
  let beta = point.slice();
  for (let steps = 20 * size + 100; steps > 0; steps--) {
    const length = lengthOf(beta);
    if (!(length > negligible * whole)) return new Float64Array(size);
    const entering = constraints.least(beta, new Set(used));
    if (entering.index < 0 || entering.value >= -negligible * length) return beta;
    // A vector that depends on those in use cannot have been violated but by rounding.
    if (!factor.add(constraints.at(entering.index))) return beta;
    used.push(entering.index);
    multipliers = Float64Array.from(used, (_, i) => multipliers[i] ?? 0);
    for (;;) {
      const wanted = factor.solve(point);
      let share = 1;
      let leaving = -1;
      wanted.forEach((value, i) => {
        if (value > 0) return;
        const room = multipliers[i] / (multipliers[i] - value);
        if (room < share || leaving < 0) {
          share = Math.min(share, room);
          leaving = i;
        }
      });
      if (leaving < 0) {
        multipliers = wanted;
        break;
      }
      // The one that has just come in is wanted, but for rounding: then it was not violated either.
      if (share === 0 && leaving === used.length - 1) return beta;
      multipliers = multipliers.map((value, i) => value + share * (wanted[i] - value));
      used.splice(leaving, 1);
      multipliers = multipliers.filter((_, i) => i !== leaving);
      factor.remove(leaving);
    }
    beta = factor.residual(point);
  }
  return null;
}

/** The vectors in use as rows of R Q, Q orthonormal and R lower triangular. */
interface OrthonormalRows {
  /** @returns whether the vector is independent of those before it; if not, it is left out */
  add(vector: Float64Array): boolean;
  remove(index: number): void;
  /** t of min ‖point + Σ tᵢ aᵢ‖ */
  solve(point: Float64Array): Float64Array<ArrayBuffer>;
  /** What of a point is orthogonal to all vectors. */
  residual(point: Float64Array): Float64Array<ArrayBuffer>;
}

function orthonormalRows(size: number): OrthonormalRows {
  const directions: Float64Array[] = [];
  let triangle: Float64Array[] = [];
  const add = (vector: Float64Array): boolean => {
    const rest = vector.slice();
    const row = new Float64Array(directions.length + 1);
    // Twice is enough: Giraud, Langou & Rozložník, Comput. Math. Appl. 50 (2005).
    for (let round = 0; round < 2; round++)
      directions.forEach((direction, i) => {
        const part = innerProduct(direction, rest);
        row[i] += part;
        for (let j = 0; j < size; j++) rest[j] -= part * direction[j];
      });
    const length = lengthOf(rest);
    if (!(length > 1e-12 * lengthOf(vector))) return false;
    row[directions.length] = length;
    directions.push(rest.map((value) => value / length));
    triangle.push(row);
    return true;
  };
  return {
    add,
    remove(index) {
      triangle.splice(index, 1);
      // Each later row now reaches one place beyond the diagonal: a rotation of two directions takes it back.
      for (let i = index; i < triangle.length; i++) {
        const [a, b] = [triangle[i][i], triangle[i][i + 1]];
        const length = Math.sqrt(a * a + b * b);
        const [cosine, sine] = [a / length, b / length];
        for (let row = i; row < triangle.length; row++) rotate(triangle[row], i, cosine, sine);
        const [first, second] = [directions[i], directions[i + 1]];
        for (let j = 0; j < size; j++) {
          const [x, y] = [first[j], second[j]];
          first[j] = cosine * x + sine * y;
          second[j] = cosine * y - sine * x;
        }
      }
      directions.pop();
      triangle = triangle.map((row, i) => row.subarray(0, i + 1));
    },
    solve(point) {
      // Rᵀ t = −Q point
      const output = Float64Array.from(directions, (direction) => -innerProduct(direction, point));
      for (let i = output.length - 1; i >= 0; i--) {
        output[i] /= triangle[i][i];
        for (let j = 0; j < i; j++) output[j] -= triangle[i][j] * output[i];
      }
      return output;
    },
    residual(point) {
      const rest = point.slice();
      for (let round = 0; round < 2; round++)
        for (const direction of directions) {
          const part = innerProduct(direction, rest);
          for (let j = 0; j < size; j++) rest[j] -= part * direction[j];
        }
      return rest;
    },
  };
}

/** Entries i and i + 1 of a row. */
function rotate(row: Float64Array, i: number, cosine: number, sine: number): void {
  const [x, y] = [row[i], row[i + 1]];
  row[i] = cosine * x + sine * y;
  row[i + 1] = cosine * y - sine * x;
}

function innerProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(innerProduct(values, values));
}
