import { binary } from "./predict-binary.generated.ts";
import type { ActivationKernels } from "./activation.ts";
import { compileNetworkPasses, type OpenNetworkPass } from "./network/pass.ts";
import type { OpenNetworkRun } from "./network/run.ts";
import type { OpenAttention } from "./simd-attention.ts";
import type { OpenSoftmaxRun } from "./softmax-run.ts";
import { alignUp, blockRows, copyRows, createLayout, strideOf } from "./layout.ts";
import { createSparseLogits } from "./simd-sparse-logits.ts";
import type { Kernels, LinearInput, LinearLayer, LinearRow } from "./kernels.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  growMemory,
  instantiate,
  pageBytes,
  type KernelExports,
  type WasmMemory,
} from "./webassembly.ts";

/** Bytes of logits or probabilities staged at a time: small enough to stay in cache. */
const stageBytes = 1 << 18;
/** Logits up to which views of the kernels' memory cost more than their softmax, and are kept. */
const shortNumbers = 64;
/** Bytes that layers for single rows hold at a time. When there are more, each is laid out anew at its next row. */
const keptBytes = 1 << 26;

/**
 * The SIMD kernels: 128-bit WebAssembly, compiled here and not at import. The same bits in Node and in
 * every browser. Call it once and hand the result on.
 */
export function createKernels(): Kernels {
  const module = compileModule(decodeBase64(binary));
  const scratch = createScratch(module);
  const softmaxShort = createSoftmaxShort(scratch);
  let activations: Promise<ActivationKernels> | null = null;
  let attention: Promise<OpenAttention> | null = null;
  let softmaxRuns: Promise<OpenSoftmaxRun> | null = null;
  let networkRuns: Promise<OpenNetworkRun> | null = null;
  let networkPasses: OpenNetworkPass | null = null;
  return {
    softmaxRows(logits, columns, output) {
      const rowsAtOnce = Math.max(1, Math.floor(stageBytes / (columns * 4)));
      const at = scratch.reserve(rowsAtOnce * columns * 4);
      for (let start = 0; start < logits.length; start += rowsAtOnce * columns) {
        const part = logits.subarray(start, start + rowsAtOnce * columns);
        const stage = new Float32Array(scratch.memory.buffer, at, part.length);
        stage.set(part);
        scratch.kernels.softmaxRows(at, part.length / columns, columns, at);
        output.set(stage, start);
      }
    },
    softmaxExactly(logits, columns, output) {
      if (logits.length <= shortNumbers) {
        softmaxShort(logits, columns, output);
        return;
      }
      const isFloat32 = logits instanceof Float32Array;
      const rowsAtOnce = Math.max(1, Math.floor(stageBytes / (columns * 8)));
      const inputBytes = alignUp(rowsAtOnce * columns * logits.BYTES_PER_ELEMENT);
      const at = scratch.reserve(inputBytes + rowsAtOnce * columns * 8);
      const { buffer } = scratch.memory;
      for (let start = 0; start < logits.length; start += rowsAtOnce * columns) {
        const part = logits.subarray(start, start + rowsAtOnce * columns);
        (isFloat32
          ? new Float32Array(buffer, at, part.length)
          : new Float64Array(buffer, at, part.length)
        ).set(part);
        const rows = part.length / columns;
        scratch.kernels.softmaxRows64(at, Number(isFloat32), rows, columns, at + inputBytes);
        output.set(new Float64Array(buffer, at + inputBytes, part.length), start);
      }
    },
    createSoftmaxRows(rows, columns) {
      const start = alignUp(scratch.kernels.heapBase());
      const memory = createMemory(start + rows * columns * 4);
      const kernels = instantiate(module, memory);
      return {
        values: new Float32Array(memory.buffer, start, rows * columns),
        apply: () => kernels.softmaxRows(start, rows, columns, start),
      };
    },
    linear(layer, input, output) {
      linear(scratch, layer, input, output);
    },
    createLinearRow(layer, columns) {
      return createLinearRow(scratch, layer, columns);
    },
    async createActivations() {
      activations ??= import("./activations.ts").then(({ compileActivations }) => compileActivations());
      return activations;
    },
    async createAttention(plan, team) {
      attention ??= import("./simd-attention.ts").then(({ compileAttention }) => compileAttention());
      return (await attention)(plan, team);
    },
    async createSoftmaxRun(data, team) {
      softmaxRuns ??= import("./softmax-run.ts").then(({ compileSoftmaxRuns }) => compileSoftmaxRuns());
      return (await softmaxRuns)(data, team);
    },
    async createProduct(shape, team) {
      const { createProduct } = await import("./network/product.ts");
      return createProduct(shape, team);
    },
    async createNetworkRun(data, team) {
      networkRuns ??= import("./network/run.ts").then(({ compileNetworkRuns }) => compileNetworkRuns());
      return (await networkRuns)(data, team);
    },
    createNetworkPass(program, parameters) {
      networkPasses ??= compileNetworkPasses();
      return networkPasses(program, parameters);
    },
    async createLinearSums(data, team, meanwhile) {
      const { createLinearSums } = await import("./linear-sums.ts");
      return createLinearSums(data, team, meanwhile);
    },
    async createSparseSums(data) {
      const { createSparseSums } = await import("./simd-sparse-sums.ts");
      return createSparseSums(data);
    },
    async createSparseLanes(data) {
      const { createSparseLanes } = await import("./simd-sparse.ts");
      return createSparseLanes(data);
    },
    createSparseLogits: (layer) => createSparseLogits(module, scratch.kernels.heapBase(), layer),
  };
}

/** A memory that grows on demand. */
interface Scratch {
  readonly memory: WasmMemory;
  readonly kernels: KernelExports;
  /** The address of at least so many bytes, to use until the next call of anything. */
  reserve(bytes: number): number;
  /** The address of so many zeros that stay the caller's as long as `generation` is the same. */
  keep(bytes: number): number;
  generation(): number;
}

function createScratch(module: object): Scratch {
  const memory = createMemory(pageBytes);
  const kernels = instantiate(module, memory);
  const start = alignUp(kernels.heapBase());
  let free = start; // what is kept lies below
  let generation = 0;
  const reserve = (bytes: number): number => {
    growMemory(memory, free + bytes);
    return free;
  };
  const keep = (bytes: number): number => {
    if (free - start + bytes > keptBytes) {
      free = start;
      generation++;
    }
    const at = reserve(bytes);
    new Uint8Array(memory.buffer, at, bytes).fill(0); // earlier calls were here
    free = alignUp(at + bytes);
    return at;
  };
  return { memory, kernels, reserve, keep, generation: () => generation };
}

function linear(scratch: Scratch, layer: LinearLayer, input: LinearInput, output: Float32Array): void {
  const { values, columns, scale } = input;
  const classes = layer.bias.length;
  const stride = strideOf(columns);
  const isBytes = values instanceof Uint8Array;
  const rowBytes = stride * (isBytes ? 1 : 4);
  const rows = values.length / columns;
  const rowsAtOnce = Math.min(rows, blockRows * Math.max(1, Math.floor(stageBytes / (rowBytes * blockRows))));
  const layout = createLayout(0);
  const source = layout.take(rowsAtOnce * rowBytes);
  const weights = layout.take(classes * stride * 4);
  const bias = layout.take(classes * 4);
  const block = layout.take(isBytes ? blockRows * stride * 4 : 0);
  const result = layout.take(rowsAtOnce * classes * 4);
  const scaleAt = layout.take(4);
  const base = scratch.reserve(layout.size());
  const { buffer } = scratch.memory;
  if (columns < stride) new Uint8Array(buffer, base, layout.size()).fill(0); // the padding: earlier calls were here
  copyRows(new Float32Array(buffer, base + weights, classes * stride), layer.weights, columns, stride);
  new Float32Array(buffer, base + bias, classes).set(layer.bias);
  new Float32Array(buffer, base + scaleAt, 1)[0] = scale;
  const stage = isBytes
    ? new Uint8Array(buffer, base + source, rowsAtOnce * stride)
    : new Float32Array(buffer, base + source, rowsAtOnce * stride);
  for (let first = 0; first < rows; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first);
    copyRows(stage, values.subarray(first * columns, (first + count) * columns), columns, stride);
    scratch.kernels.linearRows(
      base + source,
      Number(isBytes),
      count,
      stride,
      base + weights,
      base + bias,
      classes,
      base + scaleAt,
      base + block,
      base + result,
    );
    output.set(new Float32Array(buffer, base + result, count * classes), first * classes);
  }
}

/** `softmaxExactly` of few numbers, such as one row, at a place of their own. */
function createSoftmaxShort(scratch: Scratch): Kernels["softmaxExactly"] {
  const layOut = () => {
    const bytes = shortNumbers * 8;
    const at = scratch.keep(2 * bytes);
    const { buffer } = scratch.memory;
    return {
      generation: scratch.generation(),
      at,
      logits: new Float64Array(buffer, at, shortNumbers),
      probabilitiesAt: at + bytes,
      probabilities: new Float64Array(buffer, at + bytes, shortNumbers),
    };
  };
  let place: ReturnType<typeof layOut> | null = null;
  return (logits, columns, output) => {
    if (place?.generation !== scratch.generation()) place = layOut();
    const { at, probabilitiesAt, probabilities } = place;
    const own = place.logits;
    for (let i = 0; i < logits.length; i++) own[i] = logits[i];
    scratch.kernels.softmaxRows64(at, 0, logits.length / columns, columns, probabilitiesAt);
    for (let i = 0; i < logits.length; i++) output[i] = probabilities[i];
  };
}

function createLinearRow(scratch: Scratch, layer: LinearLayer, columns: number): LinearRow {
  const classes = layer.bias.length;
  const stride = strideOf(columns);
  const layOut = () => {
    const layout = createLayout(0);
    const weights = layout.take(classes * stride * 4);
    const bias = layout.take(classes * 4);
    const bytes = layout.take(stride);
    const floats = layout.take(stride * 4);
    const logits = layout.take(classes * 4);
    const base = scratch.keep(layout.size());
    const { buffer } = scratch.memory;
    copyRows(new Float32Array(buffer, base + weights, classes * stride), layer.weights, columns, stride);
    new Float32Array(buffer, base + bias, classes).set(layer.bias);
    return {
      generation: scratch.generation(),
      weightsAt: base + weights,
      biasAt: base + bias,
      bytesAt: base + bytes,
      floatsAt: base + floats,
      logitsAt: base + logits,
      bytes: new Uint8Array(buffer, base + bytes, columns),
      floats: new Float32Array(buffer, base + floats, columns),
      logits: new Float32Array(buffer, base + logits, classes),
    };
  };
  let place = layOut();
  return (values, scale) => {
    if (place.generation !== scratch.generation()) place = layOut();
    const { weightsAt, biasAt, bytesAt, floatsAt, logitsAt, logits } = place;
    const isBytes = values instanceof Uint8Array;
    if (isBytes) place.bytes.set(values);
    else place.floats.set(values);
    scratch.kernels.linearRow(
      isBytes ? bytesAt : floatsAt,
      Number(isBytes),
      floatsAt,
      stride,
      weightsAt,
      biasAt,
      classes,
      scale,
      logitsAt,
    );
    return logits;
  };
}
