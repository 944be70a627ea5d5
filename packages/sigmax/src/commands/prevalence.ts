import { InputError, type Classifier } from "@sigmax/core";
import type { Probabilities } from "@sigmax/core/data";
import { shiftPriors } from "@sigmax/core/decide";
import { didYouMean } from "../sources/suggest.ts";
import { percent } from "../output.ts";

interface Scores {
  readonly probabilities: Probabilities;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
}

/** What the classes' shares were where the probabilities were learned, and what they are to be. */
export interface Prevalence {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly sentence: string;
  /** Probabilities where the shares are `to`; intervals too with two classes, else none. */
  shift(scores: Scores): Scores;
}

/**
 * Shares as a user named them; the classes not named keep their proportions.
 *
 * @throws InputError when a class is none of the model's, the shares go beyond 1, or are not 1 though all are named
 */
export function prevalenceOf(
  model: Classifier,
  modelPath: string,
  wanted: ReadonlyMap<string, number>,
): Prevalence {
  const { classes, calibration, training } = model;
  const from = sharesBefore(model, modelPath);
  for (const name of wanted.keys())
    if (!classes.includes(name))
      throw new InputError(
        `--prevalence: there is no class "${name}" (${classes.join(", ")})${didYouMean(name, classes)}`,
      );
  const named = [...wanted.values()].reduce((sum, share) => sum + share, 0);
  const others = classes.reduce((sum, name, k) => sum + (wanted.has(name) ? 0 : from[k]), 0);
  if (others > 0 ? named >= 1 : Math.abs(named - 1) > 1e-9)
    throw new InputError(
      `--prevalence: the shares must ${others > 0 ? "leave some for the other classes" : "sum to 1"}, got a sum of ${named}`,
    );
  const to = Float64Array.from(classes, (name, k) => wanted.get(name) ?? (from[k] / others) * (1 - named));
  const inWords = (shares: Float64Array): string =>
    classes.map((name, k) => `${name} ${percent(shares[k])}`).join(", ");
  const elsewhere =
    calibration && calibration.source !== training.source
      ? `, taken to be so too in ${calibration.source}, on which it was calibrated`
      : "";
  return {
    from,
    to,
    sentence: `Decided as where the classes are so frequent: ${inWords(to)} (in training ${inWords(from)}${elsewhere}); this holds if only the shares changed and the classes look as before. Nothing that was guaranteed carries over.`,
    shift: ({ probabilities, low, high }) => ({
      probabilities: shiftPriors(probabilities, from, to),
      // Of two classes the odds change by one factor, so the ends of an interval are those of the shifted ones.
      low: low && classes.length === 2 ? shiftEnds(low, from, to) : null,
      high: high && classes.length === 2 ? shiftEnds(high, from, to) : null,
    }),
  };
}

function shiftEnds(ends: Float64Array, from: Float64Array, to: Float64Array): Float64Array {
  return ends.map((p, i) => {
    const [own, other] = [(p * to[i % 2]) / from[i % 2], ((1 - p) * to[1 - (i % 2)]) / from[1 - (i % 2)]];
    return own / (own + other);
  });
}

/** How frequent the classes were in the rows that the probabilities are of. */
function sharesBefore({ training, calibration }: Classifier, modelPath: string): Float64Array {
  const { classRows, options } = training;
  if (classRows === undefined)
    throw new InputError(
      `--prevalence: ${modelPath} does not say how frequent the classes were in training; train it again with this version`,
    );
  // Weights of classes that nothing corrected, nor calibrated away, count as rows.
  const weights =
    options.solver !== "given" && !options.corrected && calibration === null ? options.classWeights : null;
  const counts = Float64Array.from(classRows, (rows, k) => rows * (weights?.[k] ?? 1));
  const total = counts.reduce((sum, each) => sum + each, 0);
  return counts.map((each) => each / total);
}
