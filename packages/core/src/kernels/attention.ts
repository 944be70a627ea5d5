import { InputError } from "../errors/index.ts";

/**
 * The lengths of attention. Tensors are batch × heads × length × width, row-major: query has `queries` rows of `width`,
 * key and value have `keys` rows of `width` and `valueWidth`, the output `queries` rows of `valueWidth`.
 */
export interface AttentionShape {
  readonly batch: number;
  readonly heads: number;
  /** Heads of keys and values; divides `heads`. Head h of the queries attends to head ⌊h · keyHeads / heads⌋. */
  readonly keyHeads: number;
  readonly queries: number;
  readonly keys: number;
  readonly width: number;
  readonly valueWidth: number;
}

/** What is computed: output = softmax(scale · Q Kᵀ + bias) V, over the keys that a query sees. */
export interface AttentionPlan extends AttentionShape {
  readonly scale: number;
  /** Whether query i sees the keys up to i + keys − queries only: the last query sees them all. */
  readonly causal: boolean;
  /** Whether each batch has a mask of its keys. */
  readonly keyMask: boolean;
  /** How many biases of queries × keys there are: one for each batch or one for all, and so for the heads. */
  readonly bias: { readonly batch: number; readonly heads: number } | null;
  /** Whether there will be a backward pass. */
  readonly gradients: boolean;
}

/**
 * Attention in float32 over tensors where they are, all zeros at first. The n × n matrix is never stored: memory is linear
 * in the lengths, with gradients too. The bits do not depend on the number of threads.
 *
 * A query that sees no key has output and gradients 0. Weights below e^−64 of the query's largest are exactly 0.
 */
export interface AttentionRoom {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly output: Float32Array;
  /** batch × keys, 1 at first; 0 hides a key from all queries. */
  readonly keyMask: Uint8Array | null;
  /** bias.batch × bias.heads × queries × keys, added to the scores; −Infinity hides one key from one query. */
  readonly bias: Float32Array | null;
  readonly gradients: AttentionGradients | null;
  /**
   * From query, key and value to the output.
   *
   * @throws InputError where a score is NaN or +Infinity
   */
  forward(): void | Promise<void>;
  /**
   * From the gradient of the output, after `forward`, to all others.
   *
   * @throws InputError where the plan has no gradients
   */
  backward(): void | Promise<void>;
  /** Of the last `forward`: ln Σ e^score of each batch, head and query; −Infinity where it sees no key. */
  logSumExp(): Float64Array;
  /** Ordinary arrays in and out: copies, `forward`, and a copy. */
  apply(tensors: AttentionTensors, output: Float32Array): Promise<void>;
}

export interface AttentionGradients {
  /** The caller writes it; the others are written. */
  readonly output: Float32Array;
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly bias: Float32Array | null;
}

/** What attention reads; a mask or bias that the plan does not know is not looked at. */
export interface AttentionTensors {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly keyMask?: Uint8Array;
  readonly bias?: Float32Array;
}

/** Numbers in each tensor, 0 for one that is not there, and queries of all heads. */
export interface AttentionCounts {
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly output: number;
  readonly keyMask: number;
  readonly bias: number;
  readonly rows: number;
}

export function attentionCounts(plan: AttentionPlan): AttentionCounts {
  const { batch, heads, keyHeads, queries, keys, width, valueWidth, bias } = plan;
  return {
    query: batch * heads * queries * width,
    key: batch * keyHeads * keys * width,
    value: batch * keyHeads * keys * valueWidth,
    output: batch * heads * queries * valueWidth,
    keyMask: plan.keyMask ? batch * keys : 0,
    bias: bias ? bias.batch * bias.heads * queries * keys : 0,
    rows: batch * heads * queries,
  };
}

/** @throws InputError unless every length is a whole number ≥ 1, heads fit one another, and the scale is finite */
export function checkAttention(where: string, plan: AttentionPlan): void {
  for (const name of ["batch", "heads", "keyHeads", "queries", "keys", "width", "valueWidth"] as const)
    if (!(Number.isSafeInteger(plan[name]) && plan[name] >= 1))
      throw new InputError(`${where}: ${name} must be a whole number ≥ 1, got ${plan[name]}`);
  if (plan.heads % plan.keyHeads !== 0)
    throw new InputError(
      `${where}: the heads of K and V must divide those of Q, got ${plan.keyHeads} and ${plan.heads}`,
    );
  if (!Number.isFinite(plan.scale))
    throw new InputError(`${where}: scale must be a finite number, got ${plan.scale}`);
  for (const name of ["batch", "heads"] as const)
    if (plan.bias && plan.bias[name] !== 1 && plan.bias[name] !== plan[name])
      throw new InputError(
        `${where}: bias must have ${name} 1${plan[name] === 1 ? "" : ` or ${plan[name]}`}, as Q has, got ${plan.bias[name]}`,
      );
}

/** @throws InputError unless each tensor that the plan knows has as many numbers as it says */
export function checkTensors(
  plan: AttentionPlan,
  { query, key, value, keyMask, bias }: AttentionTensors,
  output: Float32Array,
): void {
  const counts = attentionCounts(plan);
  const given = { query, key, value, keyMask: plan.keyMask && keyMask, bias: plan.bias && bias, output };
  for (const name of ["query", "key", "value", "keyMask", "bias", "output"] as const) {
    const tensor = given[name];
    if (tensor && tensor.length !== counts[name])
      throw new InputError(
        `attention: ${name} must have ${counts[name]} numbers, as the plan says, got ${tensor.length}`,
      );
  }
}

/** @throws InputError about the first row of scores that has no softmax: its sum of exponentials came out NaN */
export function checkScores(
  where: string,
  { heads, queries }: AttentionShape,
  isWrong: (row: number) => boolean,
  rows: number,
): void {
  for (let row = 0; row < rows; row++)
    if (isWrong(row))
      throw new InputError(
        `${where}: the scores of Q and K must be finite, or −Infinity to hide a key, got NaN or +Infinity at batch ${Math.floor(row / (heads * queries))}, head ${Math.floor(row / queries) % heads}, query ${row % queries}`,
      );
}

export function planWithoutGradients(): InputError {
  return new InputError("attention: a backward pass needs a plan with gradients");
}
