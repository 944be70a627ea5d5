import { expect } from "vitest";
import { eluActivation, geluActivation, preluActivation, reluActivation } from "../src/functions/index.ts";
import {
  activate,
  activateGradient,
  add,
  addPositions,
  arrange,
  createTape,
  dense,
  denseGradient,
  denseInput,
  dropout,
  gather,
  layerNorm,
  layerNormGradient,
  maxout,
  maxoutGradient,
  poolTokens,
  poolTokensGradient,
  positionsGradient,
  selfAttention,
  selfAttentionGradient,
  sigmoidLoss,
  softmaxLoss,
  softmaxRows,
  softmaxRowsGradient,
  sparsemaxRows,
  sparsemaxRowsGradient,
  spread,
  spreadGradient,
  type Block,
  type NetworkRunData,
  type NetworkStepOptions,
  type Op,
  type Program,
  type Tape,
} from "../src/kernels/index.ts";
import { createGenerator } from "../src/random/index.ts";

/** Records something between two dense layers: its output, and what carries the gradient back. */
export type Middle = (tape: Tape, input: Block) => { output: Block; backward(delta: Block): Block };

/** What is between the dense layers, by name; each with a width of its own. */
export const middles: Record<string, Middle> = {
  relu: (tape, input) => elementwise(tape, input, reluActivation, 0),
  elu: (tape, input) => elementwise(tape, input, eluActivation, 1),
  gelu: (tape, input) => elementwise(tape, input, geluActivation, 0),
  "prelu, a slope per unit": (tape, input) =>
    elementwise(tape, input, preluActivation, tape.parameters(input.columns, { decays: false })),
  "prelu, one slope": (tape, input) =>
    elementwise(tape, input, preluActivation, tape.parameters(1, { decays: false })),
  "maxout of 3": (tape, input) => {
    const output = tape.block(input.columns / 3);
    tape.push(maxout(input, 3, output));
    return withGradient(tape, input, output, (delta, e) => maxoutGradient(input, 3, delta, e));
  },
  softmax: (tape, input) => {
    const output = tape.block(input.columns);
    tape.push(softmaxRows(input, output));
    return withGradient(tape, input, output, (delta, e) => softmaxRowsGradient(output, delta, e));
  },
  sparsemax: (tape, input) => {
    const output = tape.block(input.columns);
    tape.push(sparsemaxRows(input, output));
    return withGradient(tape, input, output, (delta, e) => sparsemaxRowsGradient(output, delta, e));
  },
  dropout: (tape, input) => {
    const output = tape.block(input.columns);
    tape.push(dropout(input, 0.4, output.id, output));
    return withGradient(tape, input, output, (delta, e) => dropout(delta, 0.4, output.id, e));
  },
  "layer normalization": (tape, input) => normalized(tape, input, 1),
  "layer normalization in 3 groups": (tape, input) => normalized(tape, input, 3),
  "a sum with itself": (tape, input) => {
    const output = tape.block(input.columns);
    tape.push(add(input, input, output));
    return withGradient(tape, input, output, (delta, e) => add(delta, delta, e));
  },
  "attention of 3 tokens to one another, one head": (tape, input) => attentive(tape, input, 3, 7, 1),
  "attention of 3 tokens, 3 heads of 5": (tape, input) => attentive(tape, input, 3, 5, 3),
  "attention of as many tokens as numbers, 2 heads of 8": (tape, input) =>
    attentive(tape, input, input.columns, 8, 2),
  "positions, learned": (tape, input) => {
    const output = tape.block(input.columns);
    const positions = tape.parameters(input.columns, { decays: false });
    tape.push(addPositions(input, positions, output));
    return {
      output,
      backward(delta) {
        tape.push(positionsGradient(delta, positions));
        return delta;
      },
    };
  },
  "positions, fixed": (tape, input) => {
    const output = tape.block(input.columns);
    tape.push(
      addPositions(
        input,
        Float32Array.from({ length: input.columns }, (_, i) => i / 9),
        output,
      ),
    );
    return { output, backward: (delta) => delta };
  },
  "another order of columns": (tape, input) => {
    const output = tape.block(input.columns);
    const order = Uint32Array.from({ length: input.columns }, (_, i) => input.columns - 1 - i);
    tape.push(arrange(input, order, output));
    return withGradient(tape, input, output, (delta, e) => arrange(delta, order, e));
  },
  "numbers times vectors of 5": (tape, input) => {
    const output = tape.block(5 * input.columns);
    const vectors = tape.parameters(5 * input.columns, { decays: true });
    tape.push(spread(input, vectors, output));
    return withGradient(tape, input, output, (delta, e) => spreadGradient(input, vectors, delta, e));
  },
  "attention pooling of 3 tokens, 1 head": (tape, input) => pooled(tape, input, 1),
  "attention pooling of 3 tokens, 2 heads": (tape, input) => pooled(tape, input, 2),
};

/** Tokens of an input made wide enough, each with a query, a key and a value of heads × d. */
function attentive(tape: Tape, input: Block, tokens: number, d: number, heads: number): ReturnType<Middle> {
  const own = { tokens, heads };
  const from = input.columns / tokens;
  const wide = tape.block(3 * tokens * heads * d);
  const weights = tape.parameters(3 * heads * d * from, { decays: true });
  const output = tape.block(tokens * heads * d);
  const mixed = { output, statistics: tape.block(2 * heads * tokens) };
  tape.push(dense(input, weights, null, wide, tokens), selfAttention(wide, own, mixed));
  return {
    output,
    backward(delta) {
      const gradient = tape.block(wide.columns);
      const back = tape.block(input.columns);
      tape.push(selfAttentionGradient(wide, own, mixed, delta, gradient));
      tape.push(denseGradient(input, gradient, weights, null, tokens));
      tape.push(denseInput(gradient, weights, back, tokens));
      return back;
    },
  };
}

/** Three tokens of 4 numbers for each head and number of the input, scored by learned queries. */
function pooled(tape: Tape, input: Block, heads: number): ReturnType<Middle> {
  const own = { tokens: 3, heads };
  const width = 4 * heads + heads;
  const from = input.columns / 3;
  const [values, scores] = [tape.block(3 * width), tape.block(3 * heads)];
  const weights = tape.parameters(width * from, { decays: true });
  const queries = tape.parameters(heads * width, { decays: true });
  const output = tape.block(width);
  const pool = poolTokens(scores, values, own, tape.block(3 * heads), output);
  tape.push(dense(input, weights, null, values, 3), dense(values, queries, null, scores, 3), pool);
  return {
    output,
    backward(delta) {
      const [ofScores, direct] = [tape.block(scores.columns), tape.block(values.columns)];
      const [through, sum] = [tape.block(values.columns), tape.block(values.columns)];
      const back = tape.block(input.columns);
      tape.push(poolTokensGradient(pool, delta, ofScores, direct));
      tape.push(denseGradient(values, ofScores, queries, null, 3));
      tape.push(denseInput(ofScores, queries, through, 3), add(direct, through, sum));
      tape.push(denseGradient(input, sum, weights, null, 3));
      tape.push(denseInput(sum, weights, back, 3));
      return back;
    },
  };
}

function elementwise(
  tape: Tape,
  input: Block,
  f: typeof reluActivation,
  shape: Parameters<typeof activate>[2],
): ReturnType<Middle> {
  const output = tape.block(input.columns);
  tape.push(activate(f, input, shape, output));
  return withGradient(tape, input, output, (delta, e) => activateGradient(f, input, shape, delta, e));
}

function normalized(tape: Tape, input: Block, groups: number): ReturnType<Middle> {
  const width = input.columns / groups;
  const gain = tape.parameters(width, { decays: false });
  const bias = tape.parameters(width, { decays: false });
  const output = tape.block(input.columns);
  const forward = layerNorm(tape, input, gain, bias, output, groups);
  tape.push(forward);
  return withGradient(tape, input, output, (delta, e) => layerNormGradient(forward, delta, e));
}

function withGradient(
  tape: Tape,
  input: Block,
  output: Block,
  gradient: (delta: Block, output: Block) => Op,
): ReturnType<Middle> {
  return {
    output,
    backward(delta) {
      const own = tape.block(input.columns);
      tape.push(gradient(delta, own));
      return own;
    },
  };
}

/** columns → width, the middle, → outputs, and a loss. */
export function record(
  middle: Middle,
  columns: number,
  width: number,
  outputs: number,
  kind: "softmax" | "sigmoid",
): Program {
  const tape = createTape();
  const input = tape.block(columns);
  tape.push(gather(input));
  const first = [
    tape.parameters(width * columns, { decays: true }),
    tape.parameters(width, { decays: false }),
  ] as const;
  const hidden = tape.block(width);
  tape.push(dense(input, ...first, hidden));
  const own = middle(tape, hidden);
  const inner = own.output.columns;
  const last = [
    tape.parameters(outputs * inner, { decays: true }),
    tape.parameters(outputs, { decays: false }),
  ] as const;
  const logits = tape.block(outputs);
  tape.push(dense(own.output, ...last, logits));
  const delta = tape.block(outputs);
  tape.push(kind === "softmax" ? softmaxLoss(logits, delta) : sigmoidLoss(logits, delta));
  tape.push(denseGradient(own.output, delta, ...last));
  const back = tape.block(inner);
  tape.push(denseInput(delta, last[0], back));
  tape.push(denseGradient(input, own.backward(back), ...first));
  return tape.finish({ input, logits });
}

export interface Setting {
  readonly program: Program;
  readonly rows: number;
  readonly batch: number;
  readonly isBytes: boolean;
  readonly optimizer: NetworkRunData["optimizer"];
  readonly memories: number;
  readonly kind: "softmax" | "sigmoid";
}

export function dataOf({
  program,
  rows,
  batch,
  isBytes,
  optimizer,
  memories,
  kind,
}: Setting): NetworkRunData {
  const generator = createGenerator(program.parameterCount);
  const { columns } = program.input;
  const outputs = program.logits.columns;
  const numbers = rows * columns;
  return {
    program,
    source: {
      values: isBytes
        ? Uint8Array.from({ length: numbers }, () => generator.below(256))
        : Float32Array.from({ length: numbers }, () => generator.normal()),
      columns,
      scale: isBytes ? 1 / 255 : 1,
    },
    labels:
      kind === "softmax"
        ? Int32Array.from({ length: rows }, () => generator.below(outputs))
        : Uint8Array.from({ length: rows * outputs }, () => generator.below(2)),
    sampleWeights: isBytes ? null : Float32Array.from({ length: rows }, () => 2 * generator.uniform()),
    batch,
    parameters: Float32Array.from({ length: program.parameterCount }, () => 0.5 * generator.normal()),
    moments: Array.from({ length: memories }, () => new Float32Array(program.parameterCount)),
    optimizer,
    seed: 5,
  };
}

export const options: NetworkStepOptions = {
  learningRates: Float32Array.of(0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.01),
  firstStep: 3,
  momentum: 0.9,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  decay: 0.01,
  weightDecay: 0.1,
  clipNorm: Infinity,
  labelSmoothing: 0.1,
};

/** Two arrays differ by no more than so much of the largest number. */
export function expectNear(found: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  let [scale, off] = [1e-3, 0];
  for (let i = 0; i < found.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    off = Math.max(off, Number.isFinite(found[i]) ? Math.abs(found[i] - expected[i]) : Infinity);
  }
  expect(off / scale).toBeLessThan(tolerance);
}
