import { InputError } from "../errors/index.ts";
import { attentionCounts, checkAttention, checkScores, type AttentionPlan } from "../kernels/attention.ts";
import { plainAttention, plainAttentionGradient, type PlainTensors } from "../kernels/plain-attention.ts";

/** Rows of every head, one after the other, row-major. */
export interface AttentionTensor {
  readonly values: ArrayLike<number>;
  /** batch, heads, length, width. */
  readonly shape: readonly [batch: number, heads: number, length: number, width: number];
}

export interface AttentionOptions {
  /** What q · k is multiplied by. Default 1/√width. */
  readonly scale?: number;
  /** T > 0 that scale · q · k is divided by, not the bias: above 1 the weights are more even. Default 1. */
  readonly temperature?: number;
  /**
   * Whether query i sees keys up to i + (keys − queries) only. The ends are aligned: the last query sees all keys, and
   * where there are fewer keys than queries, the first queries see none. Default false.
   */
  readonly causal?: boolean;
  /** batch × keys: 1 for a key, 0 for padding that no query sees. */
  readonly keyMask?: ArrayLike<number>;
  /**
   * Added to the scores: batch or 1, heads or 1 (for all of them), queries, keys. −Infinity hides one key from one query.
   */
  readonly bias?: AttentionTensor;
}

export interface Attention {
  /** batch × heads × queries × value width, row-major. */
  readonly output: Float64Array;
  /** ln Σ e^score of each batch, head and query; −Infinity where it sees no key. */
  readonly logSumExp: Float64Array;
  /** batch × heads × queries × keys, when asked for. A row sums to 1, or is 0 where the query sees no key. */
  readonly weights: Float64Array | null;
}

export interface AttentionGradient {
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  /** As long as the bias, summed over what shares it; null without one. */
  readonly bias: Float64Array | null;
}

/**
 * Scaled dot-product attention, in float64: each output row is Σⱼ wⱼ vⱼ with w = softmax(qᵢ · kⱼ · scale / T + biasᵢⱼ) over
 * the keys that the query sees; 0 where it sees none. There may be fewer heads of keys and values than of queries: then
 * neighboring heads share one. Fast in float32: `Kernels.createAttention`.
 *
 * @param query batch × heads × queries × width
 * @param key   batch × key heads × keys × width
 * @param value batch × key heads × keys × value width
 * @throws InputError when shapes disagree or a length is 0, a number is not finite, a score is NaN or +Infinity, or an
 *   option is outside what it may be
 * @see Vaswani et al., NeurIPS 2017, §3.2.1; Ainslie et al., EMNLP 2023 (grouped heads)
 */
export function attention(
  query: AttentionTensor,
  key: AttentionTensor,
  value: AttentionTensor,
  options: AttentionOptions & { readonly weights?: boolean } = {},
): Attention {
  const { plan, tensors } = check("attention", query, key, value, options);
  const counts = attentionCounts(plan);
  const output = new Float64Array(counts.output);
  const logSumExp = new Float64Array(counts.rows);
  const weights = options.weights ? new Float64Array(counts.rows * plan.keys) : null;
  plainAttention(plan, tensors, output, logSumExp, weights);
  checkScores("attention", plan, (row) => Number.isNaN(logSumExp[row]), counts.rows);
  return { output, logSumExp, weights };
}

/**
 * The gradients of `attention` with respect to all that it reads, from that of its output, as long as the output. A query
 * that sees no key has gradient 0 and adds none.
 *
 * @throws InputError as `attention` does
 */
export function attentionGradient(
  query: AttentionTensor,
  key: AttentionTensor,
  value: AttentionTensor,
  outputGradient: ArrayLike<number>,
  options: AttentionOptions = {},
): AttentionGradient {
  const { plan, tensors } = check("attentionGradient", query, key, value, options);
  const counts = attentionCounts(plan);
  if (outputGradient.length !== counts.output)
    throw new InputError(
      `attentionGradient: outputGradient must be as long as the output, ${counts.output}, got ${outputGradient.length}`,
    );
  checkFinite("attentionGradient", "outputGradient", outputGradient);
  const logSumExp = new Float64Array(counts.rows);
  plainAttention(plan, tensors, new Float64Array(counts.output), logSumExp, null);
  checkScores("attentionGradient", plan, (row) => Number.isNaN(logSumExp[row]), counts.rows);
  const gradient = {
    query: new Float64Array(counts.query),
    key: new Float64Array(counts.key),
    value: new Float64Array(counts.value),
    bias: plan.bias && new Float64Array(counts.bias),
  };
  plainAttentionGradient(plan, tensors, outputGradient, gradient);
  return gradient;
}

function check(
  where: string,
  query: AttentionTensor,
  key: AttentionTensor,
  value: AttentionTensor,
  { scale, temperature = 1, causal = false, keyMask, bias }: AttentionOptions,
): { plan: AttentionPlan; tensors: PlainTensors } {
  for (const [name, tensor] of [
    ["Q", query],
    ["K", key],
    ["V", value],
  ] as const)
    checkTensor(where, name, tensor);
  const [batch, heads, queries, width] = query.shape;
  const [, keyHeads, keys] = key.shape;
  const valueWidth = value.shape[3];
  const agree = (names: string, dimension: string, a: number, b: number): void => {
    if (a !== b)
      throw new InputError(`${where}: ${names} must have the same ${dimension}, got ${a} and ${b}`);
  };
  agree("Q and K", "batch", batch, key.shape[0]);
  agree("K and V", "batch", key.shape[0], value.shape[0]);
  agree("K and V", "heads", keyHeads, value.shape[1]);
  agree("K and V", "length", keys, value.shape[2]);
  agree("Q and K", "width", width, key.shape[3]);
  if (!(temperature > 0 && temperature < Infinity))
    throw new InputError(`${where}: temperature must be finite and above 0, got ${temperature}`);
  if (bias) {
    checkTensor(where, "bias", bias, true);
    agree("bias and Q", "length", bias.shape[2], queries);
    agree("the rows of bias and K", "length", bias.shape[3], keys);
  }
  if (keyMask) checkMask(where, keyMask, batch, keys);
  const plan: AttentionPlan = {
    batch,
    heads,
    keyHeads,
    queries,
    keys,
    width,
    valueWidth,
    scale: (scale ?? 1 / Math.sqrt(width)) / temperature,
    causal,
    keyMask: keyMask !== undefined,
    bias: bias ? { batch: bias.shape[0], heads: bias.shape[1] } : null,
    gradients: false,
  };
  checkAttention(where, plan);
  const tensors = {
    query: query.values,
    key: key.values,
    value: value.values,
    keyMask: keyMask ?? null,
    bias: bias?.values ?? null,
  };
  return { plan, tensors };
}

/** Refuses lengths that are not whole numbers ≥ 1, values that do not fill them, and values that are not finite. */
function checkTensor(where: string, name: string, tensor: AttentionTensor, masks = false): void {
  // A list where a tensor belongs is what JavaScript lets through.
  const { values, shape }: Partial<AttentionTensor> = tensor ?? {};
  if (values === undefined || shape === undefined)
    throw new InputError(`${where}: ${name} must be { values, shape: [batch, heads, length, width] }`);
  for (const [i, dimension] of ["batch", "heads", "length", "width"].entries())
    if (!(Number.isSafeInteger(shape[i]) && shape[i] >= 1))
      throw new InputError(
        `${where}: the ${dimension} of ${name} must be a whole number ≥ 1, got ${shape[i]}`,
      );
  const count = shape.reduce((a, b) => a * b);
  if (values.length !== count)
    throw new InputError(
      `${where}: ${name} of shape ${shape.join(" × ")} must hold ${count} numbers, got ${values.length}`,
    );
  checkFinite(where, name, values, masks);
}

function checkFinite(where: string, name: string, values: ArrayLike<number>, masks = false): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]) && !(masks && values[i] === -Infinity))
      throw new InputError(
        `${where}: ${name} must be finite${masks ? ", or −Infinity to hide a key" : ""}, got ${values[i]} at place ${i}`,
      );
}

function checkMask(where: string, keyMask: ArrayLike<number>, batch: number, keys: number): void {
  if (keyMask.length !== batch * keys)
    throw new InputError(
      `${where}: keyMask must be batch × keys, ${batch} × ${keys}, got ${keyMask.length} numbers`,
    );
  for (let i = 0; i < keyMask.length; i++)
    if (keyMask[i] !== 0 && keyMask[i] !== 1)
      throw new InputError(
        `${where}: keyMask must be 0 or 1, got ${keyMask[i]} at batch ${Math.floor(i / keys)}, key ${i % keys}`,
      );
}
