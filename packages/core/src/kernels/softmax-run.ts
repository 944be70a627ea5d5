import {
  mostSteps,
  type LinearLayer,
  type SoftmaxRun,
  type SoftmaxRunData,
  type StepOptions,
} from "./kernels.ts";
import {
  barrierBytes,
  alignUp,
  blockBytes,
  blockRows,
  copyRows,
  createLayout,
  sparseBlockBytes,
  strideOf,
} from "./layout.ts";
import { binary } from "./minibatch-binary.generated.ts";
import type { Team } from "./team.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  instantiate,
  maximumPages,
  pageBytes,
} from "./webassembly.ts";

/** Gradients that a team keeps apart at a time, at most: so many, or so many bytes. */
const mostSlots = 16;
const slotBytes = 1 << 26;

/** Lays out one run: see `Kernels.createSoftmaxRun`. */
export type OpenSoftmaxRun = (data: SoftmaxRunData, team?: Team) => SoftmaxRun;

/** Compiles the kernels of minibatch training, once for all runs. */
export function compileSoftmaxRuns(): OpenSoftmaxRun {
  const module = compileModule(decodeBase64(binary));
  const heapBase = instantiate(module, createMemory(pageBytes)).heapBase();
  return (data, team) => createSoftmaxRun(module, heapBase, data, team);
}

function createSoftmaxRun(
  module: object,
  heapBase: number,
  data: SoftmaxRunData,
  team: Team | undefined,
): SoftmaxRun {
  const { values, columns, labels, sampleWeights, classes } = data;
  const isBytes = values instanceof Uint8Array;
  const stride = strideOf(columns);
  const rows = labels.length;
  const weightBytes = classes * stride * 4;
  const parameterBytes = weightBytes + alignUp(classes * 4, 16);
  const isSparse = isWorthSkipping(data);
  const scratchBytes = Math.max(blockBytes(stride), sparseBlockBytes(stride)) + classes * blockRows * 4 + 64;

  // One thread adds each block's gradient to the sum as it comes; several keep some apart, and add them in order.
  const threads = team?.size ?? 1;
  const slots =
    threads === 1 ? 0 : Math.max(threads, Math.min(mostSlots, Math.floor(slotBytes / parameterBytes)));

  const layout = createLayout(heapBase);
  const source = layout.take(rows * stride * (isBytes ? 1 : 4));
  const labelsAt = layout.take(rows * 4);
  const weightsAt = sampleWeights ? layout.take(rows * 4) : 0;
  const orderAt = layout.take(rows * 4);
  const parameters = layout.take(parameterBytes);
  const velocity = data.velocity ? layout.take(parameterBytes) : 0;
  const gradients = layout.take((1 + slots) * parameterBytes);
  const totalsAt = layout.take((1 + slots) * 16);
  const scratch = layout.take(threads * scratchBytes);
  const barrier = layout.take(barrierBytes);
  const ratesAt = layout.take(mostSteps * 4);
  const run = layout.take(128);
  const memory = createMemory(Math.min(layout.size(), maximumPages * pageBytes));
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const room = { module, memory };
  const opening = team?.tell({ kind: "open", ...room }); // its workers start while the rows are copied
  opening?.catch(() => undefined); // whoever takes the first step hears of it

  copyRows(
    isBytes ? new Uint8Array(buffer, source, rows * stride) : new Float32Array(buffer, source, rows * stride),
    values,
    columns,
    stride,
  );
  new Int32Array(buffer, labelsAt, rows).set(labels);
  if (sampleWeights) new Float32Array(buffer, weightsAt, rows).set(sampleWeights);
  const order = new Uint32Array(buffer, orderAt, rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  const layerAt = (address: number): LinearLayer => ({
    weights: new Float32Array(buffer, address, classes * stride),
    bias: new Float32Array(buffer, address + weightBytes, classes),
  });
  const fill = (output: LinearLayer, from: LinearLayer): void => {
    forWeights(data, isSparse, (plain, own) => (output.weights[own] = from.weights[plain]));
    output.bias.set(from.bias);
  };
  const copyOf = ({ weights, bias }: LinearLayer): LinearLayer => {
    const plain = new Float32Array(classes * columns);
    forWeights(data, isSparse, (place, own) => (plain[place] = weights[own]));
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
  words.set([weightsAt, Number(isSparse)], 19);

  return {
    order,
    async steps(first: number, count: number, batch: number, options: StepOptions) {
      rates.set(options.learningRates);
      floats.set([options.momentum, options.decay], 17);
      totals.fill(0);
      if (team) {
        await opening;
        await team.tell({ kind: "steps", run, first, rows: count, batch }, room);
      } else kernels.trainSteps(run, 0, 1, first, count, batch);
      return { loss: totals[0], right: totals[1] };
    },
    layer: () => copyOf(layerAt(parameters)),
    velocity: () => (velocity === 0 ? null : copyOf(layerAt(velocity))),
  };
}

/**
 * Whether enough is zero: with few classes skipping costs more than it saves, and so it does where less than a third of
 * what it skips by, four columns of a row, is zero. A thousand rows tell.
 */
function isWorthSkipping({ values, columns, labels: { length: rows }, classes }: SoftmaxRunData): boolean {
  if (classes < 5) return false;
  const step = Math.max(1, Math.floor(rows / 1000));
  let seen = 0;
  let filled = 0;
  for (let row = 0; row < rows; row += step)
    for (let j = 0; j < columns; j += 4) {
      const end = row * columns + Math.min(j + 4, columns);
      let i = row * columns + j;
      while (i < end && values[i] === 0) i++;
      if (i < end) filled++;
      seen++;
    }
  return filled < 0.7 * seen;
}

/** Where each weight stands: as classes × columns, and as the kernels keep it. */
function forWeights(
  { classes, columns }: SoftmaxRunData,
  isSparse: boolean,
  visit: (plain: number, own: number) => void,
): void {
  const stride = strideOf(columns);
  for (let first = 0; first < classes;) {
    // The tiles of assembly/sparse.ts; else each class by itself.
    const size = isSparse ? ([10, 5, 2].find((wanted) => wanted <= classes - first) ?? 1) : 1;
    for (let k = 0; k < size; k++)
      for (let j = 0; j < columns; j++)
        visit((first + k) * columns + j, first * stride + ((j >> 2) * size + k) * 4 + (j & 3));
    first += size;
  }
}
