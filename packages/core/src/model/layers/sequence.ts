import type { Block, Tape } from "../../kernels/index.ts";
import type { Generator } from "../../random/index.ts";
import { countParameters, type NetworkLayer, type ParameterArray, type RecordedLayer } from "./layer.ts";

// Layers one behind the other.

/** The arrays of all, each named by its layer's place: "0.weight". */
export function arraysOf(layers: readonly NetworkLayer[]): ParameterArray[] {
  return layers.flatMap(({ arrays }, i) =>
    arrays.map(({ name, shape }) => ({ name: `${i}.${name}`, shape })),
  );
}

export function initializeAll(
  layers: readonly NetworkLayer[],
  parameters: Float32Array,
  generator: Generator,
): void {
  let at = 0;
  for (const layer of layers) {
    const size = countParameters(layer.arrays);
    layer.initialize(parameters.subarray(at, at + size), generator);
    at += size;
  }
}

/** Records all; the way back goes from the last to the first, and no further than somebody wants it. */
export function recordAll(
  tape: Tape,
  layers: readonly NetworkLayer[],
  input: Block,
  training: boolean,
): RecordedLayer {
  let [output, measured] = [input, input];
  const recorded = layers.map((layer) => {
    const own = layer.record(tape, output, training);
    ({ output, measured } = own);
    return own;
  });
  return {
    output,
    measured,
    attention: recorded.flatMap((own) => own.attention ?? []),
    backward(outputGradient, wantsInputGradient) {
      let gradient: Block = outputGradient;
      for (let i = recorded.length - 1; i >= 0; i--) {
        const isWanted = wantsInputGradient || layers.slice(0, i).some(({ arrays }) => arrays.length > 0);
        const next = recorded[i].backward(gradient, isWanted);
        if (!isWanted || next === null) return null;
        gradient = next;
      }
      return gradient;
    },
  };
}
