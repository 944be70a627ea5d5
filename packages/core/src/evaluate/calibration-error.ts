import type { Labels, Probabilities } from "../data/index.ts";
import { binForecasts, checkBinOptions, type BinOptions, type ForecastBin } from "./forecast-bins.ts";
import { classForecasts, topLabelForecasts } from "./forecasts.ts";
import { checkScores } from "./scores.ts";

/**
 * Expected calibration error of the top label: rows go by the probability of their predicted class
 * into bins (see `BinOptions`; by default 15 of equal width); the sum over bins of their share of the
 * rows times |mean probability − share right|. In [0, 1], lower is better. Too high on average, more
 * so with few rows: chance alone moves bins off the diagonal, and no sign lets it cancel.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Naeini, Cooper & Hauskrecht, AAAI 2015; Guo et al., ICML 2017
 */
export function expectedCalibrationError(
  probabilities: Probabilities,
  labels: Labels,
  options: BinOptions = {},
): number {
  return meanGap(
    topLabelBins("expectedCalibrationError", probabilities, labels, options),
    probabilities.rows,
  );
}

/**
 * Maximum calibration error of the top label: the largest |mean probability − share right| of any bin
 * with rows. In [0, 1], lower is better. One row in a bin of its own can decide it: with few rows take
 * bins of equal mass.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Naeini, Cooper & Hauskrecht, AAAI 2015
 */
export function maximumCalibrationError(
  probabilities: Probabilities,
  labels: Labels,
  options: BinOptions = {},
): number {
  const bins = topLabelBins("maximumCalibrationError", probabilities, labels, options);
  return bins.reduce(
    (largest, { forecast, frequency }) => Math.max(largest, Math.abs(forecast - frequency)),
    0,
  );
}

/**
 * Class-wise calibration error: the expected calibration error of each class's own probability against
 * how often that class is true, all rows in it, and the mean over classes. In [0, 1], lower is better.
 * It sees what the top label hides, but with many classes most rows lie near 0 and make it small.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Kull et al., NeurIPS 2019
 */
export function classwiseCalibrationError(
  probabilities: Probabilities,
  labels: Labels,
  options: BinOptions = {},
): number {
  checkScores("classwiseCalibrationError", probabilities, labels);
  checkBinOptions("classwiseCalibrationError", options);
  let sum = 0;
  for (let k = 0; k < probabilities.columns; k++)
    sum += meanGap(binForecasts(classForecasts(probabilities, labels, k), options), probabilities.rows);
  return sum / probabilities.columns;
}

/**
 * Root mean square calibration error of the top label without the part that chance adds:
 * √Σ share of rows · ((mean probability − f)² − f(1 − f)/(rows − 1)) over bins, f the share right; 0 where the
 * sum is below 0, and a bin with one row counts as 0. In [0, 1], lower is better; near 0 for a calibrated model
 * however few the rows. By default 15 bins of equal mass.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Kumar, Liang & Ma, Verified uncertainty calibration, NeurIPS 2019, §4
 */
export function debiasedCalibrationError(
  probabilities: Probabilities,
  labels: Labels,
  { bins = 15, binning = "mass" }: BinOptions = {},
): number {
  let sum = 0;
  for (const bin of topLabelBins("debiasedCalibrationError", probabilities, labels, { bins, binning })) {
    if (bin.rows < 2) continue;
    const gap = bin.forecast - bin.frequency;
    sum += bin.rows * (gap * gap - (bin.frequency * (1 - bin.frequency)) / (bin.rows - 1));
  }
  return Math.sqrt(Math.max(0, sum) / probabilities.rows);
}

function topLabelBins(
  where: string,
  probabilities: Probabilities,
  labels: Labels,
  options: BinOptions,
): ForecastBin[] {
  checkScores(where, probabilities, labels);
  checkBinOptions(where, options);
  return binForecasts(topLabelForecasts(probabilities, labels), options);
}

function meanGap(bins: readonly ForecastBin[], rows: number): number {
  let sum = 0;
  for (const bin of bins) sum += bin.rows * Math.abs(bin.forecast - bin.frequency);
  return sum / rows;
}
