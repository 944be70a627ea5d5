import { expect, test } from "vitest";
import type { Labels, Logits } from "../data/index.ts";
import { softmax } from "../functions/index.ts";
import { createGenerator } from "../random/index.ts";
import { evaluate } from "./evaluate.ts";
import type { Evaluation, Interval } from "./evaluation.ts";

const CLASSES = 3;

/** Rows whose labels follow softmax(logits · truth): calibrated for truth 1, overconfident below it. */
function draw(rows: number, truth: number, seed: number): [Logits, Labels] {
  const generator = createGenerator(seed);
  const values = Float64Array.from({ length: rows * CLASSES }, () => 1.5 * generator.normal());
  const law = softmax(
    values.map((value) => value * truth),
    CLASSES,
  );
  const indices = Int32Array.from({ length: rows }, (_, row) => {
    let rest = generator.uniform();
    for (let k = 0; k < CLASSES - 1; k++) {
      rest -= law[row * CLASSES + k];
      if (rest < 0) return k;
    }
    return CLASSES - 1;
  });
  return [
    { rows, columns: CLASSES, values, unit: "logits" },
    { classes: ["a", "b", "c"], indices },
  ];
}

type Figure = (result: Evaluation) => { value: number | null; interval: Interval | null };

const figures: Record<string, Figure> = {
  accuracy: ({ accuracy, intervals }) => ({ value: accuracy, interval: intervals.accuracy }),
  logLoss: ({ logLoss, intervals }) => ({ value: logLoss, interval: intervals.logLoss }),
  brier: ({ brier, intervals }) => ({ value: brier, interval: intervals.brier }),
  ece: ({ ece, intervals }) => ({ value: ece, interval: intervals.ece }),
  precision: ({ perClass: [a] }) => ({ value: a.precision, interval: a.intervals.precision }),
  recall: ({ perClass: [a] }) => ({ value: a.recall, interval: a.intervals.recall }),
  f1: ({ perClass: [a] }) => ({ value: a.f1, interval: a.intervals.f1 }),
};

/** How often each interval of `rows` rows holds the figure of very many. */
function coverage(
  rows: number,
  truth: number,
  repeats: number,
  populationRows: number,
): Record<string, number> {
  const population = evaluate(...draw(populationRows, truth, 1));
  const covered = Object.fromEntries(Object.keys(figures).map((name) => [name, 0]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    const result = evaluate(...draw(rows, truth, 1000 + repeat), { draws: 400 });
    for (const [name, figure] of Object.entries(figures)) {
      // A calibrated model has error 0, which no finite population shows.
      const target = name === "ece" && truth === 1 ? 0 : (figure(population).value ?? NaN);
      const [low, high] = figure(result).interval ?? [NaN, NaN];
      if (low <= target && target <= high) covered[name] += 1 / repeats;
    }
  }
  return covered;
}

test.each([{ truth: 1 }, { truth: 0.5 }])(
  "nominal 0.95 intervals of 200 rows hold the truth 92 to 98 times in 100 (labels follow $truth · logits)",
  ({ truth }) => {
    const { ece, ...others } = coverage(200, truth, 400, 100_000);
    for (const [name, share] of Object.entries(others)) {
      expect(share, `share of ${name}`).toBeGreaterThan(0.92);
      expect(share, `share of ${name}`).toBeLessThan(0.98);
    }
    expect(ece).toBeGreaterThan(0.93); // no upper limit: in between it keeps more than it promises
  },
);

test.runIf(process.env["SIGMAX_SLOW"]).each([
  { rows: 50, truth: 1 },
  { rows: 50, truth: 0.5 },
  { rows: 1000, truth: 1 },
  { rows: 1000, truth: 0.5 },
])(
  "nominal 0.95 intervals of $rows rows hold the truth that often over 4,000 tables (labels follow $truth · logits)",
  ({ rows, truth }) => {
    const { ece, ...others } = coverage(rows, truth, 4000, 2_000_000);
    // Normal and percentile intervals are for many rows: at 50 they may fall short by three points.
    const slack = rows < 100 ? 0.03 : 0.012;
    for (const [name, share] of Object.entries(others)) {
      expect(share, `share of ${name}`).toBeGreaterThan(0.95 - slack);
      expect(share, `share of ${name}`).toBeLessThan(0.975);
    }
    expect(ece).toBeGreaterThan(0.94);
  },
);
