import type { Row } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { applyScaling, createEncoder } from "../features/index.ts";
import { attention } from "../functions/index.ts";
import { createKernels, type Kernels } from "../kernels/index.ts";
import { attentionReadings, type AttentionReading, type Body, type Classifier } from "../model/index.ts";
import { openTokens, type TokenPlan } from "./tokens.ts";
import { removeTokens, type Removal, type RemovalOptions } from "./removal.ts";

export interface AttentionOfOptions extends RemovalOptions {
  /** The class whose log-odds are followed. Default: the most probable one. */
  readonly class?: string;
  readonly kernels?: Kernels;
}

/** Who attends to whom in one case, and whether that explains its prediction. */
export interface CaseAttention {
  readonly tokens: TokenPlan;
  /** Of each block, first to last: heads × tokens × tokens; a row is what one token takes from each, and sums to 1. */
  readonly blocks: readonly { readonly heads: number; readonly weights: Float64Array }[];
  /** heads × tokens; what each head takes from each token at the end. */
  readonly pooling: { readonly heads: number; readonly weights: Float64Array };
  /**
   * How much of each token is taken in the end, through all blocks: the mean over heads of each step, half of which is the
   * token itself, since each block adds to it. Sums to 1.
   *
   * @see Abnar & Zuidema, Quantifying attention flow in transformers, ACL 2020, §3
   */
  readonly shares: Float64Array;
  readonly removal: Removal;
}

/**
 * The attention of one row, and what becomes of a class's log-odds when the tokens most attended to are taken away, against
 * as many taken at random. Weights are computed in float64 from the queries and keys of the float32 network.
 *
 * @param row an object with a field per column, or the numbers of the columns in order
 * @throws InputError when the model has no attention, the row is none that it takes, or an option is out of range
 */
export function attentionOf(
  model: Classifier,
  row: Row | ArrayLike<number>,
  options: AttentionOfOptions = {},
): CaseAttention {
  const { body } = model;
  const inputs = model.features.columns.length;
  const readings = body === null ? [] : attentionReadings(body, inputs);
  if (body === null || readings.length === 0)
    throw new InputError(
      "attentionOf: the model has no attention; fit one with a body of attention (--body attention)",
    );
  const kernels = options.kernels ?? createKernels();
  const features = featuresOf(model, row);
  const tokens = openTokens(body.layers, model.features);
  const read = (reading: AttentionReading): Float64Array => weightsOf(reading, body, features, kernels);
  const blocks = readings
    .filter(({ holds }) => holds === "tokens")
    .map((reading) => ({ heads: reading.heads, weights: read(reading) }));
  const last = readings[readings.length - 1];
  const pooling = { heads: last.heads, weights: read(last) };
  const shares = sharesOf(tokens.names.length, blocks, pooling);
  return {
    tokens,
    blocks,
    pooling,
    shares,
    removal: removeTokens(
      { model, body, features, tokens, shares, className: options.class },
      kernels,
      options,
    ),
  };
}

/** The scaled features of a row, as the body takes them. */
function featuresOf(model: Classifier, row: Row | ArrayLike<number>): Float32Array {
  const { columns, scaling, table } = model.features;
  const output = new Float32Array(columns.length);
  if (!isNumbers(row)) {
    const inputs = table ?? columns.map((name) => ({ kind: "numeric" as const, name, hasMissing: false }));
    createEncoder(inputs, scaling).encodeRow(row, output);
    return output;
  }
  const values = Float64Array.from(row);
  const one = { rows: 1, columns: values.length, values };
  model.logits(one); // refuses what is no row of the model's
  if (table) createEncoder(table, scaling).openMatrix(one)(0, 1, output);
  else output.set(applyScaling(scaling, one).values);
  return output;
}

function isNumbers(row: Row | ArrayLike<number>): row is ArrayLike<number> {
  return ArrayBuffer.isView(row) || Array.isArray(row);
}

function weightsOf(
  { tokens, heads, holds, program }: AttentionReading,
  body: Body,
  features: Float32Array,
  kernels: Kernels,
): Float64Array {
  const found = new Float32Array(program.logits.columns);
  kernels.createNetworkPass(program, body.parameters).run(features, 1, 1, found);
  if (holds === "weights") return Float64Array.from(found);
  const width = found.length / (3 * tokens);
  const d = width / heads;
  const part = (place: 0 | 1 | 2): { values: Float64Array; shape: [number, number, number, number] } => {
    const values = new Float64Array(tokens * width);
    for (let h = 0, at = 0; h < heads; h++)
      for (let t = 0; t < tokens; t++)
        for (let c = 0; c < d; c++, at++) values[at] = found[(3 * t + place) * width + h * d + c];
    return { values, shape: [1, heads, tokens, d] };
  };
  const { weights } = attention(part(0), part(1), part(2), { weights: true });
  return weights ?? new Float64Array(0);
}

/** From the pooling back to the tokens: s ← ½ s + ½ s A, A the mean over heads, the last block first. */
function sharesOf(
  tokens: number,
  blocks: CaseAttention["blocks"],
  pooling: CaseAttention["pooling"],
): Float64Array {
  let shares = new Float64Array(tokens);
  pooling.weights.forEach((weight, i) => (shares[i % tokens] += weight / pooling.heads));
  for (const { heads, weights } of blocks.toReversed()) {
    const before = shares.map((share) => share / 2);
    weights.forEach((weight, i) => {
      const query = Math.floor(i / tokens) % tokens;
      before[i % tokens] += (shares[query] * weight) / (2 * heads);
    });
    shares = before;
  }
  return shares;
}
