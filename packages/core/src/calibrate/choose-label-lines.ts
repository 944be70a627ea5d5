import { foldsOf, listOf, takeRows, type LabelSets, type Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkLabelScores, marksOf } from "../evaluate/label-scores.ts";
import { measureLabels } from "../evaluate/label-rows.ts";
import type { Calibrator } from "../model/index.ts";
import { createIdentity } from "./calibrator.ts";
import { fitCommonLine, fitLabelLines } from "./fit-label-lines.ts";
import { pairedDifference, summaryOf, type HeldOut } from "./held-out.ts";

export interface ChooseLabelOptions {
  /** Parts for cross-validation, 2 to 255. Default 5. */
  readonly folds?: number;
  /** Of the division. Default 0. */
  readonly seed?: number;
  /** The group of each row: groups stay whole in the folds, and count as one in standard errors. */
  readonly groups?: ArrayLike<number> | undefined;
  /** With fewer rows than this the answer is to leave the model alone. Default 100. */
  readonly fewestRows?: number;
}

/** One way to calibrate several labels, and what rows that it had not seen say of it. */
export interface LabelCandidate {
  /** `identity` leaves the model alone, `common` has one line for all labels, `shrunk` one each, held near the common one. */
  readonly kind: "identity" | "common" | "shrunk";
  /** How strongly, in rows' worth of certainty: see `fitLabelLines`. Infinity for `common`; null for `identity`. */
  readonly penalty: number | null;
  /** Mean over held-out rows and labels, in nats; null when it was not tried. */
  readonly logLoss: number | null;
  readonly standardError: number | null;
  /** How much higher than the best candidate's, and the standard error of it, row by row. */
  readonly excess: number | null;
  readonly excessError: number | null;
}

export interface LabelCalibration {
  /** Fitted on all rows: an identity, or a line per label. */
  readonly calibrator: Calibrator;
  readonly chosen: LabelCandidate;
  readonly candidates: readonly LabelCandidate[];
  /** Why this one, in words. */
  readonly reason: string;
  /** Labels that rows say nothing about, a sentence each. */
  readonly notes: readonly string[];
}

/** Weak to strong reading of each label's own rows: from a line that hardly moves to one that hardly is held. */
const penalties = [Infinity, 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1];

const ways: readonly Pick<LabelCandidate, "kind" | "penalty">[] = [
  { kind: "identity", penalty: null },
  ...penalties.map((penalty) => ({ kind: penalty === Infinity ? ("common" as const) : ("shrunk" as const), penalty })), // prettier-ignore
];

/**
 * Calibrates every label by a line in its log-odds, held near a line that all labels share: a label with many positives goes
 * its own way, one with five takes the common line. How strongly they are held is chosen by cross-validation within these
 * rows, by log-loss; of what is within one standard error of the best the simplest is taken, in the order: leave the model
 * alone, the common line, own lines held ever less.
 *
 * @param logits of rows that the model has not learned from; ±Infinity stays as it is
 * @throws InputError when logits and label sets do not fit together, or an option is out of range
 * @see Gelman & Hill, Data Analysis Using Regression and Multilevel/Hierarchical Models (2007), §12, for partial pooling
 */
export function chooseLabelCalibrator(
  logits: Logits,
  labelSets: LabelSets,
  { folds = 5, seed = 0, groups, fewestRows = 100 }: ChooseLabelOptions = {},
): LabelCalibration {
  const where = "chooseLabelCalibrator";
  checkLabelScores(where, logits, labelSets);
  if (!(fewestRows >= 0)) throw new InputError(`${where}: fewestRows must be 0 or more, got ${fewestRows}`);
  if (groups && groups.length !== logits.rows)
    throw new InputError(`${where}: needs one group per row, got ${groups.length} for ${logits.rows} rows`);
  const notes = silentLabels(labelSets);
  const units = groups ? new Set(Array.from(groups)).size : logits.rows;
  const refusal = refusalOf(labelSets, units, fewestRows);
  if (refusal !== null) {
    const candidates = ways.map(untried);
    const reason = `too little to calibrate on: ${refusal}; the model is left as it is`;
    return { calibrator: createIdentity(), chosen: candidates[0], candidates, reason, notes };
  }
  const rows: RowsOfLabels = { logits, labelSets };
  const oneClass = { classes: ["row"], indices: new Int32Array(logits.rows) };
  const [foldOfRow] = foldsOf(oneClass, { folds: Math.min(folds, units), seed, groups });
  const heldOut = crossFit(rows, foldOfRow);
  const candidates = judged(heldOut, groups);
  const chosen =
    candidates.find(({ excess, excessError }) => (excess ?? Infinity) <= (excessError ?? 0)) ?? candidates[0];
  return {
    calibrator: fitWay(chosen, rows),
    chosen,
    candidates,
    reason: reasonFor(chosen, candidates),
    notes,
  };
}

/** Why these rows are too few, or null. */
function refusalOf({ rows, values }: LabelSets, units: number, fewestRows: number): string | null {
  if (rows < fewestRows) return `${rows} rows, and at least ${fewestRows} are wanted`;
  if (units < 2) return units === rows ? "a single row" : "all rows are of one group";
  const marked = values.reduce((sum, mark) => sum + mark, 0);
  if (marked === 0) return "no row carries any label";
  return marked === values.length ? "every row carries all labels" : null;
}

interface RowsOfLabels {
  readonly logits: Logits;
  readonly labelSets: LabelSets;
}

function untried(way: Pick<LabelCandidate, "kind" | "penalty">): LabelCandidate {
  return { ...way, logLoss: null, standardError: null, excess: null, excessError: null };
}

function fitWay(
  { penalty }: Pick<LabelCandidate, "penalty">,
  { logits, labelSets }: RowsOfLabels,
): Calibrator {
  if (penalty === null) return createIdentity();
  return fitLabelLines(logits, labelSets, fitCommonLine(logits, labelSets), penalty);
}

/** Of each way the losses of every row, by a fit without its fold. */
function crossFit({ logits, labelSets }: RowsOfLabels, foldOfRow: Uint8Array): HeldOut[] {
  const output = ways.map(() => ({
    losses: new Float64Array(logits.rows),
    distances: new Float64Array(logits.rows),
  }));
  const all = Uint32Array.from(foldOfRow.keys());
  for (const fold of new Set(foldOfRow)) {
    const held = all.filter((row) => foldOfRow[row] === fold);
    const rest = all.filter((row) => foldOfRow[row] !== fold);
    const seen = rowsAt(logits, labelSets, rest);
    const unseen = rowsAt(logits, labelSets, held);
    const common = fitCommonLine(seen.logits, seen.labelSets);
    ways.forEach(({ penalty }, way) => {
      const mapped =
        penalty === null
          ? unseen.logits
          : fitLabelLines(seen.logits, seen.labelSets, common, penalty).apply(unseen.logits);
      const { loss, distance } = measureLabels(mapped, unseen.labelSets);
      held.forEach((row, i) => {
        output[way].losses[row] = loss[i];
        output[way].distances[row] = distance[i];
      });
    });
  }
  return output;
}

function rowsAt(logits: Logits, { names, rows, values }: LabelSets, places: Uint32Array): RowsOfLabels {
  const marks = takeRows({ rows, columns: names.length, values }, places);
  return {
    logits: { ...takeRows(logits, places), unit: "logits" },
    labelSets: { names, rows: places.length, values: marks.values },
  };
}

function judged(heldOut: readonly HeldOut[], groups: ArrayLike<number> | undefined): LabelCandidate[] {
  const summaries = heldOut.map((each) => summaryOf(each, undefined, groups));
  const least = summaries.reduce((best, { logLoss }, i) => (logLoss < summaries[best].logLoss ? i : best), 0);
  return ways.map((way, i) => ({
    ...way,
    logLoss: summaries[i].logLoss,
    standardError: summaries[i].standardError,
    ...pairedDifference(heldOut[i], heldOut[least], undefined, groups),
  }));
}

function reasonFor(chosen: LabelCandidate, candidates: readonly LabelCandidate[]): string {
  const best = candidates.find(({ excess }) => excess === 0) ?? chosen;
  const [identity] = candidates;
  const near =
    chosen === best
      ? ""
      : `; ${inWords(best)} reaches ${figure(best.logLoss)}, which is within one standard error (${figure(chosen.excessError)})`;
  if (chosen.kind === "identity")
    return `the model is left as it is: held-out log-loss ${figure(identity.logLoss)}${near}`;
  return `${inWords(chosen)}: held-out log-loss ${figure(chosen.logLoss)}, and ${figure(identity.logLoss)} without calibration${near}`;
}

function inWords({ kind, penalty }: LabelCandidate): string {
  if (kind === "identity") return "the model as it is";
  return kind === "common"
    ? "one line for all labels"
    : `a line per label, held near the common one (penalty ${penalty})`;
}

/** Four digits. */
function figure(value: number | null): string {
  return value !== null && Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "infinity";
}

function silentLabels(labelSets: LabelSets): string[] {
  const { names, rows } = labelSets;
  const counts = names.map((_, k) => marksOf(labelSets, k).reduce((sum, mark) => sum + mark, 0));
  const none = names.filter((_, k) => counts[k] === 0);
  const always = names.filter((_, k) => counts[k] === rows);
  return [
    ...(none.length > 0 ? [`no calibration row carries ${quoted(none)}: the common line stands in`] : []),
    ...(always.length > 0
      ? [`every calibration row carries ${quoted(always)}: the common line stands in`]
      : []),
  ];
}

function quoted(names: readonly string[]): string {
  return listOf(names.map((name) => `"${name}"`));
}
