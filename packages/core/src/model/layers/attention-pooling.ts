import {
  add,
  dense,
  denseGradient,
  denseInput,
  poolTokens,
  poolTokensGradient,
} from "../../kernels/index.ts";
import type { NetworkLayer } from "./layer.ts";
import type { AttentionPoolingSettings } from "./settings.ts";

/** The standard deviation that queries start with: at first all tokens count nearly alike. */
const deviation = 0.02;

/**
 * One vector of all tokens x: head h has a learned query qₕ, as wide as a token, and its share of the numbers is
 * Σₜ wₜₕ xₜ with w = softmax over the tokens of qₕ · xₜ.
 *
 * @see Ilse, Tomczak & Welling, Attention-based deep multiple instance learning, ICML 2018, §2.4; Lee et al., ICML 2019, §3.2
 */
export function attentionPoolingLayer({ tokens, width, heads }: AttentionPoolingSettings): NetworkLayer {
  const size = tokens * width;
  const own = { tokens, heads };
  return {
    kind: `attention pooling, ${heads} head${heads === 1 ? "" : "s"}`,
    inputs: size,
    outputs: width,
    arrays: [{ name: "query", shape: [heads, width] }],
    initialize(parameters, generator) {
      for (let i = 0; i < parameters.length; i++) parameters[i] = deviation * generator.normal();
    },
    record(tape, input) {
      const queries = tape.parameters(heads * width, { decays: true });
      const [scores, weights] = [tape.block(tokens * heads), tape.block(heads * tokens)];
      const output = tape.block(width);
      const pool = poolTokens(scores, input, own, weights, output);
      tape.push(dense(input, queries, null, scores, tokens), pool);
      return {
        output,
        measured: output,
        attention: [{ ...own, holds: "weights", block: weights }],
        backward(outputGradient, wantsInputGradient) {
          const [ofScores, direct] = [tape.block(tokens * heads), tape.block(size)];
          tape.push(
            poolTokensGradient(pool, outputGradient, ofScores, direct),
            denseGradient(input, ofScores, queries, null, tokens),
          );
          if (!wantsInputGradient) return null;
          const [through, inputGradient] = [tape.block(size), tape.block(size)];
          tape.push(denseInput(ofScores, queries, through, tokens), add(direct, through, inputGradient));
          return inputGradient;
        },
      };
    },
  };
}
