import { InputError } from "../errors/index.ts";

/**
 * How a class is judged to fit a row, from the row's probabilities:
 *
 * - `lac`, least ambiguous sets: its probability. Smallest sets; a row may get none, which says that it is atypical;
 * - `aps`, adaptive sets: the mass of the classes that are less probable, plus (1 − u) of its own;
 * - `raps`: `aps`, less `penalty` for each place of its rank beyond `freeRank`: shorter sets for many classes.
 *
 * @see Sadinle, Lei & Wasserman, JASA 114 (2019); Romano, Sesia & Candès, NeurIPS 2020; Angelopoulos, Bates, Malik &
 *   Jordan, ICLR 2021
 */
export type ConformalMethod = "lac" | "aps" | "raps";

export interface ConformityOptions {
  readonly method: ConformalMethod;
  /** Of `raps`, ≥ 0. */
  readonly penalty: number;
  /** Of `raps`: ranks up to this one, from 1 for the most probable class, cost nothing. */
  readonly freeRank: number;
}

/**
 * Conformity of each class of the row that begins at `start`: 1 − s, where s is the score of the papers. Large is usual.
 * The small numbers that decide are never taken from 1: Σ over less probable classes, where a paper's s would be 1 − that.
 *
 * @param u in (0, 1]: the share of its own mass that counts against a class; 1 is the form without chance
 * @param output one number per class
 */
export type RowConformity = (values: Float64Array, start: number, u: number, output: Float64Array) => void;

/** The function of one method; it owns its scratch memory. */
export function rowConformity(
  { method, penalty, freeRank }: ConformityOptions,
  classCount: number,
): RowConformity {
  if (method === "lac")
    return (values, start, _u, output) => {
      for (let k = 0; k < classCount; k++) output[k] = values[start + k];
    };
  const order = Uint32Array.from({ length: classCount }, (_, k) => k);
  const weight = method === "raps" ? penalty : 0;
  return (values, start, u, output) => {
    sortAscending(values, start, order);
    // Equally probable classes are one block, none of them before another: reordering classes reorders the answer.
    let below = 0;
    for (let from = 0; from < classCount;) {
      const value = values[start + order[from]];
      let to = from + 1;
      while (to < classCount && values[start + order[to]] === value) to++;
      const block = (to - from) * value;
      const rank = classCount - to + 1;
      const conformity = below + (1 - u) * block - weight * Math.max(0, rank - freeRank);
      for (let i = from; i < to; i++) output[order[i]] = conformity;
      below += block;
      from = to;
    }
  };
}

/** Ciura's gaps for Shell's sort. Rows are short, and the order of the row before is a start as good as any. */
const gaps: readonly number[] = [701, 301, 132, 57, 23, 10, 4, 1];

/** Puts the places in `order` so that values[start + place] ascend. In place, nothing allocated. */
function sortAscending(values: Float64Array, start: number, order: Uint32Array): void {
  for (const gap of gaps)
    for (let i = gap; i < order.length; i++) {
      const place = order[i];
      const value = values[start + place];
      let j = i;
      for (; j >= gap && values[start + order[j - gap]] > value; j -= gap) order[j] = order[j - gap];
      order[j] = place;
    }
}

/** @throws InputError when a method has no such name, or its options are outside their range */
export function checkConformity(where: string, { method, penalty, freeRank }: ConformityOptions): void {
  if (!["lac", "aps", "raps"].includes(method))
    throw new InputError(`${where}: method must be lac, aps or raps, got ${method}`);
  if (!(penalty >= 0 && penalty < Infinity))
    throw new InputError(`${where}: penalty must be a number ≥ 0, got ${penalty}`);
  if (!Number.isSafeInteger(freeRank) || freeRank < 0)
    throw new InputError(`${where}: freeRank must be a whole number ≥ 0, got ${freeRank}`);
}
