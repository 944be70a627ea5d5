import { factorCholesky, solveCholesky } from "../linalg/index.ts";
import { float64GradientErrors } from "./rounding.ts";
import { rowLoss, type RowLoss } from "./row-loss.ts";
import type { LinearPasses, LinearSums, LinearSumsData, LineValues } from "./sums.ts";

/** Products with the rows of a matrix X, rows × columns, in float64. Outputs are written anew. */
export interface PassProducts {
  /** X Wᵀ of weights outputs × columns: rows × outputs. */
  forward(weights: Float64Array, outputs: number, output: Float64Array): void;
  /** Rᵀ X of residuals rows × outputs: outputs × columns. */
  backward(residuals: Float64Array, outputs: number, output: Float64Array): void;
}

export interface RowProducts extends PassProducts {
  /** How many additions a term of `backward` goes through, at most. */
  readonly additions: number;
  /** As `LinearSums.grams`. */
  grams(rows: Uint32Array, weights: readonly Float64Array[]): Float64Array[];
}

/** What a pass over rows needs of them besides their products. */
export interface PassData {
  readonly columns: number;
  readonly scale: number;
  readonly labels: Int32Array;
  readonly outputs: number;
  readonly sampleWeights: Float64Array | null;
}

/** The passes over rows in float64, whatever stands behind the products and the loss. */
export function float64Passes(
  { columns, scale, labels, outputs, sampleWeights }: PassData,
  products: PassProducts,
  loss: RowLoss = rowLoss(labels, outputs, sampleWeights),
): Omit<LinearPasses, "gradientErrors"> {
  const rows = labels.length;
  let margins = new Float64Array(rows * outputs);
  let trial = new Float64Array(rows * outputs);
  const direction = new Float64Array(rows * outputs);
  const residuals = new Float64Array(rows * outputs);
  /** Whether `residuals` are those of the margins. */
  let isKnown = false;

  const multiply = (parameters: Float64Array, output: Float64Array): void => {
    const intercepts = outputs * columns;
    if (parameters.subarray(0, intercepts).every((weight) => weight === 0)) {
      for (let i = 0; i < output.length; i++) output[i] = parameters[intercepts + (i % outputs)];
      return;
    }
    products.forward(parameters.subarray(0, intercepts), outputs, output);
    for (let i = 0, k = 0; i < output.length; i++) {
      output[i] = scale * output[i] + parameters[intercepts + k];
      if (++k === outputs) k = 0;
    }
  };
  /** The step that `trial` has the margins of, and the loss there; NaN: none. */
  let trialStep = NaN;
  let trialLoss = NaN;
  const look = (step: number): LineValues => {
    for (let i = 0; i < trial.length; i++) trial[i] = margins[i] + step * direction[i];
    const values = loss.along(trial, direction, residuals);
    isKnown = false;
    trialStep = step;
    trialLoss = values.value;
    return values;
  };
  return {
    rows,
    columns,
    outputs,
    async place(parameters) {
      multiply(parameters, margins);
      isKnown = false;
      return loss.value(margins);
    },
    async aim(parameters) {
      trialStep = NaN;
      multiply(parameters, direction);
    },
    look,
    move(step) {
      const value = trialStep === step ? trialLoss : look(step).value;
      [margins, trial] = [trial, margins];
      trialStep = NaN;
      isKnown = true;
      return value;
    },
    async gradient() {
      if (!isKnown) {
        loss.residuals(margins, residuals);
        trialStep = NaN; // whose residuals these were
      }
      isKnown = true;
      const gradient = new Float64Array(outputs * (columns + 1));
      const intercepts = outputs * columns;
      products.backward(residuals, outputs, gradient.subarray(0, intercepts));
      if (scale !== 1) for (let i = 0; i < intercepts; i++) gradient[i] *= scale;
      for (let i = 0, k = 0; i < residuals.length; i++) {
        gradient[intercepts + k] += residuals[i];
        if (++k === outputs) k = 0;
      }
      return gradient;
    },
    probabilities(chosen) {
      const output = new Float64Array(chosen.length * outputs);
      for (let i = 0, at = 0; i < chosen.length; i++)
        for (let k = 0; k < outputs; k++, at++) output[at] = margins[chosen[i] * outputs + k];
      loss.toProbabilities(output);
      return output;
    },
    async margins(parameters) {
      const output = new Float64Array(rows * outputs);
      multiply(parameters, output);
      return output;
    },
  };
}

/** The sums over rows in float64: for tables, and to check what float32 found. */
export function float64Sums(data: LinearSumsData, products: RowProducts, given?: RowLoss): LinearSums {
  const { columns, scale, labels, outputs, sampleWeights } = data;
  const rows = labels.length;
  const loss = given ?? rowLoss(labels, outputs, sampleWeights);
  const passes = float64Passes(data, products, loss);
  const grams = (chosen: Uint32Array, weights: readonly Float64Array[]): Float64Array[] => {
    const found = products.grams(chosen, weights);
    if (scale !== 1) for (const gram of found) rescale(gram, columns, scale);
    return found;
  };
  return {
    ...passes,
    areFinite: false,
    exactLoss: async (parameters) => loss.value(await passes.margins(parameters)),
    gradientErrors: (parameters) =>
      float64GradientErrors(data, parameters, passes.probabilities(everyRow(rows)), products.additions),
    async projections(directions, count, chosen) {
      const output = new Float64Array(chosen.length * count);
      const some = new Float64Array(rows * outputs);
      for (let first = 0; first < count; first += outputs) {
        const width = Math.min(outputs, count - first);
        const all = some.subarray(0, rows * width);
        products.forward(directions.subarray(first * columns, (first + width) * columns), width, all);
        for (let i = 0; i < chosen.length; i++)
          for (let k = 0; k < width; k++) output[i * count + first + k] = scale * all[chosen[i] * width + k];
      }
      return output;
    },
    grams: async (chosen, weights) => grams(chosen, weights),
    async factors(chosen, weights, ridge) {
      const size = columns + 1;
      const factors: Float64Array[] = [];
      for (const gram of grams(chosen, weights)) {
        addRidge(gram, size, size, ridge);
        const factor = factorOf(gram, size);
        if (factor === null) return null;
        factors.push(factor);
      }
      return { solve: (index, output) => solveCholesky(factors[index], size, output) };
    },
  };
}

/** The factor of a matrix and what makes it definite; null where it is not finite. */
function factorOf(matrix: Float64Array, size: number): Float64Array | null {
  for (let more = leastRidge(matrix, size, size); Number.isFinite(more); more *= 1000) {
    addDiagonal(matrix, size, size, more);
    const factor = matrix.slice();
    if (factorCholesky(factor, size) < 0) return factor;
  }
  return null;
}

/** What makes a matrix definite in spite of rounding: a billionth of the mean of its diagonal. */
export function leastRidge(matrix: Float64Array, size: number, stride: number): number {
  let trace = 0;
  for (let j = 0; j < size; j++) trace += matrix[j * (stride + 1)];
  return Math.max((1e-9 * trace) / size, 1e-300);
}

export function addRidge(output: Float64Array, size: number, stride: number, ridge: Float64Array): void {
  for (let j = 0; j < size; j++) output[j * (stride + 1)] += ridge[j];
}

export function addDiagonal(output: Float64Array, size: number, stride: number, value: number): void {
  for (let j = 0; j < size; j++) output[j * (stride + 1)] += value;
}

/** Cross-products of x̃ = (x, 1) become those of (scale · x, 1). */
export function rescale(output: Float64Array, columns: number, scale: number): void {
  for (let i = 0, at = 0; i <= columns; i++)
    for (let j = 0; j <= columns; j++, at++)
      output[at] *= (i < columns ? scale : 1) * (j < columns ? scale : 1);
}

function everyRow(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row);
}
