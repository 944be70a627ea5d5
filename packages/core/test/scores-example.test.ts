import { expect, test } from "vitest";
import { decideCase, type Scores } from "../../../examples/scores/scores.ts";
import { createGenerator } from "../src/random/index.ts";

const classes = ["benign", "malignant"];

/** Of a model twice too sure of itself. */
function drawScores(cases: number, seed: number): Scores {
  const generator = createGenerator(seed);
  const logits = Array.from({ length: cases }, () => [0, 6 * generator.normal()]);
  const labels = logits.map(([, z]) => classes[generator.uniform() < 1 / (1 + Math.exp(-z / 2)) ? 1 : 0]);
  return { classes, logits, labels };
}

test("the example decides on scores from anywhere: sure ones are acted on, ambiguous ones referred", () => {
  const kept = drawScores(500, 1);
  const guarantee = drawScores(500, 2);
  const [ill, well, unclear] = [16, -20, 0.5].map((z) => decideCase(kept, guarantee, [0, z]));
  expect([ill.action, well.action, unclear.action]).toEqual(["biopsy", "send home", "refer"]);
  expect(ill.labelSet).toEqual(["malignant"]);
  expect(ill.classes[1].probability).toBeLessThan(0.9999); // it was 0.9999999 before
  expect(unclear.reasons).toEqual([
    { code: "ambiguous", sentence: "more than one label is possible: benign, malignant" },
  ]);
  expect(unclear.promises).toEqual([
    "the true class is in the set for at least 95 % of the cases of each class, from 500 cases kept for this",
  ]);
  expect(unclear.ids.calibration).toMatch(/^temperature: held-out log-loss/);
});
