import type {
  Block,
  NetworkPass,
  NetworkRun,
  NetworkRunData,
  NetworkStepOptions,
  PlainMemory,
  Program,
  Stretch,
} from "./tape.ts";

/** Memory of a program in float64. */
function openMemory(program: Program, rows: number, parameters: Float64Array, gradients: Float64Array) {
  const blocks = program.blockColumns.map((columns) => new Float64Array(columns * rows));
  const part = (values: Float64Array, { offset, length }: Stretch): Float64Array =>
    values.subarray(offset, offset + length);
  return {
    block: (block: Block) => blocks[block.id],
    parameters: (stretch: Stretch) => part(parameters, stretch),
    gradients: (stretch: Stretch) => part(gradients, stretch),
  };
}

/** The plain twin of a network run: float64 within a step, float32 between the steps. */
export function plainNetworkRun(data: NetworkRunData): NetworkRun {
  const { program, source, labels, sampleWeights, seed } = data;
  const parameters = Float64Array.from(data.parameters);
  const gradients = new Float64Array(parameters.length);
  const moments = data.moments.map((each) => Float64Array.from(each));
  const memory = openMemory(program, data.batch, parameters, gradients);
  const order = Uint32Array.from({ length: source.values.length / source.columns }, (_, row) => row);
  const step = plainStep(data, parameters, gradients, moments);
  return {
    order,
    steps(first, count, batch, options) {
      const totals = { loss: 0, right: 0 };
      const { labelSmoothing } = options;
      const whole = { ...memory, seed, labelSmoothing, source, order, labels, sampleWeights, totals };
      for (let at = first, i = 0; at < first + count; at += batch, i++) {
        const rows = Math.min(batch, first + count - at);
        const own: PlainMemory = { ...whole, rows, first: at, step: options.firstStep + i };
        for (const op of program.ops) op.plain(own);
        step(rows, i, options);
      }
      return totals;
    },
    parameters: () => Float32Array.from(parameters),
    moments: () => moments.map((each) => Float32Array.from(each)),
    gradient: () => Float32Array.from(gradients),
    block: (block) => Float32Array.from(memory.block(block)),
  };
}

/** One step of the optimizer, from the gradients summed over a batch. */
function plainStep(
  { program, optimizer }: NetworkRunData,
  output: Float64Array,
  gradients: Float64Array,
  moments: readonly Float64Array[],
): (rows: number, i: number, options: NetworkStepOptions) => void {
  const decays = new Uint8Array(output.length);
  for (const stretch of program.stretches)
    if (stretch.decays) decays.fill(1, stretch.offset, stretch.offset + stretch.length);
  return (rows, i, options) => {
    const { momentum, nesterov, beta1, beta2, epsilon, decay, weightDecay, clipNorm } = options;
    const ownOf = (j: number): number => gradients[j] / rows + (decays[j] ? decay * output[j] : 0);
    let squares = 0;
    for (let j = 0; j < output.length; j++) squares += ownOf(j) * ownOf(j);
    const factor = Math.min(1, clipNorm / Math.sqrt(squares));
    const rate = options.learningRates[i];
    const [one, two] = powers(options.firstStep + i + 1, beta1, beta2).map((power) => 1 - power);
    for (let j = 0; j < output.length; j++) {
      const own = factor * ownOf(j);
      const [m, v] = moments;
      if (optimizer === "sgd") {
        if (m) m[j] = Math.fround(momentum * m[j] + own);
        output[j] -= rate * (m === undefined ? own : nesterov ? own + momentum * m[j] : m[j]);
      } else {
        if (optimizer === "adamw" && decays[j]) output[j] -= rate * weightDecay * output[j];
        m[j] = Math.fround(beta1 * m[j] + (1 - beta1) * own);
        v[j] = Math.fround(beta2 * v[j] + (1 - beta2) * own * own);
        output[j] -= (rate * (m[j] / one)) / (Math.sqrt(v[j] / two) + epsilon);
      }
      output[j] = Math.fround(output[j]);
    }
  };
}

/** β₁ᵗ and β₂ᵗ, by products. */
export function powers(step: number, beta1: number, beta2: number): [number, number] {
  let [first, second] = [1, 1];
  for (let t = 0; t < step && (first > 0 || second > 0); t++) {
    first *= beta1;
    second *= beta2;
  }
  return [first, second];
}

/** The plain twin of a network pass, row by row in float64. */
export function plainNetworkPass(program: Program, start: Float32Array): NetworkPass {
  const parameters = Float64Array.from(start);
  const memory = openMemory(program, 1, parameters, new Float64Array(0));
  const { columns } = program.input;
  return {
    load: (own) => parameters.set(own),
    run(values, rows, scale, output) {
      const input = memory.block(program.input);
      const logits = memory.block(program.logits);
      const batch = { ...memory, ...noBatch, rows: 1 };
      for (let row = 0; row < rows; row++) {
        for (let j = 0; j < columns; j++) input[j] = scale * values[row * columns + j];
        for (const op of program.ops) op.plain(batch);
        output.set(logits, row * logits.length);
      }
    },
  };
}

/** What the way forward does not look at. */
const noBatch = {
  first: 0,
  step: 0,
  seed: 0,
  labelSmoothing: 0,
  source: { values: new Float32Array(0), columns: 0, scale: 1 },
  order: new Uint32Array(0),
  labels: new Int32Array(0),
  sampleWeights: null,
  totals: { loss: 0, right: 0 },
};

/** Rows that the float64 oracle is evaluated on. */
export interface PlainNetworkData {
  /** rows × columns */
  readonly values: Float64Array;
  readonly labels: Int32Array | Uint8Array;
  readonly sampleWeights?: Float32Array | null;
  readonly seed?: number;
}

/** The float64 oracle of a program: Σ loss over the rows and its gradient, at any parameters. */
export interface PlainNetwork {
  evaluate(parameters: Float64Array): { readonly loss: number; readonly gradient: Float64Array };
}

export function createPlainNetwork(
  program: Program,
  { values, labels, sampleWeights = null, seed = 0 }: PlainNetworkData,
): PlainNetwork {
  const { columns } = program.input;
  const rows = values.length / columns;
  const own = new Float64Array(program.parameterCount);
  const gradients = new Float64Array(own.length);
  const memory = openMemory(program, rows, own, gradients);
  const source = { values, columns, scale: 1 };
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  return {
    evaluate(parameters) {
      own.set(parameters);
      const totals = { loss: 0, right: 0 };
      const batch = { ...memory, ...noBatch, rows, seed, source, order, labels, sampleWeights, totals };
      for (const op of program.ops) op.plain(batch);
      return { loss: totals.loss, gradient: gradients.slice() };
    },
  };
}
