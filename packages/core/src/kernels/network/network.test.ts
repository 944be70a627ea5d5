import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eluActivation, geluActivation, preluActivation, reluActivation } from "../../functions/index.ts";
import { createThreads } from "@sigmax/core/node";
import { createGenerator } from "../../random/index.ts";
import {
  activate,
  activateGradient,
  add,
  addPositions,
  arrange,
  createKernels,
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
  plainKernels,
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
  wideSoftmaxLoss,
  type Block,
  type NetworkRunData,
  type NetworkStepOptions,
  type Op,
  type Program,
  type Tape,
  type Team,
  type ThreadTeam,
} from "../index.ts";

/** Records something between two dense layers: its output, and what carries the gradient back. */
type Middle = (tape: Tape, input: Block) => { output: Block; backward(delta: Block): Block };

/** What is between the dense layers, by name; each with a width of its own. */
const middles: Record<string, Middle> = {
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
function record(
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

interface Setting {
  readonly program: Program;
  readonly rows: number;
  readonly batch: number;
  readonly isBytes: boolean;
  readonly optimizer: NetworkRunData["optimizer"];
  readonly memories: number;
  readonly kind: "softmax" | "sigmoid";
}

function dataOf({ program, rows, batch, isBytes, optimizer, memories, kind }: Setting): NetworkRunData {
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

const options: NetworkStepOptions = {
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
function expectNear(found: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(found).toHaveLength(expected.length);
  let [scale, off] = [1e-3, 0];
  for (let i = 0; i < found.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    off = Math.max(off, Number.isFinite(found[i]) ? Math.abs(found[i] - expected[i]) : Infinity);
  }
  expect(off / scale).toBeLessThan(tolerance);
}

const simd = createKernels();

describe("one step in float32 is the plain one in float64, but for rounding:", () => {
  for (const [name, middle] of Object.entries(middles))
    for (const [columns, width, outputs, rows, batch, isBytes] of [
      [1, 3, 2, 1, 1, false],
      [5, 6, 3, 7, 4, true],
      [17, 33, 10, 40, 17, false],
      [64, 48, 4, 96, 96, true],
    ] as const)
      test(`${name}, ${columns} → ${width} → ${outputs}, batches of ${batch} of ${rows}`, async () => {
        const program = record(middle, columns, width, outputs, "softmax");
        const setting: Setting = {
          program,
          rows,
          batch,
          isBytes,
          optimizer: "sgd",
          memories: 1,
          kind: "softmax",
        };
        const [plain, fast] = await Promise.all(
          [plainKernels, simd].map((kernels) => kernels.createNetworkRun(dataOf(setting))),
        );
        const totals = await Promise.all(
          [plain, fast].map(async (run) => run.steps(0, rows, batch, options)),
        );
        expect(totals[1].loss / totals[0].loss).toBeCloseTo(1, 4);
        expect(totals[1].right).toBe(totals[0].right);
        expectNear(fast.gradient(), plain.gradient(), 1e-4);
        expectNear(fast.parameters(), plain.parameters(), 1e-4);
        expectNear(fast.moments()[0], plain.moments()[0], 1e-4);
      });
});

describe("a linear layer with its loss, a tile of classes at a time,", () => {
  /** columns → width, rectified, → classes. */
  function wide(columns: number, width: number, classes: number): Program {
    const tape = createTape();
    const input = tape.block(columns);
    tape.push(gather(input));
    const first = [
      tape.parameters(width * columns, { decays: true }),
      tape.parameters(width, { decays: false }),
    ] as const;
    const hidden = tape.block(width);
    tape.push(dense(input, ...first, hidden));
    const own = middles["elu"](tape, hidden);
    const weights = tape.parameters(classes * width, { decays: true });
    const bias = tape.parameters(classes, { decays: false });
    const back = tape.block(width);
    tape.push(wideSoftmaxLoss(own.output, weights, bias, back));
    tape.push(denseGradient(input, own.backward(back), ...first));
    return tape.finish({ input, logits: own.output });
  }

  /** What it learns from: labels of all classes. */
  function wideData(program: Program, classes: number, rows: number, batch: number): NetworkRunData {
    const generator = createGenerator(classes);
    const setting = { rows, batch, isBytes: false, optimizer: "sgd", memories: 1, kind: "softmax" } as const;
    const labels = Int32Array.from({ length: rows }, () => generator.below(classes));
    return { ...dataOf({ program, ...setting }), labels };
  }

  test.each([
    [3, 5, 7, 2],
    [4, 9, 512, 5],
    [7, 12, 1500, 33],
    [5, 8, 6001, 17],
  ])("goes as in float64: %d → %d → %d classes, batches of %d", async (columns, width, classes, batch) => {
    const program = wide(columns, width, classes);
    const [plain, fast] = await Promise.all(
      [plainKernels, simd].map((kernels) =>
        kernels.createNetworkRun(wideData(program, classes, 2 * batch, batch)),
      ),
    );
    const totals = await Promise.all(
      [plain, fast].map(async (run) => run.steps(0, 2 * batch, batch, options)),
    );
    expect(totals[1].loss / totals[0].loss).toBeCloseTo(1, 5);
    expect(totals[1].right).toBe(totals[0].right);
    expectNear(fast.gradient(), plain.gradient(), 1e-4);
    expectNear(fast.parameters(), plain.parameters(), 1e-4);
  });

  test("is the dense layer and the loss, told apart", async () => {
    const [columns, width, classes] = [6, 10, 700];
    const data = wideData(wide(columns, width, classes), classes, 20, 20);
    const both = [data, { ...data, program: record(middles["elu"], columns, width, classes, "softmax") }];
    const [fused, apart] = await Promise.all(
      both.map(async (each) => {
        const run = await simd.createNetworkRun(each);
        const totals = await run.steps(0, 20, 20, options);
        return { totals, gradient: run.gradient() };
      }),
    );
    expect(fused.totals.loss / apart.totals.loss).toBeCloseTo(1, 6);
    expectNear(fused.gradient, apart.gradient, 1e-5);
  });

  test("has the same bits with any number of threads", async () => {
    const program = wide(6, 20, 3000);
    const bits = async (team?: Team): Promise<unknown[]> => {
      const run = await simd.createNetworkRun(wideData(program, 3000, 40, 21), team);
      return [await run.steps(0, 40, 21, options), run.parameters()];
    };
    const alone = await bits();
    for (const size of [2, 3]) {
      const team = createThreads(size);
      expect(await bits(team)).toEqual(alone);
      team.close();
    }
  });
});

describe("optimizers and losses:", () => {
  test.each([
    ["sgd", 0, {}],
    ["sgd", 1, { nesterov: true }],
    ["adam", 2, {}],
    ["adamw", 2, {}],
    ["adamw", 2, { clipNorm: 0.05 }],
    ["sgd", 1, { clipNorm: 1e9, labelSmoothing: 0 }],
  ] as const)("%s with %d moments and %o goes as in float64", async (optimizer, memories, own) => {
    for (const kind of ["softmax", "sigmoid"] as const) {
      const program = record(middles["elu"], 9, 12, kind === "softmax" ? 4 : 3, kind);
      const setting: Setting = { program, rows: 30, batch: 8, isBytes: false, optimizer, memories, kind };
      const [plain, fast] = await Promise.all(
        [plainKernels, simd].map((kernels) => kernels.createNetworkRun(dataOf(setting))),
      );
      const all = { ...options, ...own };
      const [expected, found] = await Promise.all([plain, fast].map(async (run) => run.steps(0, 30, 8, all)));
      expect(found.loss / expected.loss).toBeCloseTo(1, 4);
      expect(found.right).toBe(expected.right);
      expectNear(fast.parameters(), plain.parameters(), 2e-4);
      fast.moments().forEach((each, i) => expectNear(each, plain.moments()[i], 2e-4));
    }
  });

  test("a loss that is not finite is told, not hidden", async () => {
    const program = record(middles["relu"], 4, 6, 3, "softmax");
    const setting: Setting = {
      program,
      rows: 20,
      batch: 5,
      isBytes: false,
      optimizer: "sgd",
      memories: 0,
      kind: "softmax",
    };
    const run = await simd.createNetworkRun(dataOf(setting));
    const learningRates = new Float32Array(8).fill(1e30);
    const { loss } = await run.steps(0, 20, 5, { ...options, learningRates });
    expect(Number.isFinite(loss)).toBe(false);
  });

  test("one logit that is not a number is told as well, whichever it is", async () => {
    const program = record(middles["relu"], 4, 6, 3, "softmax");
    const setting: Setting = {
      program,
      rows: 4,
      batch: 4,
      isBytes: false,
      optimizer: "sgd",
      memories: 0,
      kind: "softmax",
    };
    const data = dataOf(setting);
    data.labels.fill(0);
    data.parameters[program.parameterCount - 1] = NaN; // the bias of the last class
    for (const kernels of [plainKernels, simd]) {
      const run = await kernels.createNetworkRun(data);
      expect((await run.steps(0, 4, 4, options)).loss).toBeNaN();
    }
  });

  test("the first step of Adam is the learning rate, whatever the gradient, to 3e-7", async () => {
    const program = record(middles["elu"], 9, 12, 4, "softmax");
    const setting: Setting = {
      program,
      rows: 8,
      batch: 8,
      isBytes: false,
      optimizer: "adam",
      memories: 2,
      kind: "softmax",
    };
    for (const kernels of [plainKernels, simd]) {
      const run = await kernels.createNetworkRun(dataOf(setting));
      const before = run.parameters();
      await run.steps(0, 8, 8, {
        ...options,
        firstStep: 0,
        epsilon: 1e-20,
        decay: 0,
        learningRates: Float32Array.of(1),
      });
      const gradient = run.gradient();
      run.parameters().forEach((after, i) => {
        expect(Math.abs(after - before[i] + Math.sign(gradient[i]))).toBeLessThan(3e-7);
      });
    }
  });

  test.each(["sgd", "adam", "adamw"] as const)(
    "%s: steps taken in several calls have the bits of steps taken in one",
    async (optimizer) => {
      const program = record(middles["dropout"], 9, 12, 4, "softmax");
      const rows = 400;
      const setting: Setting = {
        program,
        rows,
        batch: 1,
        isBytes: false,
        optimizer,
        memories: optimizer === "sgd" ? 1 : 2,
        kind: "softmax",
      };
      const learningRates = new Float32Array(rows).fill(0.01);
      for (const kernels of [plainKernels, simd]) {
        const [whole, parts] = await Promise.all([1, 2].map(() => kernels.createNetworkRun(dataOf(setting))));
        await whole.steps(0, rows, 1, { ...options, learningRates });
        for (let first = 0; first < rows; first += 7)
          await parts.steps(first, Math.min(7, rows - first), 1, {
            ...options,
            learningRates,
            firstStep: options.firstStep + first,
          });
        expect(parts.parameters()).toEqual(whole.parameters());
        expect(parts.moments()).toEqual(whole.moments());
      }
    },
  );
});

describe("threads", () => {
  const teams: ThreadTeam[] = [];
  beforeAll(() => void teams.push(...[1, 2, 3, 7].map((size) => createThreads(size))));
  afterAll(() => teams.forEach((team) => team.close()));

  test("do not change a matrix product: its bits are those of sums in order", async () => {
    const generator = createGenerator(3);
    for (const [rows, columns, depth] of [
      [1, 1, 1],
      [3, 5, 7],
      [17, 33, 600],
      [130, 9, 257],
      [2, 1000, 3],
    ])
      for (const aIsTurned of [false, true])
        for (const bIsTurned of [false, true]) {
          const shape = { rows, columns, depth, aIsTurned, bIsTurned };
          const plain = await plainKernels.createProduct(shape);
          for (const values of [plain.a, plain.b])
            for (let i = 0; i < values.length; i++) values[i] = generator.normal();
          await plain.multiply();
          for (const team of [undefined, ...teams]) {
            const product = await simd.createProduct(shape, team);
            product.a.set(plain.a);
            product.b.set(plain.b);
            await product.multiply();
            expect(product.c).toEqual(plain.c);
          }
        }
  });

  test.each(Object.keys(middles))("do not change the bits: %s", async (name) => {
    const program = record(middles[name], 19, 30, 5, "softmax");
    const setting: Setting = {
      program,
      rows: 70,
      batch: 33,
      isBytes: false,
      optimizer: "adamw",
      memories: 2,
      kind: "softmax",
    };
    const bits = async (team?: Team): Promise<unknown[]> => {
      const run = await simd.createNetworkRun(dataOf(setting), team);
      const totals = await run.steps(0, 70, 33, { ...options, clipNorm: 0.5 });
      return [totals, run.parameters(), ...run.moments(), run.gradient()];
    };
    const alone = await bits();
    for (const team of teams) expect(await bits(team)).toEqual(alone);
  });
});

describe("the way forward", () => {
  /** The same without loss and gradients. */
  function forwardOf(middle: Middle, columns: number, width: number, outputs: number): Program {
    const tape = createTape();
    const input = tape.block(columns);
    const hidden = tape.block(width);
    const own = (q: number, n: number) =>
      [tape.parameters(q * n, { decays: true }), tape.parameters(q, { decays: false })] as const;
    tape.push(dense(input, ...own(width, columns), hidden));
    const { output } = middle(tape, hidden);
    const logits = tape.block(outputs);
    tape.push(dense(output, ...own(outputs, output.columns), logits));
    return tape.finish({ input, logits });
  }

  test.each(Object.keys(middles).filter((name) => name !== "dropout"))(
    "is the plain one, and a row does not feel its neighbors: %s",
    (name) => {
      const program = forwardOf(middles[name], 21, 36, 3);
      const generator = createGenerator(8);
      const parameters = Float32Array.from({ length: program.parameterCount }, () => generator.normal());
      const values = Float32Array.from({ length: 150 * 21 }, () => generator.normal());
      const [plain, fast] = [plainKernels, simd].map((kernels) => {
        const output = new Float32Array(150 * 3);
        kernels.createNetworkPass(program, parameters).run(values, 150, 0.5, output);
        return output;
      });
      expectNear(fast, plain, 1e-5);
      const pass = simd.createNetworkPass(program, new Float32Array(program.parameterCount));
      pass.load(parameters);
      for (const row of [0, 63, 64, 149]) {
        const alone = new Float32Array(3);
        pass.run(values.subarray(row * 21, (row + 1) * 21), 1, 0.5, alone);
        expect(alone).toEqual(fast.subarray(3 * row, 3 * row + 3));
      }
    },
  );
});
