/** Eigenvalues in ascending order, and the vector of each as a row. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** n × n, row i the unit vector of value i; rows are orthogonal. */
  readonly vectors: Float64Array;
}

/** Turns that one eigenvalue may take; three or so are usual. */
const mostTurns = 60;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal, implicit QL turns
 * make that diagonal. Errors are a few units in the last place of the largest eigenvalue.
 *
 * @param matrix n × n, row-major, finite; only its lower triangle is read
 * @see Golub & Van Loan, Matrix Computations (2013), §8.3; Wilkinson & Reinsch, Linear Algebra (1971), II/2 and II/4
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const vectors = new Float64Array(n * n); // at first the matrix, at last its eigenvectors as rows
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) vectors[i * n + j] = vectors[j * n + i] = matrix[i * n + j];
  const diagonal = new Float64Array(n);
  const below = new Float64Array(n); // below[i] couples i − 1 and i
  tridiagonalize(vectors, n, diagonal, below);
  turnDiagonal(vectors, n, diagonal, below);
  const order = Array.from(diagonal.keys()).toSorted((a, b) => diagonal[a] - diagonal[b]);
  const sorted = new Float64Array(n * n);
  order.forEach((from, to) => sorted.set(vectors.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => diagonal[i]), vectors: sorted };
}

/** QᵀAQ = T, tridiagonal; `output`, A at first, becomes Qᵀ. */
function tridiagonalize(output: Float64Array, n: number, diagonal: Float64Array, below: Float64Array): void {
  const a = output.slice();
  const reflectors: Float64Array[] = [];
  const product = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    // The reflection I − u uᵀ (‖u‖² = 2) takes column k below the diagonal to a multiple of the first unit vector.
    const u = new Float64Array(n);
    let scale = 0;
    for (let i = k + 1; i < n; i++) scale = Math.max(scale, Math.abs(a[i * n + k]));
    reflectors.push(u);
    if (scale === 0) continue;
    let square = 0;
    for (let i = k + 1; i < n; i++) {
      u[i] = a[i * n + k] / scale;
      square += u[i] * u[i];
    }
    const length = u[k + 1] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const factor = 1 / Math.sqrt(square - u[k + 1] * length);
    u[k + 1] -= length;
    for (let i = k + 1; i < n; i++) u[i] *= factor;
    // A − u wᵀ − w uᵀ with w = A u − ½(uᵀA u) u, on what is left of A.
    let inner = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) sum += a[at] * u[j];
      product[i] = sum;
      inner += sum * u[i];
    }
    for (let i = k + 1; i < n; i++) product[i] -= (inner / 2) * u[i];
    for (let i = k + 1; i < n; i++) {
      const [ui, wi] = [u[i], product[i]];
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) a[at] -= ui * product[j] + wi * u[j];
    }
    a[(k + 1) * n + k] = scale * length;
  }
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i];
    below[i] = i > 0 ? a[i * n + i - 1] : 0;
  }
  output.fill(0);
  for (let i = 0; i < n; i++) output[i * n + i] = 1;
  // Q is the product of the reflections; from the last to the first, each touches only what lies below it.
  for (let k = reflectors.length - 1; k >= 0; k--) {
    const u = reflectors[k];
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) sum += output[at] * u[j];
      for (let j = k + 1, at = i * n + k + 1; j < n; j++, at++) output[at] -= sum * u[j];
    }
  }
}

/** Implicit QL turns with Wilkinson's shift until nothing couples; the rows of `vectors` turn along. */
function turnDiagonal(vectors: Float64Array, n: number, diagonal: Float64Array, below: Float64Array): void {
  for (let i = 1; i < n; i++) below[i - 1] = below[i];
  below[n - 1] = 0;
  for (let first = 0; first < n; first++)
    for (let turn = 0; turn < mostTurns; turn++) {
      let last = first;
      while (last < n - 1 && !isSmall(below[last], diagonal[last], diagonal[last + 1])) last++;
      if (last === first) break;
      const half = (diagonal[first + 1] - diagonal[first]) / (2 * below[first]);
      const root = Math.sqrt(half * half + 1);
      let g = diagonal[last] - diagonal[first] + below[first] / (half + (half < 0 ? -root : root));
      let [sine, cosine, moved] = [1, 1, 0];
      let isBroken = false;
      for (let i = last - 1; i >= first; i--) {
        const f = sine * below[i];
        const b = cosine * below[i];
        const r = Math.sqrt(f * f + g * g);
        below[i + 1] = r;
        if (r === 0) {
          diagonal[i + 1] -= moved;
          below[last] = 0;
          isBroken = true;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = diagonal[i + 1] - moved;
        const t = (diagonal[i] - g) * sine + 2 * cosine * b;
        moved = sine * t;
        diagonal[i + 1] = g + moved;
        g = cosine * t - b;
        rotateRows(vectors, n, i, cosine, sine);
      }
      if (isBroken) continue;
      diagonal[first] -= moved;
      below[first] = g;
      below[last] = 0;
    }
}

function isSmall(coupling: number, a: number, b: number): boolean {
  return Math.abs(coupling) <= 2 ** -53 * (Math.abs(a) + Math.abs(b));
}

/** Rows i and i + 1 become (cos · i − sin · (i + 1), sin · i + cos · (i + 1)). */
function rotateRows(output: Float64Array, n: number, i: number, cosine: number, sine: number): void {
  for (let k = 0, a = i * n, b = a + n; k < n; k++, a++, b++) {
    const held = output[b];
    output[b] = sine * output[a] + cosine * held;
    output[a] = cosine * output[a] - sine * held;
  }
}
