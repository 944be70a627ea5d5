import type { LinearInput, StepTotals } from "../kernels.ts";

type Floats = Float32Array | Float64Array;

/** Numbers of the batch at work, rows × columns, row-major, nothing between the rows. */
export interface Block {
  readonly id: number;
  readonly columns: number;
}

/** Some of the flat vector of parameters; their gradients lie at the same places of the vector of gradients. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  /** Whether penalties count them: weights yes; biases, gains and slopes no. */
  readonly decays: boolean;
}

/** What a plain loop sees of a batch. */
export interface PlainMemory {
  /** Rows of the batch, and the place of its first one in the order of the run. */
  readonly rows: number;
  readonly first: number;
  /** Steps taken before, over the whole run. */
  readonly step: number;
  readonly seed: number;
  readonly labelSmoothing: number;
  readonly source: PlainSource;
  readonly order: Uint32Array;
  /** The class of each row, or rows × outputs of 0 and 1 for independent sigmoids. */
  readonly labels: Int32Array | Uint8Array;
  readonly sampleWeights: Float32Array | null;
  /** What losses add to. */
  readonly totals: { loss: number; right: number };
  readonly block: (block: Block) => Floats;
  readonly parameters: (stretch: Stretch) => Floats;
  readonly gradients: (stretch: Stretch) => Floats;
}

/** As `LinearInput`; the float64 oracle takes float64 too. */
interface PlainSource {
  readonly values: LinearInput["values"] | Float64Array;
  readonly columns: number;
  readonly scale: number;
}

/** Addresses of what an operation works on, for its twin. */
export interface Room {
  /** Rows of a batch, at most. */
  readonly rows: number;
  readonly threads: number;
  block(block: Block): number;
  parameters(stretch: Stretch): number;
  gradients(stretch: Stretch): number;
  /** A float32 that stays. */
  constant(value: number): number;
  /** Words that stay. */
  words(values: Uint32Array): number;
  /** Bytes for this operation alone. */
  scratch(bytes: number): number;
  /**
   * The operands of a matrix product, for the places from the 15th on; those before them and not used are filled up.
   *
   * @param used operands that stand before
   */
  product(product: RoomProduct, used?: number): readonly number[];
}

/** C = A B; rows, columns and depth at most. Turned: it lies as its transpose. */
export interface RoomProduct {
  readonly a: number;
  readonly aIsTurned?: boolean;
  readonly b: number;
  readonly bIsTurned?: boolean;
  readonly c: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** A row that the sums begin with, or 0. */
  readonly start: number;
}

/** One operation on the blocks and parameters of a network: the plain loop, and what its twin needs. */
export interface Op {
  /** Its case in assembly/network.ts. */
  readonly code: number;
  /** Its operands there, at most 31 words. */
  operands(room: Room): readonly number[];
  plain(memory: PlainMemory): void;
}

/** Operations in the order in which they are done, and the memory that they need. */
export interface Program {
  readonly input: Block;
  readonly logits: Block;
  readonly ops: readonly Op[];
  readonly parameterCount: number;
  readonly stretches: readonly Stretch[];
  readonly blockColumns: readonly number[];
}

/** Records a program. */
export interface Tape {
  block(columns: number): Block;
  parameters(length: number, options: { readonly decays: boolean }): Stretch;
  push(...ops: Op[]): void;
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

export function isStretch(shape: number | Stretch): shape is Stretch {
  return typeof shape !== "number";
}

/** The bits of a float32, as a word. */
export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0];
}

export interface NetworkRunData {
  /** Gathers, goes forward, tells the loss, and goes backward. */
  readonly program: Program;
  readonly source: LinearInput;
  /** The class of each row, or rows × outputs of 0 and 1 for independent sigmoids. */
  readonly labels: Int32Array | Uint8Array;
  /** s ≥ 0 of each row, by which its loss and gradient are multiplied; null: 1. */
  readonly sampleWeights: Float32Array | null;
  /** Rows of a batch, at most. */
  readonly batch: number;
  /** Where the descent starts. */
  readonly parameters: Float32Array;
  /** What the optimizer remembers, zeros at the start: of sgd nothing or v, of adam m and v. */
  readonly moments: readonly Float32Array[];
  readonly optimizer: "sgd" | "adam" | "adamw";
  /** Of dropout. */
  readonly seed: number;
}

/**
 * Of the mean gradient g over a batch, with λ/n · w added where a parameter decays, and made as short as `clipNorm`:
 * sgd: v ← μ v + g, w ← w − η v, with nesterov w ← w − η (g + μ v);
 * adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε), m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ);
 * adamw: the same after w ← w − η · weightDecay · w.
 *
 * @see Kingma & Ba, Adam (2015); Loshchilov & Hutter, Decoupled weight decay (2019)
 */
export interface NetworkStepOptions {
  /** η of each step, in order. */
  readonly learningRates: Float32Array;
  /** Steps taken before, over the whole run. */
  readonly firstStep: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
  readonly weightDecay: number;
  /** Infinity: gradients stay as long as they are. */
  readonly clipNorm: number;
  readonly labelSmoothing: number;
}

/** A network at minibatch descent. */
export interface NetworkRun {
  /** Which row comes at which place; the owner writes it before each epoch. */
  readonly order: Uint32Array;
  /** Steps over the places [first, first + rows), `batch` rows each, the last one maybe shorter. */
  steps(
    first: number,
    rows: number,
    batch: number,
    options: NetworkStepOptions,
  ): StepTotals | Promise<StepTotals>;
  /** Copies: with `order` all that the next step depends on. */
  parameters(): Float32Array;
  moments(): Float32Array[];
  /** Of the last batch, summed over its rows, without the penalty. */
  gradient(): Float32Array;
  /** Numbers of the last batch. */
  block(block: Block): Float32Array;
}

/** A network on the way forward. */
export interface NetworkPass {
  /** Takes other parameters. */
  load(parameters: Float32Array): void;
  /** Outputs of rows of `scale` · values, into `output`; those of a row do not depend on the rows beside it. */
  run(values: Uint8Array | Float32Array, rows: number, scale: number, output: Float32Array): void;
}
