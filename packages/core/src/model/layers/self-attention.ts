import {
  dense,
  denseGradient,
  denseInput,
  selfAttention,
  selfAttentionGradient,
} from "../../kernels/index.ts";
import { initialWeights } from "./initialization.ts";
import type { NetworkLayer } from "./layer.ts";
import type { SelfAttentionSettings } from "./settings.ts";

/**
 * Multi-head self-attention: queries, keys and values of each token are W x + b, each head mixes its share of the values by
 * softmax(q · k / √d), and what all heads say is projected once more. Weights start as Glorot's of width × width.
 *
 * @see Vaswani et al., Attention is all you need, NeurIPS 2017, §3.2.2
 */
export function selfAttentionLayer({ tokens, width, heads }: SelfAttentionSettings): NetworkLayer {
  const size = tokens * width;
  const [inner, outer] = [3 * width * width, width * width];
  const own = { tokens, heads };
  return {
    kind: `self-attention, ${heads} head${heads === 1 ? "" : "s"}`,
    inputs: size,
    outputs: size,
    arrays: [
      { name: "tokens.weight", shape: [3 * width, width] },
      { name: "tokens.bias", shape: [3 * width] },
      { name: "output.weight", shape: [width, width] },
      { name: "output.bias", shape: [width] },
    ],
    initialize(parameters, generator) {
      parameters.fill(0);
      const last = inner + 3 * width;
      for (const [start, end] of [
        [0, inner],
        [last, last + outer],
      ])
        initialWeights("glorot", width, width, generator, parameters.subarray(start, end));
    },
    record(tape, input) {
      const weights = tape.parameters(inner, { decays: true });
      const bias = tape.parameters(3 * width, { decays: false });
      const lastWeights = tape.parameters(outer, { decays: true });
      const lastBias = tape.parameters(width, { decays: false });
      const [projected, output] = [tape.block(3 * size), tape.block(size)];
      const mixed = { output: tape.block(size), statistics: tape.block(2 * heads * tokens) };
      tape.push(
        dense(input, weights, bias, projected, tokens),
        selfAttention(projected, own, mixed),
        dense(mixed.output, lastWeights, lastBias, output, tokens),
      );
      return {
        output,
        measured: output,
        attention: [{ ...own, holds: "tokens", block: projected }],
        backward(outputGradient, wantsInputGradient) {
          const [ofMixed, ofProjected] = [tape.block(size), tape.block(3 * size)];
          tape.push(
            denseGradient(mixed.output, outputGradient, lastWeights, lastBias, tokens),
            denseInput(outputGradient, lastWeights, ofMixed, tokens),
            selfAttentionGradient(projected, own, mixed, ofMixed, ofProjected),
            denseGradient(input, ofProjected, weights, bias, tokens),
          );
          if (!wantsInputGradient) return null;
          const inputGradient = tape.block(size);
          tape.push(denseInput(ofProjected, weights, inputGradient, tokens));
          return inputGradient;
        },
      };
    },
  };
}
