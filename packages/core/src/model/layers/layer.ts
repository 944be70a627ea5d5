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
  /**
   * Records the backward ops: they fill the gradients of the parameters, and where it is wanted that of the input.
   *
   * @returns the gradient of the input, null where nobody wants it
   */
  backward(outputGradient: Block, wantsInputGradient: boolean): Block | null;
}

/** How many numbers some arrays have together. */
export function countParameters(arrays: readonly ParameterArray[]): number {
  return arrays.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}
