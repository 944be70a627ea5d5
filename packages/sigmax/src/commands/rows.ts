import { InputError } from "@sigmax/core";
import {
  classTotals,
  roles,
  rowsWithRole,
  splitRows,
  takeRows,
  takeTableRows,
  type Labels,
  type LedgerEntry,
  type Matrix,
  type SplitShares,
  type Table,
} from "@sigmax/core/data";
import { isTable, type Source, type SourcePart } from "../sources/source.ts";
import { groupsIn, type CarriedFlags } from "./carried.ts";

/** Some rows of a source, and where each stands in it. */
export interface RowSet {
  readonly data: Matrix | Table;
  readonly labels: Labels;
  /** Place of each row in its part of the source; null where all rows were taken in order. */
  readonly places: Uint32Array | null;
}

/** The rows of a training run, and what the ledger will say of them. */
export interface TrainingRows {
  readonly train: RowSet;
  readonly test: RowSet | null;
  readonly ledger: readonly LedgerEntry[];
}

/**
 * Divides a source: by its own split, by `--test`, or by shares, stratified and seeded. Where the test rows are given,
 * shares divide the others.
 *
 * @param carried whose group stays together
 * @param split shares as the user wrote them, "none", or undefined for the default
 */
export async function divideRows(
  source: Source,
  test: Source | null,
  split: string | undefined,
  seed: number,
  carried: CarriedFlags = {},
): Promise<TrainingRows> {
  const [first, second] = source.parts;
  if (test !== null && second !== undefined)
    throw new InputError(
      `--test: ${source.name} brings its own test rows; name ${source.name}:train to train on its training rows only`,
    );
  if (second !== undefined || test !== null) {
    const why = second ? `${source.name} brings its own test rows` : "the test rows are given by --test";
    const shares = split === undefined || split === "none" ? null : parseShares(split, why);
    const [testSource, testPart] = second ? [source, second] : [test ?? source, allRows(test ?? source)];
    if ((await first.sha256) === (await testPart.sha256))
      throw new InputError(
        `--test: ${testSource.name} holds the very rows of ${source.name}, and rows that train cannot test; leave --test out to hold some back`,
      );
    const testEntry = await entryOf(testSource, testPart, "test");
    if (shares === null)
      return {
        train: wholePart(first),
        test: wholePart(testPart),
        ledger: [await entryOf(source, first, "train"), testEntry],
      };
    const rowRoles = splitRows(first.labels, shares, { seed, groups: groupsIn(first.data, carried) });
    return {
      train: pickRows(first, rowsWithRole(rowRoles, "train")),
      test: wholePart(testPart),
      ledger: [{ ...(await entryOf(source, first, "train")), rowRoles }, testEntry],
    };
  }
  if (split === "none")
    return { train: wholePart(first), test: null, ledger: [await entryOf(source, first, "train")] };
  const rowRoles = splitRows(
    first.labels,
    split === undefined ? { train: 0.8, test: 0.2 } : parseShares(split),
    { seed, groups: groupsIn(first.data, carried) },
  );
  const testRows = rowsWithRole(rowRoles, "test");
  return {
    train: pickRows(first, rowsWithRole(rowRoles, "train")),
    test: testRows.length === 0 ? null : pickRows(first, testRows),
    ledger: [{ source: source.name, sha256: await first.sha256, rowRoles }],
  };
}

/** The class with the fewest rows. */
export function rarestClass(labels: Labels): { readonly name: string; readonly rows: number } {
  const counts = classTotals(labels, null);
  const rows = counts.reduce((least, count) => Math.min(least, count), Infinity);
  return { name: labels.classes[counts.indexOf(rows)], rows };
}

export function wholePart({ data, labels }: SourcePart): RowSet {
  return { data, labels, places: null };
}

/** Some rows of a matrix or a table, in the order of `places`. */
export function takeAny(data: Matrix | Table, places: Uint32Array): Matrix | Table {
  return isTable(data) ? takeTableRows(data, places) : takeRows(data, places);
}

export function pickRows({ data, labels }: SourcePart, places: Uint32Array): RowSet {
  return {
    data: takeAny(data, places),
    labels: { classes: labels.classes, indices: Int32Array.from(places, (row) => labels.indices[row]) },
    places,
  };
}

/** The one part of a source that is used as a whole: a data set with its own split offers its test rows. */
function allRows(source: Source): SourcePart {
  return source.parts.find((part) => part.name === "test") ?? source.parts[0];
}

async function entryOf(source: Source, part: SourcePart, role: "train" | "test"): Promise<LedgerEntry> {
  const name = part.name === "all" || source.name.includes(":") ? source.name : `${source.name}:${part.name}`;
  const rowRoles = new Uint8Array(part.data.rows).fill(roles.indexOf(role));
  return { source: name, sha256: await part.sha256, rowRoles };
}

/**
 * "0.8/0.2" is train/test, "0.7/0.1/0.1/0.1" train/calibrate/guarantee/test.
 *
 * @param given why the test rows have no share: then "0.8/0.1/0.1" is train/calibrate/guarantee
 */
function parseShares(text: string, given?: string): SplitShares {
  const shares = text.split("/").map((share) => (share.trim() === "" ? Number.NaN : Number(share)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const lengths = given === undefined ? [2, 4] : [3];
  if (
    !lengths.includes(shares.length) ||
    !(Math.abs(total - 1) < 1e-9) ||
    !shares.every((share) => share >= 0)
  )
    throw new InputError(
      given === undefined
        ? `--split: expected shares that sum to 1, train/test (0.8/0.2) or train/calibrate/guarantee/test (0.7/0.1/0.1/0.1), or none; got ${text}`
        : `--split: ${given}, so expected shares of the others that sum to 1, train/calibrate/guarantee (0.8/0.1/0.1); got ${text}`,
    );
  const [train, second, third, fourth] = shares;
  if (given !== undefined) return { train, calibrate: second, guarantee: third };
  return shares.length === 2
    ? { train, test: second }
    : { train, calibrate: second, guarantee: third, test: fourth };
}
