import { foldsOf, takeRows, type Labels, type Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createIdentity } from "./calibrator.ts";
import {
  fitCalibrator,
  methods as allMethods,
  type ClassCalibrator,
  type Method,
  type MethodFit,
} from "./methods.ts";
import { checkCalibrationRows, type CalibrationOptions, type StartOptions } from "./rows.ts";
import { heldOutScores, pairedDifference, summaryOf, type HeldOut } from "./held-out.ts";
import { reasonFor } from "./reason.ts";

export interface ChooseOptions extends CalibrationOptions {
  /** Parts for cross-validation, 2 to 255; fewer where there are fewer rows. Default 10. */
  readonly folds?: number;
  /** Of the division. Default 0. */
  readonly seed?: number;
  /**
   * What to try; "identity" always is. One that is named is tried however few the rows. Default: all whose numbers the
   * rows can bear, ten rows for each (isotonic: a thousand rows).
   */
  readonly methods?: readonly Method[] | undefined;
  /** The group of each row: groups stay whole in the folds, and count as one in standard errors. */
  readonly groups?: ArrayLike<number> | undefined;
  /** With fewer rows than this the answer is to leave the model alone. Default 100. */
  readonly fewestRows?: number;
  /**
   * Of more rows than this some so many, drawn class by class with the seed, groups whole, are what the methods are judged
   * on; more where a class would have fewer than ten. Infinity judges on all. Default 10,000.
   */
  readonly mostRows?: number;
}

/** One method and what rows that it had not seen say of it. */
export interface Candidate {
  readonly kind: Method;
  readonly parameterCount: number;
  /** Mean over held-out rows, in nats; Infinity where a true class was given probability 0. Null when it was not tried. */
  readonly logLoss: number | null;
  /** Of that mean. */
  readonly standardError: number | null;
  /** How much higher the log-loss is than the best candidate's, and the standard error of it, row by row. */
  readonly excess: number | null;
  readonly excessError: number | null;
  /** Mean over held-out rows of Σₖ (pₖ − yₖ)², in [0, 2]. */
  readonly brier: number | null;
  /** Why it was not tried, in words; null when it was. */
  readonly refusal: string | null;
}

export interface CalibratorChoice {
  /** Fitted on all rows. */
  readonly calibrator: ClassCalibrator;
  /** What the candidates' figures are from: all rows, or those drawn. */
  readonly judgedOn: number;
  readonly candidates: readonly Candidate[];
  /** Why this one, in words, with a warning where one is due. */
  readonly reason: string;
}

/**
 * Chooses a calibrator by cross-validation within the calibration rows: each method is fitted without a fold and judged on
 * it by log-loss. Of all methods whose log-loss is within one standard error of the best (of the difference, row by row)
 * the one with fewest numbers is taken, then fitted on all rows. "Leave it alone" (identity) is among them, and is also
 * the answer where the rows are too few.
 *
 * The held-out figures of the chosen one are a little too good, as of any that was chosen for its figures.
 *
 * @throws InputError as `checkCalibrationRows` says, or when an option is out of range
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), §7.10
 */
export function chooseCalibrator(
  logits: Logits,
  labels: Labels,
  options: ChooseOptions = {},
): CalibratorChoice {
  checkCalibrationRows("chooseCalibrator", logits, labels, options.sampleWeights);
  checkOptions(logits.rows, options);
  const places = drawnRows(labels, options);
  if (places === null) return judge(logits, labels, options);
  const at = (values: ArrayLike<number> | undefined) =>
    values && Float64Array.from(places, (row) => values[row]);
  const choice = judge(rowsAt(logits, places), labelsAt(labels, places), {
    ...options,
    groups: at(options.groups),
    sampleWeights: at(options.sampleWeights),
  });
  const { kind } = choice.calibrator;
  return {
    ...choice,
    calibrator: fitCalibrator(kind, logits, labels, { sampleWeights: options.sampleWeights }),
    reason: `${choice.reason}; judged on ${places.length} of the ${logits.rows} rows, drawn class by class${kind === "identity" ? "" : ", then fitted on all"}`,
  };
}

/** Chooses on all of these rows. */
function judge(
  logits: Logits,
  labels: Labels,
  { folds = 10, seed = 0, methods, groups, fewestRows = 100, sampleWeights }: ChooseOptions,
): CalibratorChoice {
  const wanted = allMethods.filter(({ kind }) => kind === "identity" || !methods || methods.includes(kind));
  const tooFew = (why: string): CalibratorChoice => ({
    calibrator: createIdentity(),
    candidates: wanted.map((method) => untried(method, logits.columns, why)),
    judgedOn: logits.rows,
    reason: `too few rows to calibrate: ${why}; the model is left as it is`,
  });
  if (logits.rows < fewestRows) return tooFew(`${logits.rows} rows, and at least ${fewestRows} are wanted`);
  const units = groups ? new Set(Array.from(groups)).size : logits.rows;
  if (units < 2) return tooFew("all rows are of one group");
  const [foldOfRow] = foldsOf(labels, { folds: Math.min(folds, units), seed, groups });
  const lonely = classOfOneFold(labels, foldOfRow, sampleWeights);
  if (lonely !== null)
    return tooFew(
      `class "${labels.classes[lonely]}" has rows in one fold only, so a fit without that fold knows nothing of it`,
    );

  const trials = wanted.map((method): Trial => {
    const needed = methods ? 0 : 10 * method.size(logits.columns);
    if (logits.rows < needed)
      return { method, refusal: `it needs ${needed} rows, and there are ${logits.rows}` };
    const calibrator = method.fit(logits, labels, { sampleWeights });
    const heldOut = crossFit(method, logits, labels, foldOfRow, { sampleWeights, start: calibrator.numbers });
    return { method, calibrator, heldOut, summary: summaryOf(heldOut, sampleWeights, groups) };
  });
  const tried = trials.filter((trial) => "heldOut" in trial);
  const best = tried.reduce((least, each) => (each.summary.logLoss < least.summary.logLoss ? each : least));
  const candidates = trials.map((trial): Candidate => {
    if ("refusal" in trial) return untried(trial.method, logits.columns, trial.refusal);
    const { calibrator, heldOut, summary } = trial;
    const difference = pairedDifference(heldOut, best.heldOut, sampleWeights, groups);
    const { kind, parameterCount } = calibrator;
    return { kind, parameterCount, ...summary, ...difference, refusal: null };
  });
  const chosen = simplestNearBest(candidates);
  const { calibrator } = tried.find(({ method }) => method.kind === chosen.kind) ?? best;
  return { calibrator, candidates, judgedOn: logits.rows, reason: reasonFor(chosen, candidates) };
}

/** Each class needs so many rows, that count, among those drawn. */
const FEWEST_OF_CLASS = 10;

/** One fold of so many that it has `mostRows`; larger ones where a class has too few. Null for all rows. */
function drawnRows(
  labels: Labels,
  { seed = 0, groups, mostRows = 10_000, sampleWeights }: ChooseOptions,
): Uint32Array | null {
  const rows = labels.indices.length;
  const units = groups ? new Set(Array.from(groups)).size : rows;
  let parts = Math.min(255, units, Math.floor(rows / mostRows));
  for (; parts >= 2; parts = parts >> 1) {
    const [partOfRow] = foldsOf(labels, { folds: parts, seed, groups });
    const counts = new Uint32Array(labels.classes.length);
    const places = new Uint32Array(rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (partOfRow[row] !== 0) continue;
      places[count++] = row;
      if (sampleWeights?.[row] !== 0) counts[labels.indices[row]]++;
    }
    if (counts.every((each) => each >= FEWEST_OF_CLASS)) return places.subarray(0, count);
  }
  return null;
}

type Trial =
  | { readonly method: MethodFit; readonly refusal: string }
  | {
      readonly method: MethodFit;
      readonly calibrator: ClassCalibrator;
      readonly heldOut: HeldOut;
      readonly summary: { logLoss: number; standardError: number; brier: number };
    };

function untried({ kind, size }: MethodFit, classCount: number, refusal: string): Candidate {
  return {
    kind,
    parameterCount: size(classCount),
    logLoss: null,
    standardError: null,
    excess: null,
    excessError: null,
    brier: null,
    refusal,
  };
}

/** Scores of every row from a calibrator fitted without its fold. */
function crossFit(
  method: MethodFit,
  logits: Logits,
  labels: Labels,
  foldOfRow: Uint8Array,
  { sampleWeights, start }: StartOptions,
): HeldOut {
  const output = { losses: new Float64Array(logits.rows), distances: new Float64Array(logits.rows) };
  const last = foldOfRow.reduce((most, fold) => Math.max(most, fold), 0);
  const all = Uint32Array.from(foldOfRow.keys());
  for (let fold = 0; fold <= last; fold++) {
    const held = all.filter((row) => foldOfRow[row] === fold);
    if (held.length === 0) continue;
    const rest = all.filter((row) => foldOfRow[row] !== fold);
    const weights = sampleWeights && Float64Array.from(rest, (row) => sampleWeights[row]);
    const calibrator = method.fit(rowsAt(logits, rest), labelsAt(labels, rest), {
      sampleWeights: weights,
      start,
    });
    const scores = heldOutScores(calibrator.apply(rowsAt(logits, held)), labelsAt(labels, held));
    held.forEach((row, i) => {
      output.losses[row] = scores.losses[i];
      output.distances[row] = scores.distances[i];
    });
  }
  return output;
}

function rowsAt(logits: Logits, places: Uint32Array): Logits {
  return { ...takeRows(logits, places), unit: "logits" };
}

function labelsAt({ classes, indices }: Labels, places: Uint32Array): Labels {
  return { classes, indices: Int32Array.from(places, (row) => indices[row]) };
}

/** A class all of whose rows (that count) are in one fold, or null. */
function classOfOneFold(
  { classes, indices }: Labels,
  foldOfRow: Uint8Array,
  sampleWeights: ArrayLike<number> | undefined,
): number | null {
  const seen = classes.map(() => new Set<number>());
  indices.forEach((label, row) => {
    if (!sampleWeights || sampleWeights[row] > 0) seen[label].add(foldOfRow[row]);
  });
  const lonely = seen.findIndex((folds) => folds.size < 2);
  return lonely < 0 ? null : lonely;
}

function simplestNearBest(candidates: readonly Candidate[]): Candidate {
  const near = candidates.filter(
    ({ excess, excessError }) => excess !== null && excessError !== null && excess <= excessError,
  );
  return near.reduce((simplest, each) => {
    const fewer = each.parameterCount - simplest.parameterCount;
    return fewer < 0 || (fewer === 0 && (each.excess ?? 0) < (simplest.excess ?? 0)) ? each : simplest;
  });
}

function checkOptions(
  rows: number,
  { folds = 10, methods, groups, fewestRows = 100, mostRows = 10_000 }: ChooseOptions,
): void {
  if (!Number.isInteger(folds) || folds < 2 || folds > 255)
    throw new InputError(`chooseCalibrator: folds must be a whole number from 2 to 255, got ${folds}`);
  if (!(fewestRows >= 0))
    throw new InputError(`chooseCalibrator: fewestRows must be 0 or more, got ${fewestRows}`);
  if (!(mostRows >= 1)) throw new InputError(`chooseCalibrator: mostRows must be 1 or more, got ${mostRows}`);
  const known = allMethods.map(({ kind }) => kind);
  const unknown = methods?.find((kind) => !known.includes(kind));
  if (unknown !== undefined)
    throw new InputError(`chooseCalibrator: methods must be of ${known.join(", ")}, got "${unknown}"`);
  if (groups && groups.length !== rows)
    throw new InputError(`chooseCalibrator: needs one group per row, got ${groups.length} for ${rows} rows`);
}
