import { expect, test } from "vitest";
import { drawBinomial, drawMultinomial, logRatioToMode } from "./binomial.ts";
import { createGenerator, type Generator } from "./generator.ts";

/** P(0), P(1), …, by the recurrence from the mode outwards, normalised. */
function binomialMasses(trials: number, probability: number): number[] {
  const odds = probability / (1 - probability);
  const mode = Math.floor((trials + 1) * probability);
  const masses = Array<number>(trials + 1).fill(0);
  masses[mode] = 1;
  for (let k = mode + 1; k <= trials; k++) masses[k] = (masses[k - 1] * odds * (trials - k + 1)) / k;
  for (let k = mode - 1; k >= 0; k--) masses[k] = (masses[k + 1] * (k + 1)) / (odds * (trials - k));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

test("counts follow the binomial law, cell by cell, on both ways and both sides of ½", () => {
  const draws = 40_000;
  for (const [trials, probability] of [
    [1, 0.3],
    [7, 0.5],
    [60, 0.02],
    [40, 0.9],
    [79, 0.5], // the last that is inverted
    [80, 0.5], // the first that is drawn by rejection
    [100, 0.45],
    [300, 0.8],
    [1000, 0.05],
    [20_000, 0.004],
  ]) {
    const generator = createGenerator(trials);
    const counts = new Float64Array(trials + 1);
    for (let i = 0; i < draws; i++) counts[drawBinomial(trials, probability, generator)]++;
    // Cells of fewer than ten expected draws are put together.
    let chiSquare = 0;
    let cells = 0;
    let observed = 0;
    let expected = 0;
    const close = () => {
      chiSquare += (observed - expected) ** 2 / expected;
      cells++;
      observed = 0;
      expected = 0;
    };
    binomialMasses(trials, probability).forEach((mass, k) => {
      observed += counts[k];
      expected += mass * draws;
      if (expected >= 10) close();
    });
    if (expected > 1e-3) close();
    const freedom = cells - 1;
    expect(chiSquare, `${trials} × ${probability}`).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom) + 8);
  }
});

test("fed with an even lattice instead of chance, rejection gives each count its share to 0.15 %", () => {
  for (const [trials, probability] of [
    [80, 0.5],
    [1000, 0.1],
  ]) {
    let used = 0;
    const lattice: Generator = {
      ...createGenerator(0),
      // Each try takes two numbers: the coordinates of the next point of the R₂ lattice.
      uniform: () => {
        const point = Math.floor(used / 2);
        const step = used++ % 2 === 0 ? 0.7548776662466927 : 0.5698402909980532;
        return (0.5 + point * step) % 1;
      },
    };
    const draws = 1_500_000;
    const counts = new Float64Array(trials + 1);
    for (let i = 0; i < draws; i++) counts[drawBinomial(trials, probability, lattice)]++;
    // The rare counts below and above the common ones stand together: singly they are too few.
    const masses = binomialMasses(trials, probability);
    const first = masses.findIndex((mass) => mass > 0.01);
    const last = masses.findLastIndex((mass) => mass > 0.01);
    const shares = (cells: ArrayLike<number>) =>
      Array.from(cells).reduce<number[]>((sums, cell, k) => {
        const group = Math.min(Math.max(k, first - 1), last + 1) - first + 1;
        sums[group] = (sums[group] ?? 0) + cell;
        return sums;
      }, []);
    const expected = shares(masses);
    shares(counts).forEach((count, group) =>
      expect(Math.abs(count / draws / expected[group] - 1), `group ${group} of ${trials}`).toBeLessThan(
        0.0015,
      ),
    );
  }
});

test("the ratio to the mode is that of the binomial law", () => {
  for (const [trials, probability] of [
    [80, 0.5],
    [200, 0.21],
    [5000, 0.01],
  ]) {
    const masses = binomialMasses(trials, probability);
    const mode = Math.floor((trials + 1) * probability);
    for (const count of [0, 1, mode - 9, mode, mode + 20, 2 * mode]) {
      const ratio = Math.exp(logRatioToMode(count, trials, probability));
      expect(ratio / (masses[count] / masses[mode]), `${count} of ${trials}`).toBeCloseTo(1, 10);
    }
  }
});

test("mean and variance hold where the counts are too many to list", () => {
  const draws = 20_000;
  for (const [trials, probability] of [
    [1e6, 0.3],
    [1e12, 0.5],
    [1e12, 1e-10],
    [1e9, 1 - 1e-7],
  ]) {
    const generator = createGenerator(5);
    const mean = trials * probability;
    const variance = mean * (1 - probability);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < draws; i++) {
      const gap = drawBinomial(trials, probability, generator) - mean;
      sum += gap;
      squares += gap * gap;
    }
    expect(Math.abs(sum / draws)).toBeLessThan(5 * Math.sqrt(variance / draws));
    expect(Math.abs(squares / draws / variance - 1)).toBeLessThan(5 * Math.sqrt((2 + 1 / variance) / draws));
  }
});

test("certain outcomes need no draw", () => {
  const generator = createGenerator(1);
  const untouched = createGenerator(1);
  expect(drawBinomial(0, 0.4, generator)).toBe(0);
  expect(drawBinomial(9, 0, generator)).toBe(0);
  expect(drawBinomial(9, 1, generator)).toBe(9);
  expect(generator.uint32()).toBe(untouched.uint32());
});

test("a multinomial draw sums to its trials and leaves empty cells empty", () => {
  const generator = createGenerator(2);
  const output = new Float64Array(5);
  for (let i = 0; i < 500; i++) {
    drawMultinomial(50, [3, 0, 1, 6, 0], generator, output);
    expect(output.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect([output[1], output[4]]).toEqual([0, 0]);
  }
});

test("multinomial cells have means n·p, variances n·p(1 − p) and covariances −n·p·q", () => {
  const generator = createGenerator(3);
  const weights = [500, 300, 200];
  const output = new Float64Array(3);
  const draws = 20_000;
  const means = [0, 0, 0];
  const products = [0, 0, 0]; // of cells 0·0, 0·1, 1·2
  for (let i = 0; i < draws; i++) {
    drawMultinomial(1000, weights, generator, output);
    const gaps = weights.map((weight, k) => output[k] - weight);
    gaps.forEach((gap, k) => (means[k] += gap / draws));
    products[0] += (gaps[0] * gaps[0]) / draws;
    products[1] += (gaps[0] * gaps[1]) / draws;
    products[2] += (gaps[1] * gaps[2]) / draws;
  }
  for (const mean of means) expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(250 / draws));
  [250, -150, -60].forEach((truth, i) => expect(products[i] / truth).toBeCloseTo(1, 1));
});
