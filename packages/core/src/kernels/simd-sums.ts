import { rowLoss } from "./row-loss.ts";
import { float32GradientErrors } from "./rounding.ts";
import { alignUp, blockBytes, blockRows, copyRows, createLayout, strideOf } from "./layout.ts";
import { factorsOf, gramScratchBytes, gramsOf } from "./simd-grams.ts";
import type { LinearSums, LinearSumsData, LineValues } from "./sums.ts";
import type { JobName, Team } from "./team.ts";
import { createMemory, growMemory, instantiate } from "./webassembly.ts";

/** Parts that the sums over rows are made in; fewer where a gradient is large. It decides the bits, so threads do not. */
const mostChunks = 16;
const mostGradientBytes = 1 << 27;
/** Bytes of float64 that are rounded at a time: so many stay in the cache. */
const stageBytes = 1 << 17;
/** Bytes of new memory that the team takes from the system, before anything is copied there. */
const fewestFreshBytes = 1 << 24;
/** Of the words behind those of `Sums`: how far the new memory is filled. */
const filledField = 31;
/** Where a line is looked at first, as `stepsOnLine` does: it costs little while the margins are in the cache. */
const firstStep = 1;
/** Rows that the rounding errors of a gradient are estimated from. */
const rowsOfErrors = 4096;

/**
 * Sums over rows of bytes or float32, or of float64 rounded to it, which are copied: margins and products in float32, everything summed over
 * rows in float64. A team shares the passes; the search along a line runs on the caller's thread.
 */
export async function float32Sums(
  module: object,
  heapBase: number,
  data: LinearSumsData,
  team: Team | undefined,
  meanwhile?: () => Promise<void>,
): Promise<LinearSums> {
  const { values, columns, scale, labels, outputs, sampleWeights } = data;
  const loss = rowLoss(labels, outputs, sampleWeights);
  const isBytes = values instanceof Uint8Array;
  const rows = labels.length;
  const stride = strideOf(columns);
  const blocks = Math.ceil(rows / blockRows);
  const gradientBytes = outputs * stride * 4;
  const wantedChunks = Math.min(
    mostChunks,
    blocks,
    Math.max(1, Math.floor(mostGradientBytes / gradientBytes)),
  );
  const chunkBlocks = Math.ceil(blocks / wantedChunks);
  const chunks = Math.ceil(blocks / chunkBlocks);
  const marginBytes = blocks * outputs * blockRows * 4;
  const threads = team?.size ?? 1;
  const scratchBytes = alignUp(blockBytes(stride) + outputs * blockRows * 8);

  const layout = createLayout(heapBase);
  const source = layout.take(rows * stride * (isBytes ? 1 : 4));
  const labelsAt = layout.take(rows * 4);
  const weightsAt = sampleWeights ? layout.take(rows * 8) : 0;
  const layer = layout.take(gradientBytes + outputs * 4);
  const exactLayer = layout.take(2 * gradientBytes + outputs * 8);
  const margins = layout.take(marginBytes);
  const direction = layout.take(marginBytes);
  const other = layout.take(marginBytes);
  const totalsAt = layout.take(chunks * 24);
  const gradients = layout.take(chunks * gradientBytes);
  const biasGradients = layout.take(chunks * outputs * 8);
  const scratch = layout.take(threads * Math.max(scratchBytes, gramScratchBytes(stride)));
  const struct = layout.take(128);
  const stageRows = values instanceof Float64Array ? Math.max(1, Math.floor(stageBytes / (8 * columns))) : 0;
  const stage = layout.take(stageRows * columns * 8);
  const end = layout.size();
  const memory = createMemory(end);
  const kernels = instantiate(module, memory);
  const at = memory.buffer;
  const words = new Uint32Array(at, struct, 32);
  const fresh = { from: source, end, filledAt: struct + 4 * filledField };
  const room = { module, memory };
  const news = end - source >= fewestFreshBytes ? fresh : undefined;
  void team?.tell({ kind: "open", ...room, fresh: news }).catch(() => undefined); // who asks for a pass hears of it
  await meanwhile?.();

  let areFinite = values instanceof Float64Array;
  if (values instanceof Float64Array)
    for (let first = 0; first < rows; first += stageRows) {
      const count = Math.min(stageRows, rows - first);
      new Float64Array(at, stage, count * columns).set(
        values.subarray(first * columns, (first + count) * columns),
      );
      const to = source + first * stride * 4;
      if (!kernels.narrowRows(stage, count, columns, stride, to)) areFinite = false;
      words[filledField] = to;
    }
  else
    copyRows(
      isBytes ? new Uint8Array(at, source, rows * stride) : new Float32Array(at, source, rows * stride),
      values,
      columns,
      stride,
    );
  words[filledField] = end;
  new Int32Array(at, labelsAt, rows).set(labels);
  if (sampleWeights) new Float64Array(at, weightsAt, rows).set(sampleWeights);
  const floats = new Float32Array(at, struct, 32);
  // The fields of `Sums` in assembly/sums.ts, in its order.
  words.set([source, Number(isBytes), rows, stride, outputs]);
  floats[5] = scale;
  words.set([labelsAt, weightsAt, layer, margins, margins, direction, chunks, chunkBlocks], 6);
  words.set([totalsAt, gradients, biasGradients, scratch, scratchBytes], 14);
  words[21] = exactLayer;
  const targetField = 9;
  const directionField = 11;
  const stepField = 19;
  const looksField = 20;

  const share = async (name: JobName, address: number): Promise<void> => {
    if (team) await team.tell({ kind: "job", name, address }, room);
    else kernels[name](address, 0, 1);
  };
  /**
   * Margins into `target`; and where a step is given a look so far along the direction, by whoever made them, with the
   * gradient there.
   *
   * @returns whether that was done: where only intercepts move there is no pass
   */
  const forward = async (parameters: Float64Array, target: number, step?: number): Promise<boolean> => {
    const intercepts = parameters.subarray(outputs * columns);
    if (parameters.subarray(0, outputs * columns).every((weight) => weight === 0)) {
      const all = new Float32Array(memory.buffer, target, marginBytes / 4);
      for (let i = 0; i < all.length; i += blockRows)
        all.fill(intercepts[(i / blockRows) % outputs], i, i + blockRows);
      return false;
    }
    const own = new Float32Array(memory.buffer, layer, outputs * stride + outputs);
    copyRows(own, Float32Array.from(parameters.subarray(0, outputs * columns)), columns, stride);
    own.set(intercepts, outputs * stride);
    words[targetField] = target;
    words[looksField] = Number(step !== undefined);
    floats[stepField] = step ?? 0;
    await share("forwardAll", struct);
    if (step !== undefined) gradientStep = step;
    return step !== undefined;
  };
  const total = (which: number): number => {
    const totals = new Float64Array(memory.buffer, totalsAt, chunks * 3);
    let sum = 0;
    for (let chunk = 0; chunk < chunks; chunk++) sum += totals[3 * chunk + which];
    return sum;
  };
  const marginsOf = (source64: number): Float64Array => {
    const blocked = new Float32Array(memory.buffer, source64, marginBytes / 4);
    const output = new Float64Array(rows * outputs);
    for (let row = 0; row < rows; row++) {
      const from = Math.floor(row / blockRows) * outputs * blockRows + (row % blockRows);
      for (let k = 0; k < outputs; k++) output[row * outputs + k] = blocked[from + k * blockRows];
    }
    return output;
  };
  const seen = (step: number): LineValues => {
    lastLook = { step, values: { value: total(0), slope: total(1), curvature: total(2) } };
    return lastLook.values;
  };
  const look = (step: number): LineValues => {
    if (lastLook?.step === step) return lastLook.values;
    floats[stepField] = step;
    kernels.lookAll(struct);
    return seen(step);
  };
  /** The step that was looked at last along this direction: a move there need not look again. */
  let lastLook: { readonly step: number; readonly values: LineValues } | null = null;
  /** How far along the direction the gradient in memory was taken; 0: at the place; null: elsewhere. */
  let gradientStep: number | null = null;

  const probabilities = (chosen: Uint32Array): Float64Array => {
    const own = createLayout(end);
    const chosenAt = own.take(chosen.length * 4);
    const outputAt = own.take(chosen.length * outputs * 8);
    growMemory(memory, own.size());
    new Uint32Array(memory.buffer, chosenAt, chosen.length).set(chosen);
    kernels.probabilitiesOf(struct, chosenAt, chosen.length, outputAt);
    return new Float64Array(memory.buffer, outputAt, chosen.length * outputs).slice();
  };
  const inMemory = {
    module,
    heapBase,
    memory,
    source,
    isBytes,
    columns,
    stride,
    scale,
    scratch,
    end,
    team,
    share,
  };

  return {
    rows,
    columns,
    outputs,
    areFinite,
    async place(parameters) {
      lastLook = gradientStep = null;
      words[directionField] = margins; // of which nothing is added
      const { value } = (await forward(parameters, margins, 0)) ? seen(0) : look(0);
      words[directionField] = direction;
      lastLook = null;
      return value;
    },
    async aim(parameters) {
      lastLook = null;
      if (gradientStep !== 0) gradientStep = null; // it lies along another direction
      if (await forward(parameters, direction, firstStep)) seen(firstStep);
    },
    look,
    move(step) {
      const { value } = look(step);
      floats[stepField] = step;
      kernels.moveAll(struct);
      lastLook = null;
      gradientStep = gradientStep === step ? 0 : null;
      return value;
    },
    async margins(parameters) {
      await forward(parameters, other);
      return marginsOf(other);
    },
    async gradient() {
      if (gradientStep !== 0) await share("backwardAll", struct);
      gradientStep = 0;
      const output = new Float64Array(outputs * (columns + 1));
      const weights = new Float32Array(memory.buffer, gradients, (chunks * gradientBytes) / 4);
      const biases = new Float64Array(memory.buffer, biasGradients, chunks * outputs);
      for (let chunk = 0; chunk < chunks; chunk++)
        for (let k = 0; k < outputs; k++) {
          const from = (chunk * outputs + k) * stride;
          for (let j = 0; j < columns; j++) output[k * columns + j] += scale * weights[from + j];
          output[outputs * columns + k] += biases[chunk * outputs + k];
        }
      return output;
    },
    gradientErrors(parameters) {
      const some = Math.min(rows, rowsOfErrors);
      const chosen = new Uint32Array(some);
      for (let i = 0; i < some; i++) chosen[i] = Math.floor((i * rows) / some);
      const found = probabilities(chosen);
      const additions = blockRows + chunkBlocks;
      const toProbabilities = (output: Float64Array): void => loss.toProbabilities(output);
      return float32GradientErrors(data, parameters, chosen, found, toProbabilities, additions);
    },
    async exactLoss(parameters) {
      const own = new Float64Array(memory.buffer, exactLayer, outputs * stride + outputs);
      const weights = parameters.subarray(0, outputs * columns).map((weight) => scale * weight);
      copyRows(own, weights, columns, stride);
      own.set(parameters.subarray(outputs * columns), outputs * stride);
      await share("lossAll", struct);
      return total(0);
    },
    probabilities,
    async projections(directions, count, chosen) {
      const projected = new Float64Array(chosen.length * count);
      const blocked = new Float32Array(memory.buffer, other, marginBytes / 4);
      for (let first = 0; first < count; first += outputs) {
        const some = Math.min(outputs, count - first);
        const parameters = new Float64Array(outputs * (columns + 1));
        parameters.set(directions.subarray(first * columns, (first + some) * columns));
        await forward(parameters, other);
        for (let i = 0; i < chosen.length; i++) {
          const from = Math.floor(chosen[i] / blockRows) * outputs * blockRows + (chosen[i] % blockRows);
          for (let k = 0; k < some; k++) projected[i * count + first + k] = blocked[from + k * blockRows];
        }
      }
      return projected;
    },
    grams: (chosen, weights) => gramsOf(inMemory, chosen, weights),
    async factors(chosen, weights, ridge) {
      return factorsOf(inMemory, await gramsOf(inMemory, chosen, weights), ridge);
    },
  };
}
