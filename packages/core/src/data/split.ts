import { InputError } from "../errors/index.ts";
import { createGenerator, shuffle } from "../random/index.ts";
import type { Labels } from "./labels.ts";
import { splitGroups } from "./split-groups.ts";

/**
 * What a row is spent on, once: `train` fits weights, `calibrate` fits calibrators and thresholds,
 * `guarantee` fits conformal quantiles and risk bounds, `test` measures, `validate` says when training is to stop.
 * `unused` rows were not looked at.
 */
export const roles = ["unused", "train", "calibrate", "guarantee", "test", "validate"] as const;
export type Role = (typeof roles)[number];

/** Shares of the rows, each at least 0, together 1. */
export interface SplitShares {
  readonly train: number;
  readonly calibrate?: number;
  readonly guarantee?: number;
  readonly test?: number;
}

/**
 * Gives every row a role at random, class by class (stratified), so that each role has nearly the same
 * class shares. Rounding goes by largest remainder over all rows. With `groups` the rows of one group stay
 * together, and the shares come out as near as whole groups allow.
 *
 * @param groups the group of each row, as whole numbers
 * @returns one index into `roles` per row
 * @throws InputError when the shares do not sum to 1, or a class has fewer rows than there are roles to fill
 */
export function splitRows(
  labels: Labels,
  shares: SplitShares,
  { seed = 0, groups }: { seed?: number; groups?: ArrayLike<number> | undefined } = {},
): Uint8Array {
  const parts: [role: number, share: number][] = (["train", "calibrate", "guarantee", "test"] as const)
    .map((role): [number, number] => [roles.indexOf(role), shares[role] ?? 0])
    .filter(([, share]) => share !== 0);
  const total = parts.reduce((sum, [, share]) => sum + share, 0);
  if (parts.some(([, share]) => !(share > 0)) || Math.abs(total - 1) > 1e-9 || !(shares.train > 0))
    throw new InputError(
      `split: shares must be positive numbers that sum to 1, with some rows to train on, got ${Object.entries(
        shares,
      )
        .map(([role, share]) => `${role} ${share}`)
        .join(", ")}`,
    );
  const generator = createGenerator(seed);
  if (groups) {
    if (groups.length !== labels.indices.length)
      throw new InputError(
        `split: needs one group per row, got ${groups.length} for ${labels.indices.length} rows`,
      );
    const shareOfPart = parts.map(([, share]) => share);
    return splitGroups(labels, groups, shareOfPart, generator).map((part) => parts[part][0]);
  }
  const output = new Uint8Array(labels.indices.length);
  const given = parts.map(() => 0); // rows handed to each role so far, over all classes
  let seen = 0;
  for (let k = 0; k < labels.classes.length; k++) {
    const rows = Uint32Array.from(rowsOfClass(labels, k));
    if (rows.length === 0) continue;
    if (rows.length < parts.length)
      throw new InputError(
        `split: class "${labels.classes[k]}" has ${rows.length} ${rows.length === 1 ? "row" : "rows"}, but ${parts.length} parts (${parts.map(([role]) => roles[role]).join(", ")}) need at least one each; add rows, leave the class out, or train on all rows`,
      );
    shuffle(rows, generator);
    seen += rows.length;
    const counts = parts.map(([, share]) => Math.max(1, Math.floor(share * rows.length)));
    let rest = rows.length - counts.reduce((sum, count) => sum + count, 0);
    // What is left goes to the role that is furthest behind its share of all rows so far.
    for (; rest !== 0; rest -= Math.sign(rest)) {
      const behind = parts.map(([, share], i) => share * seen - given[i] - counts[i]);
      const open = parts.map((_, i) => i).filter((i) => rest > 0 || counts[i] > 1);
      const pick = open.reduce(
        (best, i) => (Math.sign(rest) * (behind[i] - behind[best]) > 0 ? i : best),
        open[0],
      );
      counts[pick] += Math.sign(rest);
    }
    let start = 0;
    counts.forEach((count, i) => {
      for (const row of rows.subarray(start, start + count)) output[row] = parts[i][0];
      start += count;
      given[i] += count;
    });
  }
  return output;
}

/** The rows that have a role, ascending. */
export function rowsWithRole(rowRoles: Uint8Array, role: Role): Uint32Array {
  const wanted = roles.indexOf(role);
  const rows: number[] = [];
  rowRoles.forEach((given, row) => {
    if (given === wanted) rows.push(row);
  });
  return Uint32Array.from(rows);
}

function rowsOfClass(labels: Labels, k: number): number[] {
  const rows: number[] = [];
  labels.indices.forEach((index, row) => {
    if (index === k) rows.push(row);
  });
  return rows;
}
