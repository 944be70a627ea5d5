import type { LabelSets, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLabelScores } from "../evaluate/label-scores.ts";
import { rowsNeeded } from "./feasibility.ts";

export interface MissedLabelsOptions {
  /** The share of a row's labels that its set may miss on average, in (0, 1). Default 0.1. */
  readonly alpha?: number;
}

/** A threshold for all labels of a row whose expected share of missed labels is proven. */
export interface MissedLabels {
  readonly alpha: number;
  /** Whether so few rows can promise it at all; if not, only the set of all labels keeps the promise. */
  readonly feasible: boolean;
  /** A row's set has the labels whose probability is at least this, λ̂ = 1 − threshold; 0 where not feasible. */
  readonly threshold: number;
  /** Rows that carry a label: those that count. */
  readonly rows: number;
  /** Mean share of their labels that these rows' sets miss; ≤ (alpha·(rows + 1) − 1) / rows. */
  readonly observed: number;
  /** (Σ share + 1) / (rows + 1), at most alpha where feasible. */
  readonly adjusted: number;
  /** Mean labels in a set, over all rows given. */
  readonly meanSize: number;
  /** What is promised, and for whom; or what is missing. */
  readonly sentence: string;
}

/**
 * Conformal risk control of the false-negative share: the highest threshold t so that the sets {k: pₖ ≥ t} miss at most
 * `alpha` of a new row's labels, on average over such rows and over the draw of these. Rows without labels have nothing to
 * miss: they are left out, so that they do not dilute the promise, which is then for rows that carry a label. The mean is
 * between alpha − 2 / (rows + 1) and alpha where no probabilities are equal (theorems 1 and 2).
 *
 * @param probabilities of rows kept for this: neither model, calibrator nor thresholds were fitted on them
 * @throws InputError when probabilities and label sets do not fit together, no row carries a label, or alpha is out of range
 * @see Angelopoulos, Bates, Fisch, Lei & Schuster, Conformal risk control, ICLR 2024 (arXiv:2208.02814)
 */
export function controlMissedLabels(
  probabilities: Probabilities,
  labelSets: LabelSets,
  { alpha = 0.1 }: MissedLabelsOptions = {},
): MissedLabels {
  const where = "controlMissedLabels";
  checkLabelScores(where, probabilities, labelSets);
  if (!(alpha > 0 && alpha < 1)) throw new InputError(`${where}: alpha must be in (0, 1), got ${alpha}`);
  const { values } = probabilities;
  const { levels, shares, rows } = carriedLabels(probabilities, labelSets);
  if (rows === 0) throw new InputError(`${where}: at least one row must carry a label, got none`);
  // Alpha is the decimal as it was written, as in `conformalRank`.
  const allowed = alpha * (rows + 1) * (1 + 2 ** -51) - 1;
  const feasible = allowed >= 0;
  const { missed, threshold } = feasible
    ? highestThreshold(levels, shares, allowed)
    : { missed: 0, threshold: 0 };
  let members = 0;
  for (let i = 0; i < values.length; i++) if (values[i] >= threshold) members++;
  const observed = missed / rows;
  const percent = `${Number((100 * alpha).toPrecision(4))} %`;
  return {
    alpha,
    feasible,
    threshold,
    rows,
    observed,
    adjusted: (missed + 1) / (rows + 1),
    meanSize: members / probabilities.rows,
    sentence: feasible
      ? `Of the labels that a row carries, the set of all labels with a probability of at least ${Number(threshold.toPrecision(4))} misses at most ${percent} on average, over rows like these that carry a label and over the draw of the ${rows} rows kept for this.`
      : `A share of at most ${percent} missed labels cannot be promised: that needs at least ${rowsNeeded(1 - alpha)} rows that carry a label, kept for this, and there are ${rows}.`,
  };
}

/** The probabilities of all labels that rows carry, ascending, each with its share among its row's labels. */
function carriedLabels({ rows, columns, values }: Probabilities, { values: marks }: LabelSets) {
  const places: number[] = [];
  const shareOfPlace = new Map<number, number>();
  let labeled = 0;
  for (let row = 0; row < rows; row++) {
    const own: number[] = [];
    for (let i = row * columns; i < (row + 1) * columns; i++) if (marks[i] === 1) own.push(i);
    if (own.length === 0) continue;
    labeled++;
    for (const i of own) {
      places.push(i);
      shareOfPlace.set(i, 1 / own.length);
    }
  }
  places.sort((a, b) => values[a] - values[b] || a - b);
  return {
    levels: Float64Array.from(places, (i) => values[i]),
    shares: Float64Array.from(places, (i) => shareOfPlace.get(i) ?? 0),
    rows: labeled,
  };
}

/**
 * As many of the least probable labels may be missed as the shares allow; equal probabilities go together. It ends, since
 * all shares sum to the rows, which is more than any alpha below 1 allows.
 */
function highestThreshold(
  levels: Float64Array,
  shares: Float64Array,
  allowed: number,
): { threshold: number; missed: number } {
  let missed = 0;
  for (let i = 0; ;) {
    let next = missed;
    let end = i;
    while (end < levels.length && levels[end] === levels[i]) next += shares[end++];
    // Three thirds may sum to a hair above 1.
    if (next > allowed * (1 + 1e-12)) return { threshold: levels[i], missed };
    missed = next;
    i = end;
  }
}
