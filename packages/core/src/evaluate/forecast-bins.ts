import { InputError } from "../errors/index.ts";
import { binOf } from "./bins.ts";
import { sortForecasts, type Forecasts } from "./forecasts.ts";

export interface BinOptions {
  /** How many, 1 to 10,000. Default 15. */
  readonly bins?: number;
  /**
   * `width`: (low, high] of equal width, 0 in the first. `mass`: of equal size as near as may be, cut between
   * different probabilities only, so equal ones stay together; there may then be fewer bins. Default `width`.
   */
  readonly binning?: "width" | "mass";
}

/** Rows of one bin, sums over them. A bin has rows, or it is left out. */
export interface ForecastBin {
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean of their probabilities, and the share that happened. */
  readonly forecast: number;
  readonly frequency: number;
}

/** @throws InputError when an option is outside its range */
export function checkBinOptions(where: string, { bins = 15, binning = "width" }: BinOptions): void {
  if (!Number.isInteger(bins) || bins < 1 || bins > 10_000)
    throw new InputError(`${where}: bins must be a whole number from 1 to 10,000, got ${bins}`);
  if (binning !== "width" && binning !== "mass")
    throw new InputError(`${where}: binning must be "width" or "mass", got ${String(binning)}`);
}

/** The bins that have rows, ascending. */
export function binForecasts(
  forecasts: Forecasts,
  { bins = 15, binning = "width" }: BinOptions,
): ForecastBin[] {
  return binning === "width" ? equalWidth(forecasts, bins) : equalMass(sortForecasts(forecasts), bins);
}

function equalWidth({ probability, happened }: Forecasts, bins: number): ForecastBin[] {
  const rows = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const events = new Float64Array(bins);
  for (let row = 0; row < probability.length; row++) {
    const bin = binOf(probability[row], bins);
    rows[bin]++;
    sums[bin] += probability[row];
    events[bin] += happened[row];
  }
  const all = Array.from(rows, (count, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    rows: count,
    forecast: Math.min(1, sums[bin] / count),
    frequency: events[bin] / count,
  }));
  return all.filter((bin) => bin.rows > 0);
}

/** Bin b ends at rank ⌊(b + 1)n/bins⌋, or behind the probabilities that equal the last one before it. */
function equalMass({ probability, happened }: Forecasts, bins: number): ForecastBin[] {
  const n = probability.length;
  const output: ForecastBin[] = [];
  for (let bin = 0, start = 0; bin < bins; bin++) {
    let end = Math.floor(((bin + 1) * n) / bins);
    if (end <= start) continue;
    while (end < n && probability[end] === probability[end - 1]) end++;
    let sum = 0;
    let events = 0;
    for (let row = start; row < end; row++) {
      sum += probability[row];
      events += happened[row];
    }
    const rows = end - start;
    output.push({
      low: probability[start],
      high: probability[end - 1],
      rows,
      forecast: Math.min(1, sum / rows),
      frequency: events / rows,
    });
    start = end;
  }
  return output;
}
