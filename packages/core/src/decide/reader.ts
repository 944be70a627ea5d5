import { listOf, type Labels, type Probabilities } from "../data/index.ts";
import { InputError, suggestion } from "../errors/index.ts";
import { betaQuantile, type Interval } from "../statistics/index.ts";
import { checkLength, checkRows, checkShare } from "./check.ts";
import { reweigh } from "./prior-shift.ts";

/** What a reader said of each row; null where nothing. */
export type Answers = readonly (string | null)[];

/** How a person, or another device, answers for each true class. */
export interface Reader {
  readonly classes: readonly string[];
  /** What the reader may say; by default the classes. */
  readonly answers: readonly string[];
  /** classes × answers: how often each was said where the class was true. */
  readonly counts: Float64Array;
  /** classes × answers: P(answer | class), the mean under counts and prior; each row sums to 1. */
  readonly confusion: Float64Array;
  /** The middle of each entry's posterior, a beta distribution. */
  readonly intervals: readonly Interval[];
  /** Rows with an answer. */
  readonly rows: number;
}

export interface ReaderOptions {
  /** Default: the classes. */
  readonly answers?: readonly string[];
  /** Rows that the prior counts for each class and answer: one number, or classes × answers. Default ½ (Jeffreys'). */
  readonly prior?: number | ArrayLike<number>;
  /** Of the intervals. Default 0.95. */
  readonly confidence?: number;
}

/**
 * The reader's confusion matrix from a log of readings, each class's row with a Dirichlet prior:
 * P(answer | class) = (count + prior) / Σ (counts + priors).
 *
 * @throws InputError when readings and labels differ in length, none is given, an answer is unknown, or a prior is not > 0
 */
export function fitReader(
  readings: Answers,
  labels: Labels,
  { answers = labels.classes, prior = 0.5, confidence = 0.95 }: ReaderOptions = {},
): Reader {
  const { classes, indices } = labels;
  checkLength("fitReader", "readings", readings, indices.length);
  checkShare("fitReader", "confidence", confidence);
  const size = classes.length * answers.length;
  const priors = typeof prior === "number" ? new Float64Array(size).fill(prior) : Float64Array.from(prior);
  checkLength("fitReader", "prior counts", priors, size);
  const bad = priors.find((value) => !(value > 0 && value < Infinity));
  if (bad !== undefined) throw new InputError(`fitReader: prior must be finite and > 0, got ${bad}`);
  const counts = new Float64Array(size);
  let rows = 0;
  for (const [row, answer] of placesOfAnswers("fitReader", readings, answers).entries()) {
    if (answer < 0) continue;
    rows++;
    counts[indices[row] * answers.length + answer]++;
  }
  if (rows === 0) throw new InputError("fitReader: at least one reading is needed, got none");
  const weights = counts.map((count, i) => count + priors[i]);
  const totals = classes.map((_, k) =>
    weights.subarray(k * answers.length, (k + 1) * answers.length).reduce((sum, weight) => sum + weight, 0),
  );
  const totalAt = (i: number): number => totals[Math.floor(i / answers.length)];
  const tail = (1 - confidence) / 2;
  return {
    classes,
    answers,
    counts,
    confusion: weights.map((weight, i) => weight / totalAt(i)),
    intervals: Array.from(weights, (weight, i): Interval => {
      const rest = totalAt(i) - weight;
      return rest > 0 ? [betaQuantile(tail, weight, rest), betaQuantile(1 - tail, weight, rest)] : [1, 1];
    }),
    rows,
  };
}

/**
 * The model's probabilities after the reader's answer: p(y | answer, model) ∝ P(answer | y) p_y, as if reader and model erred
 * independently given the class. Rows without an answer keep the model's. For several readers, combine again.
 *
 * @param probabilities calibrated
 * @throws InputError when they are of other classes or rows, or an answer is unknown
 * @see Kerrigan, Smyth & Steyvers, Combining human predictions with model probabilities via confusion matrices and
 *   calibration, NeurIPS 2021
 */
export function combine(probabilities: Probabilities, reader: Reader, answers: Answers): Probabilities {
  checkRows("combine", probabilities, reader.classes.length);
  checkLength("combine", "answers", answers, probabilities.rows);
  const places = placesOfAnswers("combine", answers, reader.answers);
  const width = reader.answers.length;
  const likelihoods = reader.answers.map((_, answer) =>
    Float64Array.from(reader.classes, (__, k) => reader.confusion[k * width + answer]),
  );
  return reweigh("combine", probabilities, (row) => (places[row] < 0 ? null : likelihoods[places[row]]));
}

/** The place of each answer among the known ones, −1 for none. @throws InputError when one is unknown */
export function placesOfAnswers(where: string, answers: Answers, known: readonly string[]): Int32Array {
  const places = new Map(known.map((name, place) => [name, place]));
  return Int32Array.from(answers, (answer, row) => {
    if (answer === null) return -1;
    const place = places.get(answer);
    if (place === undefined)
      throw new InputError(
        `${where}: an answer must be one of ${listOf(known)}, got "${answer}" at row ${row}${suggestion(answer, known)}`,
      );
    return place;
  });
}
