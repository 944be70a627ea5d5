import { InputError } from "../errors/index.ts";

/**
 * The rank k = ⌈(rows + 1) · coverage⌉ of the score that becomes the threshold. `coverage` means the decimal as it was
 * written: 0.9 · 10 is 9, whatever the binary fraction nearest to 0.9. Above `rows` nothing can be promised.
 */
export function conformalRank(rows: number, coverage: number): number {
  const product = (rows + 1) * coverage;
  const whole = Math.round(product);
  // Coverage and product were each rounded by at most 2⁻⁵³ of themselves: so near a whole number it is that number.
  return Math.abs(product - whole) <= product * 2 ** -51 ? whole : Math.ceil(product);
}

/**
 * The largest coverage that so many rows can promise: rows / (rows + 1). 19 rows reach 0.95, 99 reach 0.99, none reach 1.
 *
 * @throws InputError when rows is not a whole number ≥ 0
 */
export function feasibleCoverage(rows: number): number {
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new InputError(`feasibleCoverage: rows must be a whole number ≥ 0, got ${rows}`);
  return rows / (rows + 1);
}

/**
 * The fewest rows that can promise a coverage: ⌈1/(1 − coverage)⌉ − 1. 0.95 takes 19, 0.99 takes 99; with classes or
 * groups promised one by one, as many of each.
 *
 * @throws InputError when coverage is not in (0, 1)
 */
export function rowsNeeded(coverage: number): number {
  checkCoverage("rowsNeeded", coverage);
  let rows = Math.ceil(1 / (1 - coverage)); // the decimal may ask for one more or fewer
  while (conformalRank(rows, coverage) > rows) rows++;
  while (rows > 1 && conformalRank(rows - 1, coverage) <= rows - 1) rows--;
  return rows;
}

/** @param rows what there is, for the message when certainty is asked for */
export function checkCoverage(where: string, coverage: number, rows?: number): void {
  if (coverage > 0 && coverage < 1) return;
  const feasible = rows === undefined ? "" : `; ${rows} rows can promise ${feasibleText(rows)}`;
  if (coverage === 1)
    throw new InputError(`${where}: a coverage of 1 can be promised from no number of rows${feasible}`);
  throw new InputError(`${where}: coverage must be above 0 and below 1, got ${coverage}${feasible}`);
}

/** Rows, classes or groups that get a threshold of their own, by name, each with its number of rows. */
export interface Portion {
  readonly name: string;
  readonly rows: number;
}

/** @throws InputError that says which of the portions have too few rows for the coverage, and how many it takes */
export function checkFeasible(
  where: string,
  coverage: number,
  by: "all" | "class" | "group",
  portions: readonly Portion[],
): void {
  const short = portions.filter(({ rows }) => conformalRank(rows, coverage) > rows);
  if (short.length === 0) return;
  const needed = rowsNeeded(coverage);
  if (by === "all")
    throw new InputError(
      `${where}: a coverage of ${coverage} needs at least ${needed} rows, got ${short[0].rows}, which can promise ${feasibleText(short[0].rows)}`,
    );
  const named = short.slice(0, 6).map(({ name, rows }) => `"${name}" has ${rows}`);
  if (short.length > 6) named.push(`${short.length - 6} more have too few`);
  const least = Math.min(...short.map(({ rows }) => rows));
  throw new InputError(
    `${where}: a coverage of ${coverage} for each ${by} needs at least ${needed} rows of it, but ${named.join(", ")}; ${least} ${least === 1 ? "row" : "rows"} can promise ${feasibleText(least)}`,
  );
}

/** Rounded down, so that what it says can be had. */
function feasibleText(rows: number): string {
  return rows === 0 ? "nothing" : `at most ${Math.floor(feasibleCoverage(rows) * 1e6) / 1e6}`;
}
