import { createGenerator } from "../random/index.ts";
import { contrastBasis } from "./basis.ts";

const directions = 30;
/** Classes above which turning the basis costs more than it saves: its time grows as their cube. */
const mostRotated = 128;
const mostSweeps = 10;
/** Products that are summed to see the curvatures, at most. */
const mostProducts = 1e6;
const smallestAngle = 1e-4;
/** Rows whose products are summed together. */
const rowsAtOnce = 4;

/**
 * A basis of the class contrasts in which the curvature of the loss is as nearly diagonal as one basis can make it
 * for all directions of the columns at once. The curvature seen in a direction v is Σᵢ (xᵢ·v)² Sᵢ, Sᵢ = diag(pᵢ) − pᵢpᵢᵀ,
 * taken for random directions and for the plain mean, and diagonalized jointly by Jacobi rotations. Of more than 128 classes
 * it is that of plain contrasts.
 *
 * @param projections rows × `directions` numbers xᵢ·v, see `projectionCount`
 * @param probabilities rows × K
 * @see Cardoso & Souloumiac, SIAM J. Matrix Anal. Appl. 17 (1996)
 */
export function jointBasis(
  projections: Float64Array,
  probabilities: Float64Array,
  rowWeights: Float64Array,
  outputs: number,
): Float64Array[] {
  const start = contrastBasis(outputs);
  if (outputs <= 2 || outputs > mostRotated) return start;
  const size = start.length;
  const rotation = diagonalizeJointly(
    curvaturesSeen(projections, probabilities, rowWeights, outputs).map((each) => inBasis(each, start)),
    size,
  );
  return Array.from({ length: size }, (_, u) =>
    Float64Array.from({ length: outputs }, (__, k) =>
      start.reduce((sum, vector, i) => sum + vector[k] * rotation[i * size + u], 0),
    ),
  );
}

/** Σᵢ wᵢ zᵢ² Sᵢ / Σᵢ wᵢ zᵢ² over the classes, for each direction and for z = 1; of many rows with many classes, some. */
function curvaturesSeen(
  projections: Float64Array,
  probabilities: Float64Array,
  rowWeights: Float64Array,
  outputs: number,
): Float64Array[] {
  const pairs = (outputs * (outputs + 1)) / 2;
  const stride = Math.max(1, Math.floor((rowWeights.length * pairs * directions) / mostProducts));
  const sums = Array.from({ length: directions + 1 }, () => new Float64Array(pairs));
  // pₖpₗ of a few rows at a time: each sum is then read and written once for all of them.
  const products = Array.from({ length: rowsAtOnce }, () => new Float64Array(pairs));
  const [first, second, third, fourth] = products;
  for (let start = 0; start < rowWeights.length; start += rowsAtOnce * stride) {
    products.forEach((product, i) => {
      const row = start + i * stride;
      const p = row * outputs;
      if (row >= rowWeights.length) product.fill(0);
      else
        for (let k = 0, at = 0; k < outputs; k++)
          for (let l = 0; l <= k; l++, at++) product[at] = probabilities[p + k] * probabilities[p + l];
    });
    const weightOf = (i: number, v: number): number => {
      const row = start + i * stride;
      if (row >= rowWeights.length) return 0;
      const z = v === directions ? 1 : projections[row * directions + v];
      return rowWeights[row] * z * z;
    };
    for (let v = 0; v <= directions; v++) {
      const sum = sums[v];
      const [a, b, c, d] = [weightOf(0, v), weightOf(1, v), weightOf(2, v), weightOf(3, v)];
      for (let i = 0; i < pairs; i++) sum[i] += a * first[i] + b * second[i] + c * third[i] + d * fourth[i];
    }
  }
  return sums.map((sum) => {
    const full = new Float64Array(outputs * outputs);
    for (let k = 0, at = 0; k < outputs; k++)
      for (let l = 0; l <= k; l++, at++) full[k * outputs + l] = full[l * outputs + k] = -sum[at];
    // The probabilities of a row sum to 1, so Σₗ pₖpₗ = pₖ.
    let total = 0;
    for (let k = 0; k < outputs; k++) {
      let mean = 0;
      for (let l = 0; l < outputs; l++) mean -= full[k * outputs + l];
      total += mean;
      full[k * (outputs + 1)] += mean;
    }
    return total > 0 ? full.map((value) => value / total) : full;
  });
}

/** uᵀ C v for all pairs of basis vectors. */
function inBasis(matrix: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const size = basis.length;
  const outputs = basis[0].length;
  const output = new Float64Array(size * size);
  const product = new Float64Array(outputs);
  for (let u = 0; u < size; u++) {
    product.fill(0);
    for (let k = 0; k < outputs; k++)
      for (let l = 0; l < outputs; l++) product[l] += basis[u][k] * matrix[k * outputs + l];
    for (let v = 0; v < size; v++)
      for (let k = 0; k < outputs; k++) output[u * size + v] += product[k] * basis[v][k];
  }
  return output;
}

/** Random orthonormal-enough directions of the columns, `projectionCount` of them, as outputs of a layer. */
export function randomDirections(columns: number, seed: number): Float64Array {
  const generator = createGenerator(seed, 0x6a6f); // a stream of its own
  const output = new Float64Array(directions * (columns + 1));
  const size = 1 / Math.sqrt(columns);
  for (let i = 0; i < directions * columns; i++) output[i] = size * generator.normal();
  return output;
}

export const projectionCount: number = directions;

/** The rotation R for which Rᵀ C R is nearest to diagonal over all C, which are rotated in place. Columns are the new basis. */
function diagonalizeJointly(matrices: readonly Float64Array[], size: number): Float64Array {
  const rotation = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rotation[i * size + i] = 1;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let a = 0; a < size; a++)
      for (let b = a + 1; b < size; b++) {
        let g00 = 0;
        let g01 = 0;
        let g11 = 0;
        for (const c of matrices) {
          const difference = c[a * size + a] - c[b * size + b];
          const coupling = 2 * c[a * size + b];
          g00 += difference * difference;
          g01 += difference * coupling;
          g11 += coupling * coupling;
        }
        const { cosine, sine } = quarterAngle(g00 - g11, 2 * g01);
        largest = Math.max(largest, Math.abs(sine));
        for (const c of matrices) {
          rotateColumns(c, size, a, b, cosine, sine);
          rotateRows(c, size, a, b, cosine, sine);
        }
        rotateColumns(rotation, size, a, b, cosine, sine);
      }
    if (largest < smallestAngle) break;
  }
  return rotation;
}

/** Cosine and sine of ¼·atan2(y, x), by halving angles: square roots are the same in every engine. */
function quarterAngle(x: number, y: number): { cosine: number; sine: number } {
  const length = Math.sqrt(x * x + y * y);
  if (length === 0) return { cosine: 1, sine: 0 };
  // cos(θ/2) = √((1 + cos θ)/2), twice; the sign of the angle is that of y.
  const half = Math.sqrt(Math.max(0, (1 + x / length) / 2));
  const cosine = Math.sqrt((1 + half) / 2);
  const sine = Math.sqrt(Math.max(0, (1 - half) / 2));
  return { cosine, sine: y < 0 ? -sine : sine };
}

function rotateColumns(
  matrix: Float64Array,
  size: number,
  a: number,
  b: number,
  cosine: number,
  sine: number,
): void {
  for (let i = 0; i < size; i++) {
    const x = matrix[i * size + a];
    const y = matrix[i * size + b];
    matrix[i * size + a] = cosine * x + sine * y;
    matrix[i * size + b] = cosine * y - sine * x;
  }
}

function rotateRows(
  matrix: Float64Array,
  size: number,
  a: number,
  b: number,
  cosine: number,
  sine: number,
): void {
  for (let j = 0; j < size; j++) {
    const x = matrix[a * size + j];
    const y = matrix[b * size + j];
    matrix[a * size + j] = cosine * x + sine * y;
    matrix[b * size + j] = cosine * y - sine * x;
  }
}
