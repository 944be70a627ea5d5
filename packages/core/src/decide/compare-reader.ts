import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { checkScores, topClasses } from "../evaluate/scores.ts";
import { betaDistribution, wilsonInterval, type Interval } from "../statistics/index.ts";
import { checkLength, checkShare } from "./check.ts";
import { placesOfAnswers, type Answers } from "./reader.ts";

export interface ErrorRate {
  readonly errors: number;
  readonly rate: number;
  /** Wilson's. */
  readonly interval: Interval;
}

/** Of two on the same rows. */
export interface ErrorDifference {
  /** Rate of the pair − rate of the other: below 0 the pair is better. */
  readonly difference: number;
  /** Newcombe's, for paired proportions. */
  readonly interval: Interval;
  /** McNemar's exact test against no difference, two-sided. */
  readonly p: number;
  /** Rows that only the pair has right, and only the other. */
  readonly onlyPair: number;
  readonly onlyOther: number;
}

export interface ReaderComparison {
  /** Rows with an answer: only these count. */
  readonly rows: number;
  readonly confidence: number;
  readonly model: ErrorRate;
  readonly reader: ErrorRate;
  readonly pair: ErrorRate;
  readonly againstModel: ErrorDifference;
  readonly againstReader: ErrorDifference;
}

/**
 * Errors of the model, of the reader and of both together, on the rows that the reader answered; and by how much the pair is
 * better or worse than either, row by row.
 *
 * @param scores model: its probabilities; pair: those of `combine` or of a fitted pool; answers: names of classes, null for none
 * @throws InputError when they do not fit together, an answer is no class, or none is given
 * @see Newcombe, Improved confidence intervals for the difference between binomial proportions based on paired data,
 *   Statistics in Medicine 17 (1998), method 10
 */
export function compareReader(
  { model, pair, answers }: { model: Probabilities; pair: Probabilities; answers: Answers },
  labels: Labels,
  { confidence = 0.95 }: { confidence?: number } = {},
): ReaderComparison {
  checkScores("compareReader", model, labels);
  checkScores("compareReader", pair, labels);
  checkLength("compareReader", "answers", answers, model.rows);
  checkShare("compareReader", "confidence", confidence);
  const said = placesOfAnswers("compareReader", answers, labels.classes);
  const answered = [...said.keys()].filter((row) => said[row] >= 0);
  if (answered.length === 0) throw new InputError("compareReader: at least one answer is needed, got none");
  const rightOf = (predicted: Int32Array): Uint8Array =>
    Uint8Array.from(answered, (row) => (predicted[row] === labels.indices[row] ? 1 : 0));
  const [byModel, byReader, byPair] = [topClasses(model), said, topClasses(pair)].map(rightOf);
  return {
    rows: answered.length,
    confidence,
    model: rateOf(byModel, confidence),
    reader: rateOf(byReader, confidence),
    pair: rateOf(byPair, confidence),
    againstModel: differenceOf(byPair, byModel, confidence),
    againstReader: differenceOf(byPair, byReader, confidence),
  };
}

function rateOf(right: Uint8Array, confidence: number): ErrorRate {
  const errors = right.length - sum(right);
  return { errors, rate: errors / right.length, interval: wilsonInterval(errors, right.length, confidence) };
}

function differenceOf(pair: Uint8Array, other: Uint8Array, confidence: number): ErrorDifference {
  const n = pair.length;
  const both = pair.reduce((count, right, i) => count + right * other[i], 0);
  const onlyPair = sum(pair) - both;
  const onlyOther = sum(other) - both;
  // Errors are what is counted: so the pair's are in the first place.
  const interval = pairedInterval(n - both - onlyPair - onlyOther, onlyOther, onlyPair, both, confidence);
  const less = Math.min(onlyPair, onlyOther);
  const discordant = onlyPair + onlyOther;
  return {
    difference: (onlyOther - onlyPair) / n,
    interval,
    p: discordant === 0 ? 1 : Math.min(1, 2 * betaDistribution(0.5, discordant - less, less + 1)),
    onlyPair,
    onlyOther,
  };
}

/**
 * Of (b − c)/n from counts in pairs: Wilson's limits of (a + b)/n and (a + c)/n, put together with their correlation φ.
 *
 * @param a both, b only the first, c only the second, d neither
 */
export function pairedInterval(a: number, b: number, c: number, d: number, confidence: number): Interval {
  const n = a + b + c + d;
  const [first, second] = [(a + b) / n, (a + c) / n];
  const [low1, high1] = wilsonInterval(a + b, n, confidence);
  const [low2, high2] = wilsonInterval(a + c, n, confidence);
  const excess = a * d - b * c;
  const corrected = excess > 0 ? Math.max(0, excess - n / 2) : excess;
  const product = (a + b) * (c + d) * (a + c) * (b + d);
  const correlation = product > 0 ? corrected / Math.sqrt(product) : 0;
  const span = (x: number, y: number): number =>
    Math.sqrt(Math.max(0, x * x - 2 * correlation * x * y + y * y));
  return [
    Math.max(-1, (b - c) / n - span(first - low1, high2 - second)),
    Math.min(1, (b - c) / n + span(high1 - first, second - low2)),
  ];
}

function sum(marks: Uint8Array): number {
  return marks.reduce((total, mark) => total + mark, 0);
}
