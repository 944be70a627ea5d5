import type { LinearInput, StepTotals } from "../kernels.ts";

type Floats = Float32Array | Float64Array;

export interface Block {
  readonly id: number;
  readonly columns: number;
}
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly decays: boolean;
}
export interface PlainMemory {
  readonly rows: number;
  readonly first: number;
  readonly step: number;
  readonly seed: number;
  readonly labelSmoothing: number;
  readonly source: LinearInput;
  readonly order: Uint32Array;
  readonly labels: Int32Array | Uint8Array;
  readonly sampleWeights: Float32Array | null;
  readonly totals: { loss: number; right: number };
  block(block: Block): Floats;
  parameters(stretch: Stretch): Floats;
  gradients(stretch: Stretch): Floats;
}
export interface Op {
  plain(memory: PlainMemory): void;
}
export interface Tape {
  block(columns: number): Block;
  parameters(length: number, options: { decays: boolean }): Stretch;
  push(...ops: Op[]): void;
}
export interface Program {
  readonly input: Block;
  readonly logits: Block;
  readonly ops: readonly Op[];
  readonly parameterCount: number;
  readonly stretches: readonly Stretch[];
  readonly blockColumns: readonly number[];
}
export function createTape(): Tape & { finish(ends: { input: Block; logits: Block }): Program } {
  const blockColumns: number[] = [];
  const stretches: Stretch[] = [];
  const ops: Op[] = [];
  let parameterCount = 0;
  return {
    block(columns) {
      blockColumns.push(columns);
      return { id: blockColumns.length - 1, columns };
    },
    parameters(length, { decays }) {
      const stretch = { offset: parameterCount, length, decays };
      parameterCount += length;
      stretches.push(stretch);
      return stretch;
    },
    push: (...own) => void ops.push(...own),
    finish: ({ input, logits }) => ({ input, logits, ops, parameterCount, stretches, blockColumns }),
  };
}

export interface NetworkRunData {
  readonly program: Program;
  readonly source: LinearInput;
  readonly labels: Int32Array | Uint8Array;
  readonly sampleWeights: Float32Array | null;
  readonly batch: number;
  readonly parameters: Float32Array;
  readonly moments: readonly Float32Array[];
  readonly optimizer: "sgd" | "adam" | "adamw";
  readonly seed: number;
}
export interface NetworkStepOptions {
  readonly learningRates: Float32Array;
  readonly firstStep: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly labelSmoothing: number;
}
export interface NetworkRun {
  readonly order: Uint32Array;
  steps(
    first: number,
    rows: number,
    batch: number,
    options: NetworkStepOptions,
  ): StepTotals | Promise<StepTotals>;
  parameters(): Float32Array;
  moments(): Float32Array[];
  gradient(): Float32Array;
  block(block: Block): Float32Array;
}
export interface NetworkPass {
  load(parameters: Float32Array): void;
  run(values: Uint8Array | Float32Array, rows: number, scale: number, output: Float32Array): void;
}
