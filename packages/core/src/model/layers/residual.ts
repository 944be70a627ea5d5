import { add } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import { arraysOf, initializeAll, recordAll } from "./sequence.ts";

/**
 * y = x + f(x): the layers of f learn what is to be changed of x.
 *
 * @see He, Zhang, Ren & Sun, Deep residual learning for image recognition, CVPR 2016, §3
 */
export function residualLayer(units: number, layers: readonly NetworkLayer[]): NetworkLayer {
  return {
    kind: "residual",
    inputs: units,
    outputs: units,
    arrays: arraysOf(layers),
    initialize: (parameters, generator) => initializeAll(layers, parameters, generator),
    record(tape, input, training) {
      const inner = recordAll(tape, layers, input, training);
      const output = tape.block(units);
      tape.push(add(input, inner.output, output));
      return {
        output,
        measured: inner.measured,
        attention: inner.attention,
        backward(outputGradient, wantsInputGradient) {
          const through = inner.backward(outputGradient, wantsInputGradient);
          if (through === null) return null;
          const inputGradient = tape.block(units);
          tape.push(add(outputGradient, through, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
