import type { CompressedRows } from "./compressed-rows.ts";
import { binary } from "./csr-binary.generated.ts";
import { createLayout } from "./layout.ts";
import { sparseSums, type SparseProducts, type SparseSums, type SparseSumsData } from "./sparse-sums.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  instantiate,
  pageBytes,
  type KernelExports,
} from "./webassembly.ts";

/** Lays sparse rows, which are copied, out in memory, for an optimizer; sums by SIMD kernels in float64. */
export function createSparseSums(data: SparseSumsData): SparseSums {
  const { module, heapBase } = (opened ??= open());
  return sparseSums(data, simdProducts(module, heapBase, data.matrix, data.outputs));
}

/** The binary, compiled once for all problems. */
let opened: { readonly module: object; readonly heapBase: number } | undefined;

function open(): NonNullable<typeof opened> {
  const module = compileModule(decodeBase64(binary));
  return { module, heapBase: instantiate(module, createMemory(pageBytes)).heapBase() };
}

type Backward = "csrBackward" | "csrSquares";

/** Products for some outputs at a time, side by side in the lanes of each vector. */
function simdProducts(
  module: object,
  heapBase: number,
  { rows, columns, starts, indices, values }: CompressedRows,
  mostOutputs: number,
): SparseProducts {
  const lanes = mostOutputs <= 2 ? 2 : mostOutputs <= 4 ? 4 : 8;
  const layout = createLayout(heapBase);
  const startsAt = layout.take(starts.byteLength);
  const indicesAt = layout.take(indices.byteLength);
  const valuesAt = layout.take(values.byteLength);
  const overColumns = layout.take((columns + 1) * lanes * 8);
  const overRows = layout.take(rows * lanes * 8);
  const memory = createMemory(layout.size());
  const kernels: KernelExports = instantiate(module, memory);
  const { buffer } = memory;
  new Uint32Array(buffer, startsAt, starts.length).set(starts);
  new Uint32Array(buffer, indicesAt, indices.length).set(indices);
  new Float32Array(buffer, valuesAt, values.length).set(values);
  const columnLanes = new Float64Array(buffer, overColumns, (columns + 1) * lanes);
  const rowLanes = new Float64Array(buffer, overRows, rows * lanes);

  const backward = (name: Backward, residuals: Float64Array, outputs: number, output: Float64Array): void => {
    for (let first = 0; first < outputs; first += lanes) {
      const some = Math.min(lanes, outputs - first);
      for (let row = 0; row < rows; row++)
        for (let k = 0; k < some; k++) rowLanes[row * lanes + k] = residuals[row * outputs + first + k];
      columnLanes.fill(0);
      kernels[name](startsAt, indicesAt, valuesAt, rows, columns, lanes, overRows, overColumns);
      for (let j = 0, to = first * columns; j < columns; j++, to++)
        for (let k = 0; k < some; k++) output[to + k * columns] = columnLanes[j * lanes + k];
    }
  };
  return {
    forward(weights, outputs, output) {
      for (let first = 0; first < outputs; first += lanes) {
        const some = Math.min(lanes, outputs - first);
        for (let j = 0, from = first * columns; j < columns; j++, from++)
          for (let k = 0; k < some; k++) columnLanes[j * lanes + k] = weights[from + k * columns];
        columnLanes.fill(0, columns * lanes); // intercepts are added by whoever asks
        kernels.csrForward(startsAt, indicesAt, valuesAt, rows, columns, lanes, overColumns, overRows);
        for (let row = 0; row < rows; row++)
          for (let k = 0; k < some; k++) output[row * outputs + first + k] = rowLanes[row * lanes + k];
      }
    },
    backward: (residuals, outputs, output) => backward("csrBackward", residuals, outputs, output),
    squares: (curvatures, outputs, output) => backward("csrSquares", curvatures, outputs, output),
  };
}
