/**
 * Columns of an orthonormal basis of the vectors over K classes that sum to zero: softmax feels no common shift of
 * the logits, so its weights never leave that space. One output (the sigmoid) is its own basis.
 *
 * @returns one array of `outputs` numbers per basis vector: K − 1, or 1
 */
export function contrastBasis(outputs: number): Float64Array[] {
  if (outputs === 1) return [Float64Array.of(1)];
  // Helmert's contrasts: each class against the mean of those before it.
  return Array.from({ length: outputs - 1 }, (_, u) => {
    const length = Math.sqrt((u + 1) * (u + 2));
    return Float64Array.from({ length: outputs }, (__, k) =>
      k <= u ? 1 / length : k === u + 1 ? -(u + 1) / length : 0,
    );
  });
}

/** The blocks g_u = Σₖ uₖ Gₖ of a gradient laid out as θ, each columns + 1 long, the intercept last. */
export function project(theta: Float64Array, basis: readonly Float64Array[], columns: number): Float64Array {
  const outputs = basis[0].length;
  const size = columns + 1;
  const output = new Float64Array(basis.length * size);
  basis.forEach((vector, u) => {
    for (let k = 0; k < outputs; k++) {
      const weight = vector[k];
      if (weight === 0) continue;
      for (let j = 0; j < columns; j++) output[u * size + j] += weight * theta[k * columns + j];
      output[u * size + columns] += weight * theta[outputs * columns + k];
    }
  });
  return output;
}

/** And back: θₖ = Σ_u uₖ g_u. */
export function expand(blocks: Float64Array, basis: readonly Float64Array[], columns: number): Float64Array {
  const outputs = basis[0].length;
  const size = columns + 1;
  const theta = new Float64Array(outputs * size);
  basis.forEach((vector, u) => {
    for (let k = 0; k < outputs; k++) {
      const weight = vector[k];
      if (weight === 0) continue;
      for (let j = 0; j < columns; j++) theta[k * columns + j] += weight * blocks[u * size + j];
      theta[outputs * columns + k] += weight * blocks[u * size + columns];
    }
  });
  return theta;
}

/**
 * The curvature of the loss of each row between two basis vectors: Σₖ pₖ aₖ bₖ − (Σₖ pₖ aₖ)(Σₖ pₖ bₖ), and with one
 * output p (1 − p); times s.
 *
 * @param probabilities rows × outputs
 */
export function rowCurvatures(
  probabilities: Float64Array,
  a: Float64Array,
  b: Float64Array,
  sampleWeights: Float64Array | null,
): Float64Array {
  const outputs = a.length;
  const output = new Float64Array(probabilities.length / outputs);
  for (let row = 0, at = 0; row < output.length; row++, at += outputs) {
    const s = sampleWeights ? sampleWeights[row] : 1;
    if (outputs === 1) {
      output[row] = s * probabilities[at] * (1 - probabilities[at]);
      continue;
    }
    let both = 0;
    let left = 0;
    let right = 0;
    for (let k = 0; k < outputs; k++) {
      const p = probabilities[at + k];
      both += p * a[k] * b[k];
      left += p * a[k];
      right += p * b[k];
    }
    output[row] = s * (both - left * right);
  }
  return output;
}
