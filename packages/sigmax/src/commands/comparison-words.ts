import type { ComparedFit, FitComparison, FitFigure, FoldFigure } from "@sigmax/core/evaluate";
import { percent, table } from "../output.ts";

/** As the columns of tables have them. */
export const figureNames: readonly (readonly [figure: FitFigure, name: string])[] = [
  ["accuracy", "accuracy"],
  ["logLoss", "log-loss"],
  ["brier", "Brier score"],
  ["ece", "calibration error"],
];

/** Fits that are never further apart than this in any fold are one model, but for rounding and what a solver leaves over. */
const sameFigure = 1e-5;

/** The mean figures of each fit, then what each differs from the first by. */
export function comparisonInWords(comparison: FitComparison, rows: number): string[] {
  const { fits, folds, repeats, differenceConfidence } = comparison;
  const [first, ...others] = fits;
  return [
    `Compared on ${rows.toLocaleString("en-US")} rows by ${folds} folds${repeats === 1 ? "" : `, ${repeats} times`}, all on the same folds and seeds:`,
    ...table(
      [
        ["", ...figureNames.map(([, name]) => name)],
        ...fits.map(({ name, figures }) => [
          name,
          ...figureNames.map(([figure]) =>
            figure === "accuracy" ? percent(figures[figure].mean) : figures[figure].mean.toFixed(4),
          ),
        ]),
      ],
      [1, 2, 3, 4],
    ).map(indented),
    "",
    `Differences from ${first.name}, with ${confidenceInWords(differenceConfidence)} intervals (corrected resampled t, Nadeau & Bengio 2003):`,
    ...table(
      [
        ["", ...figureNames.map(([, name]) => name)],
        ...others.map(({ name, differences }) => [
          name,
          ...figureNames.map(([figure]) => (differences ? differenceInWords(differences[figure]) : "")),
        ]),
      ],
      [1, 2, 3, 4],
    ).map(indented),
    "",
    "Difference in log-loss (left of 0 is better than the first):",
    ...plotOf(others).map(indented),
  ];
}

/** What follows from it, a sentence for each fit but the first. Log-loss is the judge. */
export function verdicts({ fits, differenceConfidence }: FitComparison): string[] {
  const [first, ...others] = fits;
  return others.map((fit) => {
    const { logLoss, accuracy } = fit.differences ?? fit.figures;
    const [low, high] = logLoss.interval;
    const also = accuracyInWords(accuracy);
    if (isSame(fit, first))
      return `${fit.name} is the same model as ${first.name}: in no fold is the log-loss further apart than 10⁻⁵.`;
    if (low > 0 || high < 0)
      return `${fit.name} is ${low > 0 ? "worse" : "better"} than ${first.name}: its log-loss is ${low > 0 ? "higher" : "lower"} by ${Math.abs(logLoss.mean).toFixed(4)} (${range(logLoss)})${also}.`;
    return `${fit.name} and ${first.name} cannot be told apart by log-loss: the difference, ${signed(logLoss.mean)}, has a ${confidenceInWords(differenceConfidence)} interval with 0 in it (${range(logLoss)})${also}.`;
  });
}

/**
 * Whether networks are worth it, where the first fit is the linear model: only a log-loss that is surely lower counts, and
 * one that cannot be told apart is no proof of the contrary.
 */
export function worthOfNetworks({ fits: [, ...networks] }: FitComparison): string {
  const intervals = networks.flatMap(({ differences }) =>
    differences ? [differences.logLoss.interval] : [],
  );
  const better = networks.filter((_, i) => intervals[i]?.[1] < 0);
  const one = networks.length === 1;
  if (better.length > 0) {
    const which = one ? "The network" : better.map(({ name }) => name).join(", ");
    return `${which} ${better.length === 1 ? "earns its" : "earn their"} keep here, at the price that no weight belongs to a column any more.`;
  }
  const remedy = "take the linear model, which has a weight for each column to read";
  return intervals.every(([low]) => low > 0)
    ? `${one ? "The network does not earn its" : "The networks do not earn their"} keep here: ${remedy}.`
    : `Nothing here shows that ${one ? "the network earns its" : "a network earns its"} keep: until more rows do, ${remedy}.`;
}

/** "97.5 %" */
export function confidenceInWords(confidence: number): string {
  return `${Number((100 * confidence).toFixed(1))} %`;
}

/** "+0.0123", "−0.0123" */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(4);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** "−0.0100 to +0.0200" */
export function range({ interval }: FoldFigure): string {
  return interval.map(signed).join(" to ");
}

function differenceInWords(figure: FoldFigure): string {
  return `${signed(figure.mean)} (${range(figure)})`;
}

function accuracyInWords(accuracy: FoldFigure): string {
  const [low, high] = accuracy.interval;
  if (low <= 0 && high >= 0) return "";
  return `; its accuracy is ${low > 0 ? "higher" : "lower"} by ${(100 * Math.abs(accuracy.mean)).toFixed(1)} points`;
}

function isSame(fit: ComparedFit, first: ComparedFit): boolean {
  return fit.byFold.every((fold, i) => Math.abs(fold.logLoss - first.byFold[i].logLoss) <= sameFigure);
}

const plotWidth = 49;

/** A line per fit: its interval, its mean, and where 0 is. */
function plotOf(others: readonly ComparedFit[]): string[] {
  const figures = others.flatMap(({ differences }) => (differences ? [differences.logLoss] : []));
  const most = figures.reduce(
    (largest, { interval }) => Math.max(largest, Math.abs(interval[0]), Math.abs(interval[1])),
    1e-12,
  );
  const middle = (plotWidth - 1) / 2;
  const placeOf = (value: number): number => middle + Math.round((value / most) * middle);
  const lines = figures.map(({ mean, interval: [low, high] }) => {
    const signs: string[] = Array.from({ length: plotWidth }, (_, i) => (i === middle ? "│" : " "));
    for (let i = placeOf(low); i <= placeOf(high); i++) signs[i] = i === middle ? "┼" : "─";
    signs[placeOf(mean)] = "●";
    return signs.join("");
  });
  const ends = [signed(-most), "0", signed(most)];
  const space = (plotWidth - ends[0].length - ends[1].length - ends[2].length) / 2;
  const axis = ends[0] + " ".repeat(Math.ceil(space)) + ends[1] + " ".repeat(Math.floor(space)) + ends[2];
  return table([...others.map(({ name }, i) => [name, lines[i]]), ["", axis]]);
}

function indented(line: string): string {
  return `  ${line}`;
}
