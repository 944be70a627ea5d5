import type { Labels, Probabilities } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createGenerator, drawBinomial, drawMultinomial } from "../random/index.ts";
import { sampleQuantile, type Interval } from "../statistics/index.ts";
import { corpParts, type CorpDecomposition } from "./decomposition.ts";
import { binForecasts, checkBinOptions, type BinOptions, type ForecastBin } from "./forecast-bins.ts";
import { namedForecasts, sortForecasts } from "./forecasts.ts";
import { poolAdjacent, stepsOf, type Steps } from "./pool.ts";
import { checkScores } from "./scores.ts";

export interface DiagramOptions {
  /** The class whose probability is drawn against how often it is true. Default: the top label, and how often it is right. */
  readonly class?: string | undefined;
  /** What each band promises to cover where the model is calibrated, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Of the draws behind the bands. Default 0. */
  readonly seed?: number;
  /** How many draws, ≥ 100. Default 1,000; for `corpDiagram` 400. */
  readonly draws?: number;
}

/** A reliability diagram by bins: mean probability across, frequency up. */
export interface ReliabilityDiagram {
  /** Null for the top label. */
  readonly class: string | null;
  readonly confidence: number;
  /** Bins that have rows, ascending. */
  readonly bins: readonly (ForecastBin & {
    /** Where `frequency` would lie if the probabilities were calibrated. */
    readonly band: Interval;
  })[];
}

/**
 * The reliability diagram in bins, with consistency bands: rows are drawn anew from these rows and each happens with
 * its own probability; the band of a bin is the central interval of its frequency over the draws. Such a draw gives a
 * bin a multinomial count of rows, and of these a binomial count of events at its mean probability: so it is these
 * two that are drawn, the same law at a cost that does not grow with the rows.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Bröcker & Smith, Increasing the reliability of reliability diagrams, Weather and Forecasting 22 (2007)
 */
export function reliabilityDiagram(
  probabilities: Probabilities,
  labels: Labels,
  {
    class: name,
    confidence = 0.95,
    seed = 0,
    draws = 1000,
    bins: count = 15,
    binning = "width",
  }: DiagramOptions & BinOptions = {},
): ReliabilityDiagram {
  checkScores("reliabilityDiagram", probabilities, labels);
  checkDraws("reliabilityDiagram", confidence, draws);
  checkBinOptions("reliabilityDiagram", { bins: count, binning });
  const forecasts = namedForecasts("reliabilityDiagram", probabilities, labels, name);
  const bins = binForecasts(forecasts, { bins: count, binning });
  const generator = createGenerator(seed);
  const rows = bins.map((bin) => bin.rows);
  const drawn = new Float64Array(bins.length);
  const frequencies = bins.map(() => new Float64Array(draws).fill(NaN));
  for (let draw = 0; draw < draws; draw++) {
    drawMultinomial(probabilities.rows, rows, generator, drawn);
    for (const [b, { forecast }] of bins.entries())
      if (drawn[b] > 0) frequencies[b][draw] = drawBinomial(drawn[b], forecast, generator) / drawn[b];
  }
  return {
    class: name ?? null,
    confidence,
    bins: bins.map((bin, b) => ({ ...bin, band: centralInterval(frequencies[b], confidence) })),
  };
}

/** A reliability diagram without bins. */
export interface CorpDiagram extends CorpDecomposition {
  /** Null for the top label. */
  readonly class: string | null;
  readonly confidence: number;
  /** The curve, level on [low, high] of each segment: where its probabilities lie, and how often these happened. */
  readonly segments: readonly {
    readonly low: number;
    readonly high: number;
    readonly rows: number;
    readonly frequency: number;
  }[];
  /** Where the curve would lie if the probabilities were calibrated: at most 101 probabilities, ascending. */
  readonly band: readonly { readonly probability: number; readonly low: number; readonly high: number }[];
}

/** Draws for the bands see at most so many groups of neighboring probabilities. */
const MOST_CELLS = 2000;

/**
 * The CORP diagram: frequency as the best rising function of the probability (isotonic regression), no bins to choose.
 * The band is pointwise: outcomes are drawn from the probabilities, and the curve is fitted anew to each draw. Above
 * 2,000 different probabilities the draws, not the curve, take neighbors together into as many groups.
 * `miscalibration`, `discrimination` and `uncertainty` are of the mean of (p − y)² of this one event.
 *
 * @throws InputError when probabilities and labels do not fit together, or an option is out of range
 * @see Dimitriadis, Gneiting & Jordan, PNAS 118 (2021)
 */
export function corpDiagram(
  probabilities: Probabilities,
  labels: Labels,
  { class: name, confidence = 0.95, seed = 0, draws = 400 }: DiagramOptions = {},
): CorpDiagram {
  checkScores("corpDiagram", probabilities, labels);
  checkDraws("corpDiagram", confidence, draws);
  const forecasts = namedForecasts("corpDiagram", probabilities, labels, name);
  const steps = stepsOf(sortForecasts(forecasts));
  const { ends, means } = poolAdjacent(steps.events, steps.rows);
  return {
    class: name ?? null,
    confidence,
    ...corpParts(forecasts),
    segments: Array.from(ends, (end, block) => {
      const start = block === 0 ? 0 : ends[block - 1];
      return {
        low: steps.probability[start],
        high: steps.probability[end - 1],
        rows: steps.rows.subarray(start, end).reduce((sum, rows) => sum + rows, 0),
        frequency: means[block],
      };
    }),
    band: corpBand(steps, { confidence, seed, draws }),
  };
}

function corpBand(
  steps: Steps,
  { confidence, seed, draws }: { confidence: number; seed: number; draws: number },
): CorpDiagram["band"] {
  const cells = groupSteps(steps);
  const count = cells.rows.length;
  const points = Math.min(count, 101);
  const places = Array.from({ length: points }, (_, i) =>
    points === 1 ? 0 : Math.round((i * (count - 1)) / (points - 1)),
  );
  const generator = createGenerator(seed);
  const events = new Float64Array(count);
  const curves = places.map(() => new Float64Array(draws));
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < count; i++) events[i] = drawBinomial(cells.rows[i], cells.probability[i], generator);
    const { ends, means } = poolAdjacent(events, cells.rows);
    for (let i = 0, block = 0; i < points; i++) {
      while (ends[block] <= places[i]) block++;
      curves[i][draw] = means[block];
    }
  }
  return places.map((place, i) => {
    const [low, high] = centralInterval(curves[i], confidence);
    return { probability: cells.probability[place], low, high };
  });
}

/** Neighboring steps taken together, at their mean probability, until there are few enough. */
function groupSteps({ probability, rows }: Steps): Pick<Steps, "probability" | "rows"> {
  if (rows.length <= MOST_CELLS) return { probability, rows };
  const total = rows.reduce((sum, each) => sum + each, 0);
  const sums = new Float64Array(MOST_CELLS);
  const counts = new Float64Array(MOST_CELLS);
  for (let i = 0, before = 0; i < rows.length; before += rows[i++]) {
    const cell = Math.floor((before / total) * MOST_CELLS);
    sums[cell] += probability[i] * rows[i];
    counts[cell] += rows[i];
  }
  const kept = Array.from(counts.keys()).filter((cell) => counts[cell] > 0);
  return {
    probability: Float64Array.from(kept, (cell) => Math.min(1, sums[cell] / counts[cell])),
    rows: Float64Array.from(kept, (cell) => counts[cell]),
  };
}

/** Of the draws that are numbers; NaN sorts last. */
function centralInterval(draws: Float64Array, confidence: number): Interval {
  const sorted = draws.toSorted();
  const numbers = sorted.subarray(0, sorted.findLastIndex((value) => !Number.isNaN(value)) + 1);
  if (numbers.length === 0) return [0, 1];
  return [sampleQuantile(numbers, (1 - confidence) / 2), sampleQuantile(numbers, (1 + confidence) / 2)];
}

function checkDraws(where: string, confidence: number, draws: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new InputError(`${where}: confidence must be in (0, 1), got ${confidence}`);
  if (!Number.isSafeInteger(draws) || draws < 100)
    throw new InputError(`${where}: draws must be a whole number ≥ 100, got ${draws}`);
}
