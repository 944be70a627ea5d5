import {
  attentionCounts,
  checkAttention,
  checkScores,
  checkTensors,
  planWithoutGradients,
  type AttentionPlan,
  type AttentionRoom,
  type AttentionTensors,
} from "./attention.ts";
import { exp, log } from "./elementary.ts";

/** What the plain loops read, of any type of numbers. */
export interface PlainTensors {
  readonly query: ArrayLike<number>;
  readonly key: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly keyMask: ArrayLike<number> | null;
  readonly bias: ArrayLike<number> | null;
}

/** Gradients of what the plain loops read. */
export interface PlainGradients {
  readonly query: Float64Array;
  readonly key: Float64Array;
  readonly value: Float64Array;
  readonly bias: Float64Array | null;
}

/** One query of one head: where its numbers and those of its keys begin. */
interface Place {
  readonly row: number;
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly output: number;
  readonly bias: number;
  readonly mask: number;
  /** How many keys, from the first, the causal mask leaves. */
  readonly end: number;
}

function forQueries(plan: AttentionPlan, visit: (place: Place) => void): void {
  const { batch, heads, keyHeads, queries, keys, width, valueWidth, causal, bias } = plan;
  for (let row = 0; row < batch * heads * queries; row++) {
    const i = row % queries;
    const h = Math.floor(row / queries) % heads;
    const b = Math.floor(row / (queries * heads));
    const keyHead = b * keyHeads + Math.floor((h * keyHeads) / heads);
    const biasHead = bias === null ? 0 : (bias.batch === 1 ? 0 : b) * bias.heads + (bias.heads === 1 ? 0 : h);
    visit({
      row,
      query: row * width,
      key: keyHead * keys * width,
      value: keyHead * keys * valueWidth,
      output: row * valueWidth,
      bias: (biasHead * queries + i) * keys,
      mask: b * keys,
      end: causal ? Math.max(0, Math.min(keys, i + 1 + keys - queries)) : keys,
    });
  }
}

/** The weights of one query, one for each key, 0 where it sees none; ln Σ e^score is returned, NaN where a score has no softmax. */
function weigh(plan: AttentionPlan, tensors: PlainTensors, place: Place, weights: Float64Array): number {
  const { width, scale } = plan;
  const { query, key, keyMask, bias } = tensors;
  weights.fill(-Infinity);
  let max = -Infinity;
  for (let j = 0; j < place.end; j++) {
    if (keyMask && keyMask[place.mask + j] === 0) continue;
    let sum = 0;
    for (let c = 0; c < width; c++) sum += query[place.query + c] * key[place.key + j * width + c];
    const score = scale * sum + (bias ? bias[place.bias + j] : 0);
    if (!(score < Infinity)) return Number.NaN;
    weights[j] = score;
    max = Math.max(max, score);
  }
  if (max === -Infinity) {
    weights.fill(0);
    return max;
  }
  let total = 0;
  for (let j = 0; j < weights.length; j++) total += weights[j] = exp(weights[j] - max);
  for (let j = 0; j < weights.length; j++) weights[j] /= total;
  return max + log(total);
}

/**
 * softmax(scale · Q Kᵀ + bias) V by plain loops in float64: see `AttentionPlan`.
 *
 * @param logSumExp of each batch, head and query; NaN where a score is NaN or +Infinity
 * @param weights batch × heads × queries × keys, or null
 */
export function plainAttention(
  plan: AttentionPlan,
  tensors: PlainTensors,
  output: Float32Array | Float64Array,
  logSumExp: Float64Array,
  weights: Float64Array | null,
): void {
  const { keys, valueWidth } = plan;
  const one = new Float64Array(keys);
  forQueries(plan, (place) => {
    const own = weights ? weights.subarray(place.row * keys, (place.row + 1) * keys) : one;
    logSumExp[place.row] = weigh(plan, tensors, place, own);
    for (let c = 0; c < valueWidth; c++) {
      let sum = 0;
      for (let j = 0; j < place.end; j++)
        if (own[j] !== 0) sum += own[j] * tensors.value[place.value + j * valueWidth + c];
      output[place.output + c] = sum;
    }
  });
}

/** The gradients of `plainAttention` from that of its output; added to what they hold. */
export function plainAttentionGradient(
  plan: AttentionPlan,
  tensors: PlainTensors,
  outputGradient: ArrayLike<number>,
  gradients: PlainGradients,
): void {
  const { width, valueWidth, scale, keys } = plan;
  const { query, key, value } = tensors;
  const weights = new Float64Array(keys);
  const slopes = new Float64Array(keys);
  forQueries(plan, (place) => {
    weigh(plan, tensors, place, weights);
    let mean = 0;
    for (let j = 0; j < place.end; j++) {
      const at = place.value + j * valueWidth;
      let sum = 0;
      for (let c = 0; c < valueWidth; c++) {
        const g = outputGradient[place.output + c];
        sum += g * value[at + c];
        gradients.value[at + c] += weights[j] * g;
      }
      slopes[j] = sum;
      mean += weights[j] * sum;
    }
    for (let j = 0; j < place.end; j++) {
      const slope = weights[j] * (slopes[j] - mean);
      if (gradients.bias) gradients.bias[place.bias + j] += slope;
      const at = place.key + j * width;
      for (let c = 0; c < width; c++) {
        gradients.query[place.query + c] += scale * slope * key[at + c];
        gradients.key[at + c] += scale * slope * query[place.query + c];
      }
    }
  });
}

/** The plain loops behind the same room as their SIMD twin. */
export function createPlainAttention(plan: AttentionPlan): AttentionRoom {
  checkAttention("createAttention", plan);
  const counts = attentionCounts(plan);
  const logSumExp = new Float64Array(counts.rows);
  const numbers = (name: "query" | "key" | "value" | "output" | "bias") => new Float32Array(counts[name]);
  const tensors = {
    query: numbers("query"),
    key: numbers("key"),
    value: numbers("value"),
    keyMask: plan.keyMask ? new Uint8Array(counts.keyMask).fill(1) : null,
    bias: plan.bias && numbers("bias"),
  };
  const output = numbers("output");
  const gradients = plan.gradients
    ? {
        output: numbers("output"),
        query: numbers("query"),
        key: numbers("key"),
        value: numbers("value"),
        bias: plan.bias && numbers("bias"),
      }
    : null;
  const forward = (): void => {
    plainAttention(plan, tensors, output, logSumExp, null);
    checkScores("attention", plan, (row) => Number.isNaN(logSumExp[row]), counts.rows);
  };
  const backward = (): void => {
    if (gradients === null) throw planWithoutGradients();
    const sums = {
      query: new Float64Array(counts.query),
      key: new Float64Array(counts.key),
      value: new Float64Array(counts.value),
      bias: plan.bias && new Float64Array(counts.bias),
    };
    plainAttentionGradient(plan, tensors, gradients.output, sums);
    gradients.query.set(sums.query);
    gradients.key.set(sums.key);
    gradients.value.set(sums.value);
    if (sums.bias) gradients.bias?.set(sums.bias);
  };
  return {
    ...tensors,
    output,
    gradients,
    forward,
    backward,
    logSumExp: () => logSumExp.slice(),
    async apply(from, to) {
      checkTensors(plan, from, to);
      copyTensors(from, tensors);
      forward();
      to.set(output);
    },
  };
}

/** Copies what there is of `from` to where `to` has room. */
export function copyTensors(
  from: AttentionTensors,
  to: Pick<AttentionRoom, "query" | "key" | "value" | "keyMask" | "bias">,
): void {
  to.query.set(from.query);
  to.key.set(from.key);
  to.value.set(from.value);
  if (from.keyMask) to.keyMask?.set(from.keyMask);
  if (from.bias) to.bias?.set(from.bias);
}
