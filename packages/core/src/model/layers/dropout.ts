import { dropout } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { DropoutSettings } from "./settings.ts";

/**
 * While training each unit of each row is 0 with probability `share`, and else 1 / (1 − share) times itself, so that its
 * mean is what it is without; otherwise nothing is done.
 *
 * @see Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, JMLR 15 (2014)
 */
export function dropoutLayer({ units, share }: DropoutSettings): NetworkLayer {
  return {
    kind: "dropout",
    inputs: units,
    outputs: units,
    arrays: [],
    initialize: () => undefined,
    record(tape, input, training) {
      if (!training) return { output: input, measured: input, backward: (gradient) => gradient };
      const output = tape.block(units);
      const place = output.id;
      tape.push(dropout(input, share, place, output));
      return {
        output,
        measured: input,
        backward(outputGradient, wantsInputGradient) {
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(units);
          tape.push(dropout(outputGradient, share, place, inputGradient)); // the same are left out
          return inputGradient;
        },
      };
    },
  };
}
