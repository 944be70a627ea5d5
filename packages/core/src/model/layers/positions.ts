import { exp, log } from "../../kernels/elementary.ts";
import { addPositions, positionsGradient } from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { PositionsSettings } from "./settings.ts";

/** The standard deviation that learned positions start with. */
const deviation = 0.02;

/**
 * Token t plus a vector that says where it is: learned, or of numbers 2i and 2i + 1 the sine and cosine of
 * t / 10000^(2i / width).
 *
 * @see Vaswani et al., Attention is all you need, NeurIPS 2017, §3.5
 */
export function positionsLayer({ tokens, width, learned }: PositionsSettings): NetworkLayer {
  const size = tokens * width;
  return {
    kind: learned ? "positions" : "sinusoidal positions",
    inputs: size,
    outputs: size,
    arrays: learned ? [{ name: "position", shape: [tokens, width] }] : [],
    initialize(parameters, generator) {
      for (let i = 0; i < parameters.length; i++) parameters[i] = deviation * generator.normal();
    },
    record(tape, input) {
      const output = tape.block(size);
      const positions = learned ? tape.parameters(size, { decays: false }) : sinusoids(tokens, width);
      tape.push(addPositions(input, positions, output));
      return {
        output,
        measured: output,
        backward(outputGradient) {
          if (!ArrayBuffer.isView(positions)) tape.push(positionsGradient(outputGradient, positions));
          return outputGradient;
        },
      };
    },
  };
}

/** tokens × width; sums and products alone, so the same bits everywhere. */
export function sinusoids(tokens: number, width: number): Float32Array {
  const values = new Float32Array(tokens * width);
  for (let c = 0; c < width; c += 2) {
    const [sine, cosine] = small(exp((-log(10_000) * c) / width));
    let [s, k] = [0, 1];
    for (let t = 0; t < tokens; t++) {
      values[t * width + c] = s;
      if (c + 1 < width) values[t * width + c + 1] = k;
      [s, k] = [s * cosine + k * sine, k * cosine - s * sine];
    }
  }
  return values;
}

/** Sine and cosine of an angle in [0, 1]: the sums of x^n / n! up to n = 19, where they no longer change. */
function small(angle: number): [sine: number, cosine: number] {
  let [sine, cosine, term] = [0, 1, 1];
  for (let n = 1; n < 20; n += 2) {
    term *= angle / n;
    sine += term;
    term *= -angle / (n + 1);
    cosine += term;
  }
  return [sine, cosine];
}
