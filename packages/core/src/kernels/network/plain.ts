import type { Block, NetworkPass, NetworkRun, NetworkRunData, PlainMemory, Program } from "./tape.ts";

function memoryOf(program: Program, rows: number, parameters: Float64Array, gradients: Float64Array) {
  const blocks = program.blockColumns.map((columns) => new Float64Array(columns * rows));
  return {
    blocks,
    block: (block: Block) => blocks[block.id],
    parameters: (s: { offset: number; length: number }) => parameters.subarray(s.offset, s.offset + s.length),
    gradients: (s: { offset: number; length: number }) => gradients.subarray(s.offset, s.offset + s.length),
  };
}
export function plainNetworkRun(data: NetworkRunData): NetworkRun {
  const { program, source, labels, sampleWeights, optimizer, seed } = data;
  const w = Float64Array.from(data.parameters);
  const g = new Float64Array(w.length);
  const moments = data.moments.map((m) => Float64Array.from(m));
  const memory = memoryOf(program, data.batch, w, g);
  const rows = source.values.length / source.columns;
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  const decays = new Uint8Array(w.length);
  for (const { offset, length, decays: own } of program.stretches)
    if (own) decays.fill(1, offset, offset + length);
  return {
    order,
    steps(first, count, batch, o) {
      const totals = { loss: 0, right: 0 };
      for (let at = first, i = 0; at < first + count; at += batch, i++) {
        const size = Math.min(batch, first + count - at);
        const step = o.firstStep + i;
        const m: PlainMemory = {
          ...memory,
          rows: size,
          first: at,
          step,
          seed,
          labelSmoothing: o.labelSmoothing,
          source,
          order,
          labels,
          sampleWeights,
          totals,
        };
        for (const op of program.ops) op.plain(m);
        let squares = 0;
        for (let j = 0; j < w.length; j++) {
          const own = g[j] / size + (decays[j] ? o.decay * w[j] : 0);
          squares += own * own;
        }
        const factor = Math.min(1, o.clipNorm / Math.sqrt(squares));
        let [c1, c2] = [1, 1];
        for (let t = 0; t <= step; t++) [c1, c2] = [c1 * o.beta1, c2 * o.beta2];
        const rate = o.learningRates[i];
        for (let j = 0; j < w.length; j++) {
          const own = factor * (g[j] / size + (decays[j] ? o.decay * w[j] : 0));
          if (optimizer === "sgd") {
            if (moments.length === 0) w[j] -= rate * own;
            else {
              moments[0][j] = o.momentum * moments[0][j] + own;
              w[j] -= rate * (o.nesterov ? own + o.momentum * moments[0][j] : moments[0][j]);
            }
          } else {
            if (optimizer === "adamw" && decays[j]) w[j] -= rate * o.weightDecay * w[j];
            moments[0][j] = o.beta1 * moments[0][j] + (1 - o.beta1) * own;
            moments[1][j] = o.beta2 * moments[1][j] + (1 - o.beta2) * own * own;
            w[j] -= (rate * (moments[0][j] / (1 - c1))) / (Math.sqrt(moments[1][j] / (1 - c2)) + o.epsilon);
          }
          w[j] = Math.fround(w[j]);
        }
        for (const each of moments) for (let j = 0; j < each.length; j++) each[j] = Math.fround(each[j]);
      }
      return totals;
    },
    parameters: () => Float32Array.from(w),
    moments: () => moments.map((m) => Float32Array.from(m)),
    gradient: () => Float32Array.from(g),
    block: (block) => Float32Array.from(memory.blocks[block.id]),
  };
}
export function plainNetworkPass(program: Program, start: Float32Array): NetworkPass {
  const w = Float64Array.from(start);
  const memory = memoryOf(program, 1, w, new Float64Array(0));
  return {
    load: (parameters) => w.set(parameters),
    run(values, rows, scale, output) {
      const n = program.input.columns;
      const q = program.logits.columns;
      for (let row = 0; row < rows; row++) {
        const x = memory.blocks[program.input.id];
        for (let j = 0; j < n; j++) x[j] = scale * values[row * n + j];
        const m = { ...memory, rows: 1 } as unknown as PlainMemory;
        for (const op of program.ops) op.plain(m);
        output.set(memory.blocks[program.logits.id].subarray(0, q), row * q);
      }
    },
  };
}

export interface PlainNetworkData {
  readonly values: Float64Array;
  readonly labels: Int32Array | Uint8Array;
  readonly sampleWeights?: Float32Array | null;
  readonly seed?: number;
}
export function createPlainNetwork(program: Program, data: PlainNetworkData) {
  const { columns } = program.input;
  const rows = data.values.length / columns;
  const w = new Float64Array(program.parameterCount);
  const g = new Float64Array(w.length);
  const memory = memoryOf(program, rows, w, g);
  return {
    evaluate(parameters: Float64Array): { loss: number; gradient: Float64Array } {
      w.set(parameters);
      const totals = { loss: 0, right: 0 };
      const m = {
        ...memory,
        rows,
        first: 0,
        step: 0,
        seed: data.seed ?? 0,
        labelSmoothing: 0,
        source: { values: data.values as unknown as Float32Array, columns, scale: 1 },
        order: Uint32Array.from({ length: rows }, (_, i) => i),
        labels: data.labels,
        sampleWeights: data.sampleWeights ?? null,
        totals,
      };
      for (const op of program.ops) op.plain(m);
      return { loss: totals.loss, gradient: g.slice() };
    },
  };
}
