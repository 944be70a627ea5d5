import { copyCompressed, type SparseLayer, type SparseLogits } from "./compressed-rows.ts";
import { alignUp, createLayout } from "./layout.ts";
import { createMemory, growMemory, instantiate, pageBytes } from "./webassembly.ts";

/**
 * Logits of sparse rows by a layer that is copied into the kernels' memory once.
 *
 * @param module the binary `predict`
 */
export function createSparseLogits(
  module: object,
  heapBase: number,
  { weights, bias }: SparseLayer,
): SparseLogits {
  const outputs = bias.length;
  const columns = weights.length / outputs;
  const padded = alignUp(outputs, 4); // the weights of a column lie side by side
  const layout = createLayout(heapBase);
  const at = { weights: layout.take(columns * padded * 4), bias: layout.take(padded * 4) };
  const memory = createMemory(layout.size() + pageBytes);
  const kernels = instantiate(module, memory);
  const own = new Float32Array(memory.buffer, at.weights, columns * padded);
  for (let from = 0, k = 0; k < outputs; k++)
    for (let to = k; to < own.length; to += padded) own[to] = weights[from++];
  new Float32Array(memory.buffer, at.bias, outputs).set(bias);

  return (rows) => {
    const place = createLayout(layout.size());
    const where = {
      starts: place.take(rows.starts.byteLength),
      indices: place.take(rows.indices.byteLength),
      values: place.take(rows.values.byteLength),
    };
    const logits = place.take(rows.rows * padded * 4);
    growMemory(memory, place.size());
    const { buffer } = memory;
    copyCompressed(buffer, where, rows);
    kernels.csrLogits(
      where.starts,
      where.indices,
      where.values,
      rows.rows,
      padded,
      at.weights,
      at.bias,
      logits,
    );
    const found = new Float32Array(buffer, logits, rows.rows * padded);
    if (padded === outputs) return found.slice();
    const output = new Float32Array(rows.rows * outputs);
    for (let row = 0; row < rows.rows; row++)
      for (let k = 0; k < outputs; k++) output[row * outputs + k] = found[row * padded + k];
    return output;
  };
}
