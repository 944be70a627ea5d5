import { alignUp } from "../../layout.ts";
import { exp } from "../../elementary.ts";
import { bitsOf, type Block, type Op, type Room } from "../tape.ts";

/** How attention cuts a row: so many tokens, their vectors shared by so many heads. */
export interface Heads {
  readonly tokens: number;
  /** Divides the width of a token. */
  readonly heads: number;
}

/**
 * Self-attention of each row: of token i and each head Σⱼ wᵢⱼ vⱼ with wᵢ = softmaxⱼ(qᵢ · kⱼ / √d), d numbers a head.
 *
 * Rows are worked on one by one, by one thread each; a head's weights are made whole and kept for that head alone, and made
 * anew on the way back, so that nothing but tokens is stored. For up to some hundred tokens the cache holds them.
 *
 * @param input  of each token its query, its key, and its value, all heads side by side in each
 * @param output of each token all heads side by side
 * @see Vaswani et al., Attention is all you need, NeurIPS 2017, §3.2
 */
export function selfAttention(input: Block, own: Heads, output: Block): Op {
  const { tokens, heads } = own;
  const width = output.columns / tokens;
  const d = width / heads;
  return {
    code: 28,
    operands: (room) => [...placesOf(room, input, own, d), room.block(output)],
    plain({ rows, block }) {
      const [x, y] = [block(input), block(output)];
      const weights = new Float64Array(tokens * tokens);
      for (let row = 0; row < rows; row++)
        for (let h = 0; h < heads; h++) {
          const start = row * tokens * 3 * width + h * d;
          weigh(x, start, width, tokens, d, weights);
          for (let i = 0; i < tokens; i++)
            for (let c = 0; c < d; c++) {
              let sum = 0;
              for (let j = 0; j < tokens; j++)
                sum += weights[i * tokens + j] * x[start + (3 * j + 2) * width + c];
              y[(row * tokens + i) * width + h * d + c] = sum;
            }
        }
    },
  };
}

/** The gradient of queries, keys and values; weights are computed anew. */
export function selfAttentionGradient(
  input: Block,
  own: Heads,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const { tokens, heads } = own;
  const width = outputGradient.columns / tokens;
  const d = width / heads;
  return {
    code: 20,
    operands: (room) => [
      ...placesOf(room, input, own, d),
      room.block(outputGradient),
      room.block(inputGradient),
    ],
    plain({ rows, block }) {
      const [x, delta, e] = [block(input), block(outputGradient), block(inputGradient)];
      const weights = new Float64Array(tokens * tokens);
      const slopes = new Float64Array(tokens);
      e.fill(0);
      for (let row = 0; row < rows; row++)
        for (let h = 0; h < heads; h++) {
          const start = row * tokens * 3 * width + h * d;
          weigh(x, start, width, tokens, d, weights);
          for (let i = 0; i < tokens; i++) {
            const at = (row * tokens + i) * width + h * d;
            let mean = 0;
            for (let j = 0; j < tokens; j++) {
              const w = weights[i * tokens + j];
              const value = start + (3 * j + 2) * width;
              slopes[j] = 0;
              for (let c = 0; c < d; c++) {
                slopes[j] += delta[at + c] * x[value + c];
                e[value + c] += w * delta[at + c];
              }
              mean += w * slopes[j];
            }
            const query = start + 3 * i * width;
            for (let j = 0; j < tokens; j++) {
              const slope = (weights[i * tokens + j] * (slopes[j] - mean)) / Math.sqrt(d);
              const key = start + (3 * j + 1) * width;
              for (let c = 0; c < d; c++) {
                e[query + c] += slope * x[key + c];
                e[key + c] += slope * x[query + c];
              }
            }
          }
        }
    },
  };
}

/** The operands that both have: where tokens are, how many, heads, d, 1/√d, and room for each thread. */
function placesOf(room: Room, input: Block, { tokens, heads }: Heads, d: number): number[] {
  const [high, wide] = [alignUp(tokens, 4), alignUp(tokens, 8)];
  const packedA = alignUp(4 * high * Math.max(tokens, d));
  const packedB = alignUp(4 * Math.max(wide * d, alignUp(d, 8) * tokens));
  const scores = alignUp(4 * high * wide);
  const bytes = 128 + 2 * scores + packedA + packedB;
  return [
    room.block(input),
    tokens,
    heads,
    d,
    bitsOf(1 / Math.sqrt(d)),
    room.scratch(room.threads * bytes),
    bytes,
    scores,
    packedA,
  ];
}

/** The weights of one head of a row, tokens × tokens. */
function weigh(
  x: ArrayLike<number>,
  start: number,
  width: number,
  tokens: number,
  d: number,
  weights: Float64Array,
): void {
  for (let i = 0; i < tokens; i++) {
    let max = -Infinity;
    for (let j = 0; j < tokens; j++) {
      let score = 0;
      for (let c = 0; c < d; c++) score += x[start + 3 * i * width + c] * x[start + (3 * j + 1) * width + c];
      weights[i * tokens + j] = score / Math.sqrt(d);
      max = Math.max(max, weights[i * tokens + j]);
    }
    let sum = 0;
    for (let j = 0; j < tokens; j++) sum += weights[i * tokens + j] = exp(weights[i * tokens + j] - max);
    for (let j = 0; j < tokens; j++) weights[i * tokens + j] /= sum;
  }
}
