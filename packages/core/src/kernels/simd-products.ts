import type { RowProducts } from "./float64-sums.ts";
import { alignUp, blockRows, copyRows, createLayout } from "./layout.ts";
import { createMemory, instantiate, pageBytes } from "./webassembly.ts";

/** Products with the rows of a matrix of float64, which are copied, by SIMD kernels. */
export function simdProducts(
  module: object,
  heapBase: number,
  values: Float64Array,
  columns: number,
  mostOutputs: number,
): RowProducts {
  const rows = values.length / columns;
  const stride = alignUp(columns + 1, 4); // with a one for the intercept
  const layout = createLayout(heapBase);
  const source = layout.take(rows * stride * 8);
  const layer = layout.take(mostOutputs * stride * 8);
  const margins = layout.take(rows * mostOutputs * 8);
  const order = layout.take(rows * 4);
  const rowWeights = layout.take(rows * 8);
  const scratch = layout.take(2 * blockRows * stride * 8);
  const product = layout.take(stride * stride * 8);
  const memory = createMemory(layout.size() + pageBytes);
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const own = new Float64Array(buffer, source, rows * stride);
  copyRows(own, values, columns, stride);
  for (let i = columns; i < own.length; i += stride) own[i] = 1;
  const layerOf = (outputs: number): Float64Array => new Float64Array(buffer, layer, outputs * stride);
  const marginsOf = (outputs: number): Float64Array => new Float64Array(buffer, margins, rows * outputs);

  return {
    additions: blockRows + Math.ceil(rows / blockRows),
    forward(weights, outputs, output) {
      copyRows(layerOf(outputs), weights, columns, stride);
      for (let k = 0; k < outputs; k++) layerOf(outputs).fill(0, k * stride + columns, (k + 1) * stride);
      kernels.forward64(source, rows, stride, layer, outputs, margins);
      output.set(marginsOf(outputs));
    },
    backward(residuals, outputs, output) {
      marginsOf(outputs).set(residuals);
      const sums = layerOf(outputs).fill(0);
      kernels.backward64(source, rows, stride, margins, outputs, layer);
      for (let k = 0; k < outputs; k++)
        output.set(sums.subarray(k * stride, k * stride + columns), k * columns);
    },
    grams(chosen, weights) {
      new Uint32Array(buffer, order, chosen.length).set(chosen);
      const sums = new Float64Array(buffer, product, stride * stride);
      const size = columns + 1;
      return weights.map((weight) => {
        new Float64Array(buffer, rowWeights, chosen.length).set(weight);
        sums.fill(0);
        kernels.gram64(source, stride, order, chosen.length, rowWeights, scratch, product);
        const output = new Float64Array(size * size);
        for (let i = 0; i < size; i++) output.set(sums.subarray(i * stride, i * stride + i + 1), i * size);
        return output;
      });
    },
  };
}
