import { addDiagonal, addRidge, leastRidge, rescale } from "./float64-sums.ts";
import { alignUp, blockBytes, blockRows, copyRows, createLayout } from "./layout.ts";
import type { Factors } from "./sums.ts";
import type { JobName, Team } from "./team.ts";
import { createMemory, growMemory, instantiate, type WasmMemory } from "./webassembly.ts";

/** Blocks of rows that `gramAll` takes at a time, and bytes of products that are made at a time. */
const groupBlocks = 4;
const mostGramBytes = 1 << 28;
/** Products that factors are made of, from which the messages are worth it. */
const fewestFactorProducts = 1e7;

/** Rows in the kernels' memory. */
export interface RowsInMemory {
  readonly module: object;
  readonly heapBase: number;
  readonly memory: WasmMemory;
  readonly source: number;
  readonly isBytes: boolean;
  readonly columns: number;
  readonly stride: number;
  readonly scale: number;
  /** Of `gramScratchBytes` for each thread. */
  readonly scratch: number;
  /** Where what is needed for a while may begin. */
  readonly end: number;
  readonly team: Team | undefined;
  /** Does a job in this memory, each thread its share. */
  readonly share: (name: JobName, address: number) => Promise<void>;
}

export function gramScratchBytes(stride: number): number {
  return alignUp(2 * groupBlocks * blockBytes(stride));
}

/** Xᵀ diag(w) X of some rows for each array of weights: see `LinearSums.grams`. */
export async function gramsOf(
  rows: RowsInMemory,
  chosen: Uint32Array,
  weights: readonly Float64Array[],
): Promise<Float64Array[]> {
  const atOnce = Math.max(1, Math.floor(mostGramBytes / (rows.stride * rows.stride * 4)));
  const found: Float64Array[] = [];
  for (let first = 0; first < weights.length; first += atOnce)
    found.push(...(await someGrams(rows, chosen, weights.slice(first, first + atOnce))));
  return found;
}

/** Products of some arrays of weights, in memory that is taken behind everything else. */
async function someGrams(
  { memory, source, isBytes, columns, stride, scale, scratch, end, share }: RowsInMemory,
  chosen: Uint32Array,
  weights: readonly Float64Array[],
): Promise<Float64Array[]> {
  const group = groupBlocks * blockRows;
  const count = Math.ceil(chosen.length / group) * group;
  const own = createLayout(end);
  const order = own.take(count * 4);
  const weightsPlace = own.take(weights.length * count * 4);
  const products = own.take(weights.length * stride * stride * 4);
  const sumsAt = own.take(weights.length * stride * 8);
  const job = own.take(64);
  growMemory(memory, own.size());
  const places = new Uint32Array(memory.buffer, order, count);
  places.fill(chosen[chosen.length - 1]);
  places.set(chosen);
  const scaled = new Float32Array(memory.buffer, weightsPlace, weights.length * count);
  scaled.fill(0);
  weights.forEach((weight, u) => scaled.set(weight, u * count));
  // The fields of `Gram` in assembly/gram.ts, in its order.
  new Uint32Array(memory.buffer, job, 11).set([
    source,
    Number(isBytes),
    stride,
    order,
    count,
    weights.length,
    weightsPlace,
    products,
    scratch,
    gramScratchBytes(stride),
    sumsAt,
  ]);
  await share("gramAll", job);
  return weights.map((weight, u) => {
    const lower = new Float32Array(memory.buffer, products + u * stride * stride * 4, stride * stride);
    const size = columns + 1;
    const output = new Float64Array(size * size);
    for (let i = 0; i < columns; i++)
      for (let j = 0; j <= i; j++) output[i * size + j] = lower[i * stride + j];
    output.set(new Float64Array(memory.buffer, sumsAt + u * stride * 8, columns), columns * size);
    output[size * size - 1] = weight.reduce((sum, w) => sum + w, 0);
    if (scale !== 1) rescale(output, columns, scale);
    return output;
  });
}

/** Matrices factored in a memory of their own; null where one is not finite. */
export async function factorsOf(
  { module, heapBase, columns, team }: RowsInMemory,
  matrices: readonly Float64Array[],
  ridge: Float64Array,
): Promise<Factors | null> {
  const size = columns + 1;
  const evenSize = alignUp(size, 2);
  const own = createLayout(heapBase);
  const bytes = size * evenSize * 8;
  const matricesAt = own.take(matrices.length * bytes);
  const failedAt = own.take(matrices.length * 4);
  const rightSide = own.take(evenSize * 8);
  const job = own.take(64);
  const factorMemory = createMemory(own.size());
  const factorKernels = instantiate(module, factorMemory);
  const { buffer } = factorMemory;
  const matrixAt = (u: number): Float64Array =>
    new Float64Array(buffer, matricesAt + u * bytes, size * evenSize);
  const more = matrices.map((matrix) => {
    addRidge(matrix, size, size, ridge);
    return leastRidge(matrix, size, size);
  });
  const lay = (u: number): void => {
    addDiagonal(matrices[u], size, size, more[u]);
    copyRows(matrixAt(u), matrices[u], size, evenSize);
  };
  matrices.forEach((_, u) => lay(u));
  // The fields of `Factors` in assembly/cholesky.ts, in its order.
  new Uint32Array(buffer, job, 5).set([matricesAt, size, evenSize, matrices.length, failedAt]);
  new Float64Array(buffer, job + 24, 1)[0] = 1e-14;
  const failed = new Int32Array(buffer, failedAt, matrices.length);
  const isShared = matrices.length > 1 && matrices.length * size ** 3 >= fewestFactorProducts;
  for (;;) {
    if (!more.every(Number.isFinite)) return null;
    if (team && isShared)
      await team.tell({ kind: "job", name: "factorAll", address: job }, { module, memory: factorMemory });
    else factorKernels.factorAll(job, 0, 1);
    if (failed.every((row) => row < 0)) break;
    matrices.forEach((_, u) => {
      if (failed[u] >= 0) more[u] *= 1000;
      lay(u);
    });
  }
  const b = new Float64Array(buffer, rightSide, size);
  return {
    solve(index, output) {
      b.set(output);
      factorKernels.solveFactor(matricesAt + index * bytes, size, evenSize, rightSide);
      output.set(b);
    },
  };
}
