import { expect, test } from "vitest";
import type { LayerMeters } from "../model/index.ts";
import { healthWarnings } from "./health.ts";

const meters = (name: string, gradientNorm: number, dead: number | null = null): LayerMeters => ({
  name,
  gradientNorm,
  updateRatio: 1e-3,
  mean: 0,
  deviation: 1,
  dead,
});
const after = (...layers: LayerMeters[]) => healthWarnings([{ epoch: 1, loss: 1, accuracy: 0.5, layers }]);

test("a healthy network, a linear model and a run without epochs need no warning", () => {
  expect(after(meters("8:relu", 0.1, 0.3), meters("8:relu", 0.2, 0), meters("output", 1))).toEqual([]);
  expect(healthWarnings([{ epoch: 1, loss: 1, accuracy: 0.5 }])).toEqual([]);
  expect(healthWarnings([])).toEqual([]);
});

test("gradients that shrink a thousandfold vanish, and what to try is said", () => {
  const [warning, ...others] = after(
    meters("8:sigmoid", 1e-6),
    meters("9:sigmoid", 0.5),
    meters("output", 1),
  );
  expect(others).toEqual([]);
  expect(warning).toBe(
    "gradients vanish on their way back: that of the first hidden layer (8:sigmoid) is 2.0e-6 of the last one's (9:sigmoid), so the first layers hardly learn; try relu or elu, skip connections (residual), layer normalization, or fewer layers",
  );
});

test("gradients that grow a thousandfold, or are huge, explode", () => {
  expect(after(meters("8:relu", 3e3), meters("8:relu", 1), meters("output", 1))[0]).toMatch(
    /^gradients explode on their way back: that of 8:relu has the length 3.0e\+3, 3.0e\+3 times the last hidden layer's; try a lower learning rate/,
  );
  expect(after(meters("8:relu", 2e3), meters("output", 1))[0]).toContain("has the length 2.0e+3; try");
});

test("more than a third of dead units are named with their layer", () => {
  expect(after(meters("4:relu", 1, 0.25), meters("6:relu", 1, 0.5), meters("output", 1))).toEqual([
    "50 % of the units of hidden layer 2 (6:relu) are dead: they were 0 for every row looked at, and learn no more; try a lower learning rate, leaky-relu or elu instead of relu, or layer normalization",
  ]);
});

test("several layers with dead units make one warning, which begins with the worst", () => {
  const layers = [0.4, 0.9, 0.1, 0.5].map((dead) => meters("8:relu", 1, dead));
  const warnings = after(...layers, meters("output", 1));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^90 % of the units of hidden layer 2 \(8:relu\), and more than a third of those of layers 1 and 4 are dead: /,
  );
});
