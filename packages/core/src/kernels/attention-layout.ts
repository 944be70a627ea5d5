import type { AttentionPlan } from "./attention.ts";
import { alignUp } from "./layout.ts";

/** Keys of a tile of scores, as in assembly/attention.ts. */
export const tileKeys = 64;
const [tileQueries, tileBytes] = [32, 64 * 128];

/** Where a tensor begins, and the bytes from one batch, head and row of it to the next. */
export type TensorPlace = readonly [at: number, batch: number, head: number, row: number];

/** Where everything lies that attention works on; 0 for what is not there. A gradient's steps are those of its tensor. */
export interface AttentionPlaces {
  readonly query: TensorPlace;
  readonly key: TensorPlace;
  readonly value: TensorPlace;
  readonly output: TensorPlace;
  readonly keyMask?: number;
  readonly bias?: readonly [at: number, batch: number, head: number];
  readonly statistics: number;
  /** Room of all threads, and the bytes of one. Default: whoever runs the job says it. */
  readonly scratch?: readonly [at: number, bytes: number];
  readonly gradients?: {
    readonly output: number;
    readonly query: number;
    readonly key: number;
    readonly value: number;
    readonly bias?: number;
  };
  /** Parts of the keys that are worked on apart, and where each puts its gradient of the queries. Default: one. */
  readonly chunks?: readonly [count: number, at: number];
}

/** Bytes of `Attention` in assembly/attention.ts, rounded up. */
export const attentionJobBytes = 256;

/** Where among the fields the count of claimed pieces is, four bytes each. */
export const claimedWord = 40;

/** The fields of `Attention` in assembly/attention.ts, in its order, four bytes each. */
export function attentionWords(plan: AttentionPlan, places: AttentionPlaces): Uint32Array {
  const { batch, heads, keyHeads, queries, keys, width, valueWidth, causal } = plan;
  const words = new Uint32Array(attentionJobBytes / 4);
  words.set([batch, heads, keyHeads, queries, keys, width, valueWidth, Number(causal)]);
  new Float32Array(words.buffer).set([plan.scale, 1], 8);
  const { gradients } = places;
  words.set(
    [
      ...places.query,
      ...places.key,
      ...places.value,
      ...places.output,
      places.keyMask ?? 0,
      ...(places.bias ?? [0, 0, 0]),
      places.statistics,
      ...(places.scratch ?? [0, 0]),
      ...[gradients?.output, gradients?.query, gradients?.key, gradients?.value, gradients?.bias].map(
        (at) => at ?? 0,
      ),
      ...(places.chunks ?? [1, 0]),
    ],
    10,
  );
  return words;
}

/** Bytes that a thread needs to go forward: see `attentionForward` in assembly/attention.ts. */
export function forwardBytes({ keys, width, valueWidth }: AttentionPlan): number {
  const rows = alignUp(keys, tileKeys);
  const columns = alignUp(valueWidth, 8);
  return alignUp(
    4 * (rows * (width + columns + 1) + tileQueries * width + 3 * tileQueries + tileQueries * columns) +
      tileBytes,
  );
}

/** Bytes that a thread needs to go backward: see `layOut` in assembly/attention.ts. */
export function backwardBytes({ queries, keys, width, valueWidth }: AttentionPlan, chunks: number): number {
  const ownKeys = Math.ceil(Math.ceil(keys / tileKeys) / chunks) * tileKeys;
  const allQueries = alignUp(queries, tileQueries);
  const [columns, valueColumns] = [alignUp(width, 8), alignUp(valueWidth, 8)];
  const perKey = width + 2 * columns + valueWidth + 1 + valueColumns;
  const perQuery = width + 2 * columns + valueWidth + valueColumns + 3;
  return alignUp(64 + 4 * (ownKeys * perKey + allQueries * perQuery) + 2 * tileBytes);
}
