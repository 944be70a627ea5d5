import {
  attentionJobBytes,
  attentionWords,
  backwardBytes,
  forwardBytes,
  type AttentionPlaces,
  type TensorPlace,
} from "../../attention-layout.ts";
import type { AttentionPlan } from "../../attention.ts";
import { exp } from "../../elementary.ts";
import type { Block, Op, Room } from "../tape.ts";

/** How attention cuts a row: so many tokens, their vectors shared by so many heads. */
export interface Heads {
  readonly tokens: number;
  /** Divides the width of a token. */
  readonly heads: number;
}

/** What attention makes of the tokens, and what it keeps for the way back: two numbers of each head and token. */
export interface Mixed {
  readonly output: Block;
  readonly statistics: Block;
}

/**
 * Self-attention of each row, by the kernel of `Kernels.createAttention`: of token i and each head Σⱼ wᵢⱼ vⱼ with wᵢ = softmaxⱼ(qᵢ · kⱼ / √d), d numbers a head.
 *
 * Rows are worked on one by one, by one thread each. Weights are made a tile at a time and made anew on the way back: what is
 * stored is linear in the tokens.
 *
 * @param input of each token its query, its key, and its value, all heads side by side in each
 * @param mixed of each token all heads side by side
 * @see Vaswani et al., Attention is all you need, NeurIPS 2017, §3.2
 */
export function selfAttention(input: Block, own: Heads, mixed: Mixed): Op {
  const { tokens, heads } = own;
  const { output } = mixed;
  const width = output.columns / tokens;
  const d = width / heads;
  return {
    code: 28,
    operands: (room) => encode(room, input, own, mixed),
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
  mixed: Mixed,
  outputGradient: Block,
  inputGradient: Block,
): Op {
  const { tokens, heads } = own;
  const width = outputGradient.columns / tokens;
  const d = width / heads;
  return {
    code: 20,
    operands: (room) => encode(room, input, own, mixed, { output: outputGradient, input: inputGradient }),
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

interface GradientBlocks {
  readonly output: Block;
  readonly input: Block;
}

/** What a thread begins with: how all rows lie in memory, and room for its own copy of that and its tiles. */
function encode(
  room: Room,
  input: Block,
  { tokens, heads }: Heads,
  { output, statistics }: Mixed,
  gradients?: GradientBlocks,
): number[] {
  const line = (4 * output.columns) / tokens;
  const d = output.columns / tokens / heads;
  const plan: AttentionPlan = {
    batch: room.rows,
    heads,
    keyHeads: heads,
    queries: tokens,
    keys: tokens,
    width: d,
    valueWidth: d,
    scale: 1 / Math.sqrt(d),
    causal: false,
    keyMask: false,
    bias: null,
    gradients: gradients !== undefined,
  };
  // A token's query, key and value lie side by side.
  const part = (which: number): TensorPlace => [
    room.block(input) + which * line,
    tokens * 3 * line,
    line / heads,
    3 * line,
  ];
  const gradientsOf = (of: GradientBlocks): NonNullable<AttentionPlaces["gradients"]> => {
    const at = room.block(of.input);
    return { output: room.block(of.output), query: at, key: at + line, value: at + 2 * line };
  };
  const places: AttentionPlaces = {
    query: part(0),
    key: part(1),
    value: part(2),
    output: [room.block(output), tokens * line, line / heads, line],
    statistics: room.block(statistics),
    ...(gradients && { gradients: gradientsOf(gradients) }),
  };
  const bytes = attentionJobBytes + (gradients ? backwardBytes(plan, 1) : forwardBytes(plan));
  return [room.words(attentionWords(plan, places)), room.scratch(room.threads * bytes), bytes];
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
