import { arrange } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { PatchesSettings } from "./settings.ts";

/** The pixels of an image square by square, from left to right and then down; within each row by row. */
export function patchesLayer(settings: PatchesSettings): NetworkLayer {
  const pixels = settings.height * settings.width;
  const order = patchOrder(settings);
  const inverse = new Uint32Array(pixels);
  order.forEach((from, to) => (inverse[from] = to));
  return {
    kind: "patches",
    inputs: pixels,
    outputs: pixels,
    arrays: [],
    initialize: () => undefined,
    record(tape, input) {
      const output = tape.block(pixels);
      tape.push(arrange(input, order, output));
      return {
        output,
        measured: output,
        backward(outputGradient, wantsInputGradient) {
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(pixels);
          tape.push(arrange(outputGradient, inverse, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}

/** The pixels of each square, one square after the other. */
export function patchOrder({ height, width, patch }: Omit<PatchesSettings, "kind">): Uint32Array {
  const order = new Uint32Array(height * width);
  let at = 0;
  for (let top = 0; top < height; top += patch)
    for (let left = 0; left < width; left += patch)
      for (let y = top; y < top + patch; y++)
        for (let x = left; x < left + patch; x++) order[at++] = y * width + x;
  return order;
}
