/**
 * The Cholesky factor L of a symmetric positive definite matrix, A = L Lᵀ, computed in place.
 *
 * @param matrix n × n, row-major, of which only the lower triangle is read; it becomes L, the upper triangle stays
 * @param tolerance a pivot below this share of its diagonal entry counts as 0
 * @returns −1 when done, else the first column that depends on those before it (or makes A indefinite)
 * @see Golub & Van Loan, Matrix Computations (2013), §4.2
 */
export function factorCholesky(matrix: Float64Array, n: number, tolerance = 1e-14): number {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const diagonal = matrix[row + i];
    // Four columns at a time share the loads of row i.
    let j = 0;
    for (; j + 4 <= i; j += 4) {
      const r0 = j * n;
      const r1 = r0 + n;
      const r2 = r1 + n;
      const r3 = r2 + n;
      let s0 = matrix[row + j];
      let s1 = matrix[row + j + 1];
      let s2 = matrix[row + j + 2];
      let s3 = matrix[row + j + 3];
      for (let k = 0; k < j; k++) {
        const x = matrix[row + k];
        s0 -= x * matrix[r0 + k];
        s1 -= x * matrix[r1 + k];
        s2 -= x * matrix[r2 + k];
        s3 -= x * matrix[r3 + k];
      }
      s0 /= matrix[r0 + j];
      s1 = (s1 - s0 * matrix[r1 + j]) / matrix[r1 + j + 1];
      s2 = (s2 - s0 * matrix[r2 + j] - s1 * matrix[r2 + j + 1]) / matrix[r2 + j + 2];
      s3 =
        (s3 - s0 * matrix[r3 + j] - s1 * matrix[r3 + j + 1] - s2 * matrix[r3 + j + 2]) / matrix[r3 + j + 3];
      matrix[row + j] = s0;
      matrix[row + j + 1] = s1;
      matrix[row + j + 2] = s2;
      matrix[row + j + 3] = s3;
    }
    for (; j < i; j++) {
      let sum = matrix[row + j];
      for (let k = 0; k < j; k++) sum -= matrix[row + k] * matrix[j * n + k];
      matrix[row + j] = sum / matrix[j * n + j];
    }
    let pivot = diagonal;
    for (let k = 0; k < i; k++) pivot -= matrix[row + k] * matrix[row + k];
    if (!(pivot > tolerance * diagonal)) return i;
    matrix[row + i] = Math.sqrt(pivot);
  }
  return -1;
}

/** Solves L y = b in place, L lower triangular with n rows. */
export function solveLower(factor: Float64Array, n: number, output: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = output[i];
    for (let k = 0, at = i * n; k < i; k++, at++) sum -= factor[at] * output[k];
    output[i] = sum / factor[i * n + i];
  }
}

/** Solves Lᵀ x = y in place. */
export function solveUpper(factor: Float64Array, n: number, output: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const x = output[i] / factor[i * n + i];
    output[i] = x;
    for (let k = 0, at = i * n; k < i; k++, at++) output[k] -= factor[at] * x;
  }
}

/** Solves A x = b in place, A = L Lᵀ. */
export function solveCholesky(factor: Float64Array, n: number, output: Float64Array): void {
  solveLower(factor, n, output);
  solveUpper(factor, n, output);
}

/** A⁻¹ of A = L Lᵀ, n × n, symmetric: the product of L⁻ᵀ and L⁻¹. */
export function inverseOfCholesky(factor: Float64Array, n: number): Float64Array {
  // Row i of L⁻¹ from those above it: L⁻¹ᵢ = (eᵢ − Σₖ Lᵢₖ L⁻¹ₖ) / Lᵢᵢ.
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const own = inverse.subarray(i * n, i * n + i + 1);
    own[i] = 1;
    for (let k = 0; k < i; k++) {
      const weight = factor[i * n + k];
      if (weight !== 0) for (let j = 0, at = k * n; j <= k; j++, at++) own[j] -= weight * inverse[at];
    }
    const pivot = factor[i * n + i];
    for (let j = 0; j <= i; j++) own[j] /= pivot;
  }
  const output = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const row = inverse.subarray(k * n, k * n + k + 1);
    for (let i = 0; i <= k; i++) {
      const weight = row[i];
      if (weight !== 0) for (let j = 0, at = i * n; j <= i; j++, at++) output[at] += weight * row[j];
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) output[j * n + i] = output[i * n + j];
  return output;
}
