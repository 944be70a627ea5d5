import { maxout, maxoutGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { MaxoutSettings } from "./settings.ts";

/**
 * Each unit is the largest of its pieces, which lie beside each other in the input; the gradient goes to that piece.
 *
 * @see Goodfellow, Warde-Farley, Mirza, Courville & Bengio, Maxout networks, ICML 2013, §2
 */
export function maxoutLayer({ units, pieces }: MaxoutSettings): NetworkLayer {
  return {
    kind: `maxout of ${pieces}`,
    inputs: units * pieces,
    outputs: units,
    arrays: [],
    initialize: () => undefined,
    record(tape, input) {
      const output = tape.block(units);
      tape.push(maxout(input, pieces, output));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(units * pieces);
          tape.push(maxoutGradient(input, pieces, outputGradient, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
