import type { Floats } from "../data/index.ts";
import type { AnyLayer } from "../model/index.ts";
import type { Reader } from "./reader.ts";
import type { Tensor } from "./safetensors.ts";

/** The columns of which some output has a weight, where leaving out all others makes a file smaller; else null. */
function keptColumns({ weights, bias }: AnyLayer): Float64Array | null {
  const columns = weights.length / bias.length;
  const isKept = new Uint8Array(columns);
  for (let start = 0; start < weights.length; start += columns)
    for (let j = 0; j < columns; j++) if (!Object.is(weights[start + j], 0)) isKept[j] = 1; // −0 is to come back too
  const kept = isKept.reduce((sum, each) => sum + each, 0);
  const bytes = bias.length * weights.BYTES_PER_ELEMENT;
  if (kept * (bytes + 8) >= columns * bytes) return null;
  return Float64Array.from(isKept.keys()).filter((j) => isKept[j] === 1);
}

/** A layer's weights, those of some columns only where so many zeros are left out. */
export function weightTensors(name: string, layer: AnyLayer): Record<string, Tensor> {
  const { weights, bias } = layer;
  const outputs = bias.length;
  const columns = weights.length / outputs;
  const kept = keptColumns(layer);
  if (kept === null) return { [`${name}.weight`]: { shape: [outputs, columns], values: weights } };
  const some = weights.slice(0, outputs * kept.length);
  for (let k = 0, at = 0; k < outputs; k++) for (const j of kept) some[at++] = weights[k * columns + j];
  return {
    [`${name}.columns`]: { shape: [kept.length], values: kept },
    [`${name}.weight`]: { shape: [outputs, kept.length], values: some },
  };
}

/**
 * The weights of all columns again.
 *
 * @param columns those that the file has, ascending
 * @throws InputError when they are not
 */
export function spreadWeights<F extends Floats>(
  read: Reader,
  columns: Float64Array,
  some: F,
  { inputs, outputs, create }: { inputs: number; outputs: number; create: (length: number) => F },
): F {
  columns.forEach((column, i) => {
    const last = i === 0 ? -1 : columns[i - 1];
    if (!(Number.isInteger(column) && column > last && column < inputs))
      read.fail("columns", `ascending places of ${inputs} features`);
  });
  const weights = create(outputs * inputs);
  for (let k = 0, at = 0; k < outputs; k++)
    for (const column of columns) weights[k * inputs + column] = some[at++];
  return weights;
}
