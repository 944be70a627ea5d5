import { expect, test } from "vitest";
import type { Labels, Probabilities } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { corpDiagram, reliabilityDiagram } from "./reliability.ts";

function forecasts(p: readonly number[], happened: readonly number[]): [Probabilities, Labels] {
  return [
    {
      rows: p.length,
      columns: 2,
      values: Float64Array.from(p.flatMap((each) => [1 - each, each])),
      unit: "probabilities",
    },
    { classes: ["no", "yes"], indices: Int32Array.from(happened) },
  ];
}

/** Rows that happen with the chance `law` gives their probability. */
function drawRows(rows: number, seed: number, law = (p: number) => p): [Probabilities, Labels] {
  const generator = createGenerator(seed, 3);
  const p = Array.from({ length: rows }, () => generator.uniform());
  return forecasts(
    p,
    p.map((each) => (generator.uniform() < law(each) ? 1 : 0)),
  );
}

test("a few rows by hand: bins have means and shares, the CORP curve pools what falls", () => {
  const [probabilities, labels] = forecasts([0.1, 0.2, 0.3, 0.9], [0, 1, 0, 1]);
  const { bins } = reliabilityDiagram(probabilities, labels, { class: "yes", bins: 2 });
  expect(bins).toMatchObject([
    { low: 0, high: 0.5, rows: 3, forecast: expect.closeTo(0.2, 14), frequency: 1 / 3 },
    { low: 0.5, high: 1, rows: 1, forecast: 0.9, frequency: 1 },
  ]);
  const corp = corpDiagram(probabilities, labels, { class: "yes" });
  expect(corp.segments).toEqual([
    { low: 0.1, high: 0.1, rows: 1, frequency: 0 },
    { low: 0.2, high: 0.3, rows: 2, frequency: 0.5 },
    { low: 0.9, high: 0.9, rows: 1, frequency: 1 },
  ]);
  expect(corp.uncertainty).toBe(0.25);
  expect(corp.miscalibration).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.01) / 4 - 0.125, 14);
});

test("without a class it is the top label: how probable, and how often right", () => {
  const [probabilities, labels] = forecasts([0.1, 0.8], [1, 1]);
  const { bins, class: name } = reliabilityDiagram(probabilities, labels, { bins: 1 });
  expect(name).toBeNull();
  expect(bins[0].forecast).toBeCloseTo(0.85, 14);
  expect(bins[0].frequency).toBe(0.5);
});

test("bands of calibrated rows hold nearly as often as they promise, and those of wrong ones do not", () => {
  const inside = (law?: (p: number) => number) => {
    let held = [0, 0];
    let count = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const rows = drawRows(500, seed, law);
      for (const { band, frequency } of reliabilityDiagram(...rows, { class: "yes", bins: 10 }).bins) {
        held[0] += band[0] <= frequency && frequency <= band[1] ? 1 : 0;
        count[0]++;
      }
      const { segments, band } = corpDiagram(...rows, { class: "yes", draws: 200 });
      for (const { probability, low, high } of band) {
        const { frequency } = segments.findLast((segment) => segment.low <= probability) ?? segments[0];
        held[1] += low <= frequency && frequency <= high ? 1 : 0;
        count[1]++;
      }
    }
    return held.map((each, i) => each / count[i]);
  };
  const [binned, corp] = inside();
  expect(binned).toBeGreaterThan(0.92);
  expect(corp).toBeGreaterThan(0.92);
  expect(corp).toBeLessThan(0.98);
  const [binnedWrong, corpWrong] = inside((p) => p * p);
  expect(binnedWrong).toBeLessThan(0.6);
  expect(corpWrong).toBeLessThan(0.6);
});

test("the same seed gives the same bands, and more than 2,000 probabilities much the same as all of them", () => {
  const rows = drawRows(6000, 1);
  const diagram = corpDiagram(...rows, { class: "yes" });
  expect(corpDiagram(...rows, { class: "yes" })).toEqual(diagram);
  expect(diagram.band).toHaveLength(101);
  const middle = diagram.band[50];
  expect(middle.probability).toBeCloseTo(0.5, 1);
  // Isotonic estimates err by some (n)^(-1/3): a band of ±0.06 for 6,000 rows.
  expect(middle.high - middle.low).toBeGreaterThan(0.06);
  expect(middle.high - middle.low).toBeLessThan(0.2);
});

test("one row has a diagram of one bin, whose band is everything", () => {
  const [probabilities, labels] = forecasts([0.5], [1]);
  expect(reliabilityDiagram(probabilities, labels, { class: "yes" }).bins).toEqual([
    { low: 7 / 15, high: 8 / 15, rows: 1, forecast: 0.5, frequency: 1, band: [0, 1] },
  ]);
  expect(corpDiagram(probabilities, labels, { class: "yes" }).band).toEqual([
    { probability: 0.5, low: 0, high: 1 },
  ]);
});

test("an unknown class and too few draws are refused", () => {
  const rows = forecasts([0.5], [1]);
  expect(() => reliabilityDiagram(...rows, { class: "maybe" })).toThrow(
    'reliabilityDiagram: class must be one of no, yes, got "maybe"',
  );
  expect(() => corpDiagram(...rows, { draws: 3 })).toThrow(
    "corpDiagram: draws must be a whole number ≥ 100, got 3",
  );
});
