import { factorCholesky, solveUpper } from "../linalg/index.ts";

/** Less than this share of a column's variance left by the others is none. */
const negligible = 1e-12;
/** A standardized column with a smaller coefficient takes no part. */
const smallestPart = 1e-6;

/** Rows as the question of dependence needs them. */
export interface DependenceData {
  /** rows × columns, row-major */
  readonly values: Uint8Array | Float32Array | Float64Array;
  readonly columns: number;
  /** s of each row; null: 1. Rows of weight 0 do not count. */
  readonly sampleWeights: Float64Array | null;
}

export interface Dependence {
  /** A column that is a combination of others and the intercept. */
  readonly column: number;
  /** The columns before it that it is made of; none when it is the same in all rows. */
  readonly on: readonly number[];
}

/**
 * The first of some columns that those before it determine, up to the intercept; null when there is none. Their
 * coefficients are then not determined without a penalty.
 */
export function findDependence(data: DependenceData, chosen: readonly number[]): Dependence | null {
  const size = chosen.length;
  const { correlations, spreads } = correlationsOf(data, chosen);
  const flat = spreads.indexOf(0);
  const failed = factorCholesky(correlations, size, negligible);
  if (failed < 0) return null;
  if (flat >= 0 && flat <= failed) return { column: chosen[flat], on: [] };
  // Row `failed` holds what the earlier columns say of it: Lᵀ c = l gives its coefficients.
  const factor = new Float64Array(failed * failed);
  for (let i = 0; i < failed; i++) factor.set(correlations.subarray(i * size, i * size + failed), i * failed);
  const coefficients = correlations.slice(failed * size, failed * size + failed);
  solveUpper(factor, failed, coefficients);
  return {
    column: chosen[failed],
    on: chosen.slice(0, failed).filter((_, i) => Math.abs(coefficients[i]) > smallestPart),
  };
}

/** The correlations of the chosen columns, lower triangle, and their standard deviations (0: the same in all rows). */
function correlationsOf(
  { values, columns, sampleWeights }: DependenceData,
  chosen: readonly number[],
): { correlations: Float64Array; spreads: Float64Array } {
  const size = chosen.length;
  const rows = values.length / columns;
  const means = new Float64Array(size);
  const correlations = new Float64Array(size * size);
  const spreads = new Float64Array(size);
  const own = new Float64Array(size);
  /** Calls with every row that counts, its chosen columns centered, in an array that is written anew. */
  const eachRow = (visit: () => void): void => {
    for (let row = 0, start = 0; row < rows; row++, start += columns) {
      if (sampleWeights?.[row] === 0) continue;
      for (let c = 0; c < size; c++) own[c] = values[start + chosen[c]] - means[c];
      visit();
    }
  };
  let count = 0;
  const totals = new Float64Array(size);
  eachRow(() => {
    count++;
    for (let c = 0; c < size; c++) totals[c] += own[c];
  });
  for (let c = 0; c < size; c++) means[c] = totals[c] / count;
  eachRow(() => {
    for (let c = 0; c < size; c++) {
      const value = own[c];
      for (let e = 0, at = c * size; e <= c; e++, at++) correlations[at] += value * own[e];
    }
  });
  for (let c = 0; c < size; c++) {
    const deviation = Math.sqrt(correlations[c * size + c] / count);
    // A column of one value has but the rounding of its mean.
    spreads[c] = deviation > 1e-14 * Math.abs(means[c]) ? deviation : 0;
  }
  for (let c = 0; c < size; c++)
    for (let e = 0; e <= c; e++)
      correlations[c * size + e] =
        spreads[c] > 0 && spreads[e] > 0 ? correlations[c * size + e] / (count * spreads[c] * spreads[e]) : 0;
  return { correlations, spreads };
}
