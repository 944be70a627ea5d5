import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores } from "../evaluate/scores.ts";
import { log, log1p } from "../kernels/elementary.ts";
import { betaQuantile } from "../statistics/index.ts";
import { checkShare } from "./check.ts";
import { rankRows, type Ranking } from "./ranking.ts";
import { percent } from "./sentences.ts";

export interface SelectiveOptions {
  /** The largest share of wrong labels among accepted rows, in (0, 1). */
  readonly targetRisk: number;
  /** 1 − δ: with this chance, over the rows kept for the guarantee, the promise holds. Default 0.9. */
  readonly confidence?: number;
  /** Default "ltt", which needs fewer rows. */
  readonly method?: "sgr" | "ltt";
}

/** Which rows may be accepted under a promise, and the promise. */
export interface Selective {
  readonly feasible: boolean;
  readonly method: "sgr" | "ltt";
  readonly targetRisk: number;
  readonly confidence: number;
  /** Rows are accepted whose largest probability is above this, strictly; 1 when nothing can be promised. */
  readonly threshold: number;
  /** Rows kept for the guarantee; of them, how many are accepted, and how many of those have a wrong label. */
  readonly rows: number;
  readonly accepted: number;
  readonly errors: number;
  readonly coverage: number;
  /** Upper bound of the risk among accepted rows, ≤ targetRisk; null when nothing can be promised. */
  readonly bound: number | null;
  /** The fewest rows that could carry this promise: all of them accepted, without an error. */
  readonly rowsNeeded: number;
  /** What is promised, or what would be needed. */
  readonly sentence: string;
}

/**
 * Selective classification with a guaranteed risk: the loosest threshold on the largest probability for which the share of
 * wrong labels among accepted rows is at most `targetRisk`, with `confidence` over the rows that were kept for this. New
 * rows must come from where these came from.
 *
 * Given the next lower probability, the n rows above it are a random sample of what the rule accepts, so their k errors are
 * binomial, and the bound b at level δ′ solves P(Bin(n, b) ≤ k) = δ′ (Clopper and Pearson's).
 * - "sgr": a binary search over thresholds, ⌈log₂ m⌉ bounds for m rows, each at δ/⌈log₂ m⌉.
 * - "ltt": learn, then test, in a fixed sequence: from a first n to all rows in twenty steps of equal size, each at δ, up
 *   to the first that fails. The first n is the fewest that can pass with two errors, or with one, if that is at most a
 *   quarter of the rows; else without any. The steps are set before a label is seen. It asks that the risk, once above
 *   the target as the threshold falls, stays above it.
 *
 * @param labels on rows that served for nothing else
 * @throws InputError when probabilities and labels do not fit together, or a share is not in (0, 1)
 * @see Geifman & El-Yaniv, Selective classification for deep neural networks, NeurIPS 2017, algorithm 2; Angelopoulos,
 *   Bates, Candès, Jordan & Lei, Learn then test, Annals of Applied Statistics (2025), fixed sequence testing
 */
export function fitSelective(
  probabilities: Probabilities,
  labels: Labels,
  { targetRisk, confidence = 0.9, method = "ltt" }: SelectiveOptions,
): Selective {
  checkShare("fitSelective", "targetRisk", targetRisk);
  checkShare("fitSelective", "confidence", confidence);
  checkScores("fitSelective", probabilities, labels);
  if (method !== "sgr" && method !== "ltt")
    throw new InputError(`fitSelective: method must be "sgr" or "ltt", got ${String(method)}`);
  const ranking = rankRows(probabilities, labels);
  const search = method === "sgr" ? bySearch : bySequence;
  const { passed, level, closest } = search(ranking, targetRisk, 1 - confidence);
  const rowsNeeded = rowsWithErrors(0, targetRisk, level);
  const common = { method, targetRisk, confidence, rows: ranking.rows, rowsNeeded };
  if (passed < 0)
    return {
      ...common,
      feasible: false,
      threshold: 1,
      accepted: 0,
      errors: 0,
      coverage: 0,
      bound: null,
      sentence: refusal(common, ranking, closest),
    };
  const { accepted, errors, bound } = boundAt(ranking, passed, level);
  return {
    ...common,
    feasible: true,
    threshold: thresholdBelow(ranking, passed),
    accepted,
    errors,
    coverage: accepted / ranking.rows,
    bound,
    sentence: `in at most ${percent(targetRisk)} of accepted cases the label is wrong, with confidence ${percent(confidence)}, from ${ranking.rows} rows kept for this`,
  };
}

interface Found {
  /** The last place of the ranking that is accepted, −1 for none. */
  readonly passed: number;
  /** δ′ of each bound. */
  readonly level: number;
  /** The place with the smallest bound that was tried. */
  readonly closest: number;
}

function bySearch(ranking: Ranking, targetRisk: number, delta: number): Found {
  const { rows } = ranking;
  const steps = Math.max(1, 32 - Math.clz32(rows - 1));
  const level = delta / steps;
  let passed = -1;
  let closest = -1;
  let least = Infinity;
  // Accepted counts low … high are still open; fewer than low would not pass even without an error.
  let low = Math.min(rows, rowsWithErrors(0, targetRisk, level));
  for (let step = 0, high = rows; step < steps && low <= high; step++) {
    const count = (low + high) >> 1;
    const place = placeOf(ranking, count);
    const { bound } = boundAt(ranking, place, level);
    if (bound < least) [least, closest] = [bound, place];
    if (bound <= targetRisk) {
      passed = Math.max(passed, place);
      low = count + 1;
    } else high = count - 1;
  }
  return { passed, level, closest };
}

function bySequence(ranking: Ranking, targetRisk: number, delta: number): Found {
  const { rows } = ranking;
  const first = firstCount(rows, targetRisk, delta);
  const step = Math.max(1, Math.ceil((rows - first) / 20));
  let passed = -1;
  for (let count = first; ; count = Math.min(rows, count + step)) {
    const place = placeOf(ranking, count);
    if (boundAt(ranking, place, delta).bound > targetRisk) break;
    passed = place;
    if (count === rows) break;
  }
  return { passed, level: delta, closest: placeOf(ranking, first) };
}

/** Where the sequence begins: one early mistake need not end it where there are rows enough. */
function firstCount(rows: number, targetRisk: number, delta: number): number {
  for (const errors of [2, 1]) {
    const count = rowsWithErrors(errors, targetRisk, delta);
    if (count <= rows / 4) return count;
  }
  return Math.min(rows, rowsWithErrors(0, targetRisk, delta));
}

/** The place of the ranking up to which at least so many rows are accepted, equal ones together. */
function placeOf({ accepted }: Ranking, count: number): number {
  let low = 0;
  for (let high = accepted.length - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (accepted[middle] < count) low = middle + 1;
    else high = middle;
  }
  return low;
}

function boundAt(
  { accepted, errorsAccepted }: Ranking,
  place: number,
  level: number,
): { accepted: number; errors: number; bound: number } {
  const [n, k] = [accepted[place], errorsAccepted[place]];
  return { accepted: n, errors: k, bound: k === n ? 1 : betaQuantile(1 - level, k + 1, n - k) };
}

/** The next lower probability among the rows: what is strictly above it is accepted. 0 where all are. */
function thresholdBelow({ levels }: Ranking, place: number): number {
  return place + 1 < levels.length ? levels[place + 1] : 0;
}

/** The fewest rows of which so many may be wrong, for a bound of at most the risk; without errors (1 − risk)ⁿ ≤ level. */
function rowsWithErrors(errors: number, risk: number, level: number): number {
  let n = Math.max(errors + 1, Math.floor(log(level) / log1p(-risk)) - 1);
  while (betaQuantile(1 - level, errors + 1, n - errors) > risk) n++;
  return n;
}

function refusal(
  {
    targetRisk,
    confidence,
    rows,
    rowsNeeded,
  }: Pick<Selective, "targetRisk" | "confidence" | "rows" | "rowsNeeded">,
  ranking: Ranking,
  closest: number,
): string {
  const wish = `a risk of at most ${percent(targetRisk)} cannot be promised with confidence ${percent(confidence)} from ${rows} rows`;
  if (rows < rowsNeeded) return `${wish}: that takes at least ${rowsNeeded} rows, even without an error`;
  const { accepted, errors } = {
    accepted: ranking.accepted[closest],
    errors: ranking.errorsAccepted[closest],
  };
  return `${wish}: of the ${accepted} most certain ones ${errors} ${errors === 1 ? "has" : "have"} a wrong label, ${accepted === rowsNeeded ? `and ${rowsNeeded} without one would be needed` : "too many for that promise"}; keep more rows, or ask for less`;
}
