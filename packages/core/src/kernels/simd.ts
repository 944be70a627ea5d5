import { kernelBinary } from "./binary.generated.ts";
import { mostSteps } from "./kernels.ts";
import { alignUp, blockBytes, blockRows, copyRows, createLayout, strideOf } from "./layout.ts";
import type {
  Kernels,
  LinearInput,
  LinearLayer,
  LinearRow,
  SoftmaxRun,
  SoftmaxRunData,
  StepOptions,
} from "./kernels.ts";
import { float32Sums } from "./simd-sums.ts";
import { float64Sums } from "./float64-sums.ts";
import { plainProducts } from "./plain-products.ts";
import type { Team } from "./team.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  instantiate,
  maximumPages,
  pageBytes,
  type KernelExports,
  type WasmMemory,
} from "./webassembly.ts";

/** Gradients that a team keeps apart at a time, at most: so many, or so many bytes. */
const mostSlots = 16;
const slotBytes = 1 << 26;
/** Bytes of logits or probabilities staged at a time: small enough to stay in cache. */
const stageBytes = 1 << 18;
/** Bytes that layers for single rows hold at a time. When there are more, each is laid out anew at its next row. */
const keptBytes = 1 << 26;

/**
 * The SIMD kernels: 128-bit WebAssembly, compiled here and not at import. The same bits in Node and in
 * every browser. Call it once and hand the result on.
 */
export function createKernels(): Kernels {
  const module = compileModule(decodeBase64(kernelBinary));
  const scratch = createScratch(module);
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
    createSoftmaxRun(data, team) {
      return createSoftmaxRun(module, scratch.kernels.heapBase(), data, team);
    },
    createLinearSums(data, team) {
      const { values, columns } = data;
      return values instanceof Float64Array
        ? float64Sums(data, plainProducts(values, columns))
        : float32Sums(module, scratch.kernels.heapBase(), { ...data, values }, team);
    },
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
    const missing = free + bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
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
  const block = layout.take(blockBytes(stride));
  const logits = layout.take(classes * blockRows * 4);
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
      base + logits,
      base + result,
    );
    output.set(new Float32Array(buffer, base + result, count * classes), first * classes);
  }
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

function createSoftmaxRun(
  module: object,
  heapBase: number,
  data: SoftmaxRunData,
  team: Team | undefined,
): SoftmaxRun {
  const { values, columns, labels, classes } = data;
  const isBytes = values instanceof Uint8Array;
  const stride = strideOf(columns);
  const rows = labels.length;
  const weightBytes = classes * stride * 4;
  const parameterBytes = weightBytes + alignUp(classes * 4, 16);
  const scratchBytes = blockBytes(stride) + classes * blockRows * 4 + 64;

  // One thread adds each block's gradient to the sum as it comes; several keep some apart, and add them in order.
  const threads = team?.size ?? 1;
  const slots =
    threads === 1 ? 0 : Math.max(threads, Math.min(mostSlots, Math.floor(slotBytes / parameterBytes)));

  const layout = createLayout(heapBase);
  const source = layout.take(rows * stride * (isBytes ? 1 : 4));
  const labelsAt = layout.take(rows * 4);
  const orderAt = layout.take(rows * 4);
  const parameters = layout.take(parameterBytes);
  const velocity = data.velocity ? layout.take(parameterBytes) : 0;
  const gradients = layout.take((1 + slots) * parameterBytes);
  const totalsAt = layout.take((1 + slots) * 16);
  const scratch = layout.take(threads * scratchBytes);
  const barrier = layout.take(8);
  const ratesAt = layout.take(mostSteps * 4);
  const run = layout.take(128);
  const memory = createMemory(Math.min(layout.size(), maximumPages * pageBytes));
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const opening = team?.tell({ kind: "open", module, memory }); // its workers start while the rows are copied
  opening?.catch(() => undefined); // whoever takes the first step hears of it

  copyRows(
    isBytes ? new Uint8Array(buffer, source, rows * stride) : new Float32Array(buffer, source, rows * stride),
    values,
    columns,
    stride,
  );
  new Int32Array(buffer, labelsAt, rows).set(labels);
  const order = new Uint32Array(buffer, orderAt, rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  const layerAt = (address: number): LinearLayer => ({
    weights: new Float32Array(buffer, address, classes * stride),
    bias: new Float32Array(buffer, address + weightBytes, classes),
  });
  const fill = (output: LinearLayer, from: LinearLayer): void => {
    copyRows(output.weights, from.weights, columns, stride);
    output.bias.set(from.bias);
  };
  const copyOf = ({ weights, bias }: LinearLayer): LinearLayer => {
    const plain = new Float32Array(classes * columns);
    for (let k = 0; k < classes; k++)
      plain.set(weights.subarray(k * stride, k * stride + columns), k * columns);
    return { weights: plain, bias: bias.slice() };
  };
  fill(layerAt(parameters), data.layer);
  if (data.velocity) fill(layerAt(velocity), data.velocity);
  const rates = new Float32Array(buffer, ratesAt, mostSteps);
  const totals = new Float64Array(buffer, totalsAt, 2);

  // The fields of `Run` in assembly/train.ts, in its order, four bytes each.
  const words = new Uint32Array(buffer, run, 32);
  const floats = new Float32Array(buffer, run, 32);
  words.set([source, Number(isBytes), stride, classes], 0);
  floats[4] = data.scale;
  words.set([labelsAt, orderAt, parameters, velocity, gradients, parameterBytes], 5);
  words.set([slots, totalsAt, scratch, scratchBytes, barrier, ratesAt], 11);

  return {
    order,
    async steps(first: number, count: number, batch: number, options: StepOptions) {
      rates.set(options.learningRates);
      floats.set([options.momentum, options.decay], 17);
      totals.fill(0);
      if (team) {
        await opening;
        await team.tell({ kind: "steps", run, first, rows: count, batch });
      } else kernels.trainSteps(run, 0, 1, first, count, batch);
      return { loss: totals[0], right: totals[1] };
    },
    layer: () => copyOf(layerAt(parameters)),
    velocity: () => (velocity === 0 ? null : copyOf(layerAt(velocity))),
  };
}
