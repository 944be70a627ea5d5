import type { Block, Tape } from "../../kernels/index.ts";
import type { Generator } from "../../random/index.ts";

/** An array of a layer's parameters, as a file names it. */
export interface ParameterArray {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A layer that records what it computes, and then how gradients come back through it. */
export interface NetworkLayer {
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  /** What its parameters are, in the order in which they lie in the flat vector. */
  readonly arrays: readonly ParameterArray[];
  /** Writes the parameters that training starts from; `parameters` is this layer's part of the vector. */
  initialize(parameters: Float32Array, generator: Generator): void;
  /** Sets to 0 what acts on some of the inputs alone; absent where nothing does. */
  silence?(parameters: Float32Array, inputs: readonly number[]): void;
  /**
   * Records the forward ops.
   *
   * @param training whether dropout is at work
   */
  record(tape: Tape, input: Block, training: boolean): RecordedLayer;
}

/** A layer on a tape. */
export interface RecordedLayer {
  readonly output: Block;
  /** What is looked at to tell how the layer fares: its outputs before dropout and before a skip connection. */
  readonly measured: Block;
  /** Where tokens attend to one another in it, first to last; absent: nowhere. */
  readonly attention?: readonly AttentionPlace[] | undefined;
  /**
   * Records the backward ops: they fill the gradients of the parameters, and where it is wanted that of the input.
   *
   * @returns the gradient of the input, null where nobody wants it
   */
  backward(outputGradient: Block, wantsInputGradient: boolean): Block | null;
}

/** What tells who attends to whom. */
export interface AttentionPlace {
  readonly tokens: number;
  readonly heads: number;
  /** "tokens": of each token its query, key and value, all heads side by side. "weights": heads × tokens, those of a pooling. */
  readonly holds: "tokens" | "weights";
  readonly block: Block;
}

/** How many numbers some arrays have together. */
export function countParameters(arrays: readonly ParameterArray[]): number {
  return arrays.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}
