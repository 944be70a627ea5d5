import { exp } from "../../elementary.ts";
import type { Block, Op } from "../tape.ts";
import type { Heads } from "./attention.ts";

/** An attention pooling, and what its gradient needs. */
export interface PoolTokens extends Op {
  readonly values: Block;
  /** heads × tokens; each head's sum to 1. */
  readonly weights: Block;
  readonly own: Heads;
}

/**
 * One vector of all tokens of a row: the numbers of head h are Σₜ wₜₕ xₜ, w softmax over the tokens of the scores.
 *
 * @param scores tokens × heads
 * @param values tokens × width, each head's numbers side by side
 * @param weights where w goes, heads × tokens
 */
export function poolTokens(
  scores: Block,
  values: Block,
  own: Heads,
  weights: Block,
  output: Block,
): PoolTokens {
  const { tokens, heads } = own;
  const width = output.columns;
  const d = width / heads;
  return {
    values,
    weights,
    own,
    code: 23,
    operands: (room) => [
      room.block(scores),
      room.block(values),
      room.block(weights),
      room.block(output),
      tokens,
      heads,
      d,
    ],
    plain({ rows, block }) {
      const [s, x, w, y] = [block(scores), block(values), block(weights), block(output)];
      for (let row = 0; row < rows; row++)
        for (let h = 0; h < heads; h++) {
          const at = (row * heads + h) * tokens;
          let max = -Infinity;
          for (let t = 0; t < tokens; t++) max = Math.max(max, s[(row * tokens + t) * heads + h]);
          let sum = 0;
          for (let t = 0; t < tokens; t++) sum += w[at + t] = exp(s[(row * tokens + t) * heads + h] - max);
          for (let t = 0; t < tokens; t++) w[at + t] /= sum;
          for (let c = h * d; c < (h + 1) * d; c++) {
            let mean = 0;
            for (let t = 0; t < tokens; t++) mean += w[at + t] * x[(row * tokens + t) * width + c];
            y[row * width + c] = mean;
          }
        }
    },
  };
}

/** ∂xₜ = wₜₕ δ and ∂sₜₕ = wₜₕ (⟨δ, xₜ⟩ − Σᵤ wᵤₕ ⟨δ, xᵤ⟩), each over the numbers of head h. */
export function poolTokensGradient(
  { values, weights, own: { tokens, heads } }: PoolTokens,
  outputGradient: Block,
  scoresGradient: Block,
  valuesGradient: Block,
): Op {
  const width = outputGradient.columns;
  const d = width / heads;
  return {
    code: 24,
    operands: (room) => [
      room.block(weights),
      room.block(values),
      room.block(outputGradient),
      room.block(scoresGradient),
      room.block(valuesGradient),
      tokens,
      heads,
      d,
    ],
    plain({ rows, block }) {
      const [w, x, delta] = [block(weights), block(values), block(outputGradient)];
      const [ofScores, ofValues] = [block(scoresGradient), block(valuesGradient)];
      for (let row = 0; row < rows; row++)
        for (let h = 0; h < heads; h++) {
          const at = (row * heads + h) * tokens;
          let mean = 0;
          for (let t = 0; t < tokens; t++) {
            let slope = 0;
            for (let c = h * d; c < (h + 1) * d; c++) {
              const place = (row * tokens + t) * width + c;
              slope += delta[row * width + c] * x[place];
              ofValues[place] = w[at + t] * delta[row * width + c];
            }
            mean += w[at + t] * slope;
            ofScores[(row * tokens + t) * heads + h] = slope;
          }
          for (let t = 0; t < tokens; t++) {
            const place = (row * tokens + t) * heads + h;
            ofScores[place] = w[at + t] * (ofScores[place] - mean);
          }
        }
    },
  };
}
