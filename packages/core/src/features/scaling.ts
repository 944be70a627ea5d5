import type { Floats, Matrix, Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import type { LinearInput } from "../kernels/index.ts";

/**
 * How a model's features come from its columns: (x − center) / scale, one pair for all columns or one
 * per column.
 */
export type Scaling = { readonly kind: "constant"; readonly scale: number } | ColumnScaling;

export interface ColumnScaling {
  readonly kind: "columns";
  readonly center: Float64Array;
  readonly scale: Float64Array;
}

/**
 * Mean and population standard deviation of each column, over the rows given: pass training rows only.
 * A constant column gets scale 1, so it becomes zero.
 *
 * @param names of the columns, for messages
 * @throws InputError when there are no rows, or the squares of a column's values are beyond float64
 */
export function fitStandardization(
  { rows, columns, values }: Matrix,
  names?: readonly string[],
): ColumnScaling {
  if (rows === 0) throw new InputError("fitStandardization: needs one row or more, got none");
  const { center, deviation } = momentsOf({ rows, columns, values });
  const bad = deviation.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new InputError(
      `fitStandardization: column ${names ? `"${names[bad]}"` : bad} holds numbers too large to square`,
    );
  return { kind: "columns", center, scale: deviation.map((value) => (value === 0 ? 1 : value)) };
}

/** Mean and population standard deviation of each column, the latter exactly 0 where all rows are the same. */
export function momentsOf({ rows, columns, values }: Matrix): {
  center: Float64Array;
  deviation: Float64Array;
} {
  const center = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  // Distances from the first row, so that the mean of a constant column is exactly its value.
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) center[j] += values[i * columns + j] - values[j];
  for (let j = 0; j < columns; j++) center[j] = values[j] + center[j] / rows;
  // A second pass over differences, so that a large mean does not swallow a small spread.
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const difference = values[i * columns + j] - center[j];
      deviation[j] += difference * difference;
    }
  for (let j = 0; j < columns; j++) {
    deviation[j] = Math.sqrt(deviation[j] / rows);
    // A spread in the last digits is what computing the column left there, not one of the data.
    if (deviation[j] <= 1e-14 * Math.abs(center[j]) && deviation[j] < Infinity) deviation[j] = 0;
  }
  return { center, deviation };
}

/**
 * The features as the kernels take them: bytes and float32 with one scale stay as they are, everything else
 * becomes float32.
 *
 * @param block where the features are written, if they are; by default a new array
 */
export function applyScaling(
  scaling: Scaling,
  { columns, values }: Matrix,
  block?: Float32Array,
): LinearInput {
  if (scaling.kind === "constant" && !(values instanceof Float64Array))
    return { values, columns, scale: 1 / scaling.scale };
  const output = block?.subarray(0, values.length) ?? new Float32Array(values.length);
  if (scaling.kind === "constant") scaleAll(values, scaling.scale, output);
  else standardize(values, scaling.center, scaling.scale, output);
  return { values: output, columns, scale: 1 };
}

/**
 * The features in float64.
 *
 * @param output where they are written; by default a new array
 */
export function applyScalingExactly(
  scaling: Scaling,
  { values }: Matrix,
  output: Float64Array = new Float64Array(values.length),
): Float64Array {
  const own = output.subarray(0, values.length);
  if (scaling.kind === "constant") scaleAll(values, scaling.scale, own);
  else standardize(values, scaling.center, scaling.scale, own);
  return own;
}

function scaleAll(values: Values, scale: number, output: Floats): void {
  if (scale === 1) return output.set(values);
  for (let i = 0; i < values.length; i++) output[i] = values[i] / scale;
}

function standardize(values: Values, center: Float64Array, scale: Float64Array, output: Floats): void {
  const columns = center.length;
  for (let start = 0; start < values.length; start += columns)
    for (let j = 0; j < columns; j++) output[start + j] = (values[start + j] - center[j]) / scale[j];
}
