import type { Labels, Logits } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { logSigmoid, softplus } from "../functions/index.ts";
import { fitLogistic } from "../optimize/index.ts";
import type { Calibrator } from "../model/index.ts";
import { checkApply, checkNumbers, type Fitted, type FitStatus } from "./calibrator.ts";
import { binaryRows, classCountOf, mapLogOdds, type BinaryRows } from "./log-odds.ts";
import { smoothedTargets, worst } from "./platt.ts";
import { checkCalibrationRows, type StartOptions } from "./rows.ts";

/** New log-odds a·ln p − b·ln(1 − p) + c: bends both ends of the probabilities apart. */
export interface Beta extends Calibrator {
  readonly kind: "beta";
  /** Of each one for two classes, for the probability of the second; else one per class. a and b are ≥ 0. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
}

/** @throws InputError unless a, b and c are finite and as many: one (two classes), or one per class; a and b ≥ 0 */
export function createBeta({ a, b, c }: Pick<Beta, "a" | "b" | "c">): Beta {
  checkNumbers("createBeta", "a", a);
  checkNumbers("createBeta", "b", b);
  checkNumbers("createBeta", "c", c);
  if (a.length !== b.length || a.length !== c.length || a.length === 2)
    throw new InputError(
      `createBeta: a, b and c must be as many, one for two classes and else one per class, got ${a.length}, ${b.length} and ${c.length}`,
    );
  const negative = [...a, ...b].find((value) => value < 0);
  if (negative !== undefined) throw new InputError(`createBeta: a and b must be ≥ 0, got ${negative}`);
  const maps = Array.from(
    a,
    (_, k) => (score: number) => a[k] * logSigmoid(score) + b[k] * softplus(score) + c[k],
  );
  return {
    kind: "beta",
    parameterCount: 3 * a.length,
    numbers: { a, b, c },
    a,
    b,
    c,
    apply(logits) {
      checkApply("beta.apply", logits, classCountOf(a.length));
      return mapLogOdds(logits, maps);
    },
  };
}

/**
 * Beta calibration by maximum likelihood under a, b ≥ 0, so that the map never falls. It takes ln p and ln(1 − p) from
 * log-odds, never clipped. Where a threshold separates the events from the others there is no finite best: then the
 * targets are smoothed as Platt's are, status `separated`. More than two classes: each against the rest, then
 * renormalized.
 *
 * @throws InputError as `checkCalibrationRows` says
 * @see Kull, Silva Filho & Flach, Beta calibration, AISTATS 2017
 */
export function fitBeta(
  logits: Logits,
  labels: Labels,
  { sampleWeights, start }: StartOptions = {},
): Fitted<Beta> {
  checkCalibrationRows("fitBeta", logits, labels, sampleWeights);
  const fits = binaryRows(logits, labels, sampleWeights).map((rows, k) =>
    fitCurve(rows, start && [start["a"][k], start["b"][k], start["c"][k]]),
  );
  const numbers = (i: number): Float64Array => Float64Array.from(fits, ({ parameters }) => parameters[i]);
  const beta = createBeta({ a: numbers(0), b: numbers(1), c: numbers(2) });
  return { ...beta, status: worst(fits.map(({ status }) => status)) };
}

interface Curve {
  /** a, b, c */
  readonly parameters: readonly number[];
  readonly value: number;
  readonly status: FitStatus;
}

/** @param start a, b, c */
function fitCurve(rows: BinaryRows, start: readonly number[] | undefined): Curve {
  const { scores, isEvent, sampleWeights } = rows;
  if (scores.length === 0) return { parameters: [1, 1, 0], value: 0, status: "converged" };
  const separated = isSeparated(rows);
  const targets = separated ? smoothedTargets(rows) : Float64Array.from(isEvent);
  const features = [scores.map(logSigmoid), scores.map(softplus)];
  const ones = new Float64Array(scores.length).fill(1);
  const curveOf = (kept: readonly number[]): Curve => {
    const columns = [...kept.map((i) => features[i]), ones];
    const { parameters, value, status } = fitLogistic({
      columns,
      targets,
      sampleWeights,
      start: start && Float64Array.from([...kept, 2], (i) => start[i]),
    });
    const abc = [0, 0, parameters[kept.length]];
    kept.forEach((i, at) => (abc[i] = parameters[at]));
    return { parameters: abc, value, status };
  };
  const isAllowed = ({ parameters: [a, b] }: Curve): boolean => a >= 0 && b >= 0;
  // Where the best of all is out of bounds, the best within them has a or b, or both, at 0.
  const free = curveOf([0, 1]);
  const best = isAllowed(free)
    ? free
    : [[1], [0], []]
        .map(curveOf)
        .filter(isAllowed)
        .reduce((least, curve) => (curve.value < least.value ? curve : least));
  if (separated) return { ...best, status: "separated" };
  return best.parameters[0] === 0 && best.parameters[1] === 0 ? { ...best, status: "flat" } : best;
}

/** Whether no event lies below any other, which is also so where there are none of one kind. */
function isSeparated({ scores, isEvent }: BinaryRows): boolean {
  let least = Infinity;
  let most = -Infinity;
  for (let row = 0; row < scores.length; row++)
    if (isEvent[row] === 1) least = Math.min(least, scores[row]);
    else most = Math.max(most, scores[row]);
  return most <= least;
}
