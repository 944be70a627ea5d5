import { describe, expect, test } from "vitest";
import { breastCancer, iris } from "../../test/samples.ts";
import { compareFits, crossValidate, type FitChoice, type FitFigure } from "./index.ts";

const exact = (name: string, head: "sigmoid" | "softmax", l2: number): FitChoice => ({
  name,
  options: { head, l2 },
});
const figures: readonly FitFigure[] = ["accuracy", "logLoss", "brier", "ece"];

describe("one output and two, on breast cancer", async () => {
  const { fits, differenceConfidence } = await compareFits(
    breastCancer(),
    [exact("sigmoid", "sigmoid", 1), exact("softmax", "softmax", 1), exact("matched", "softmax", 2)],
    { folds: 4, repeats: 2, seed: 3 },
  );

  test("the first has nothing to differ from, and two differences share the 5 %", () => {
    expect(fits[0].differences).toBeNull();
    expect(differenceConfidence).toBeCloseTo(0.975, 15);
  });

  test("the same penalty is half as strong on two outputs, and twice as much is the same model", () => {
    const [, softmax, matched] = fits.map(({ differences }) => differences);
    expect(softmax?.logLoss.mean).not.toBeCloseTo(0, 4);
    for (const figure of figures) expect(matched?.[figure].mean).toBeCloseTo(0, 7);
  });

  test("differences are means of paired folds, with the corrected resampled t", () => {
    const values = fits[1].byFold.map((fold, i) => fold.logLoss - fits[0].byFold[i].logLoss);
    const mean = values.reduce((sum, value) => sum + value) / 8;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 7;
    const found = fits[1].differences?.logLoss;
    expect(found?.mean).toBeCloseTo(mean, 15);
    expect(found?.standardError).toBeCloseTo(Math.sqrt(variance * (1 / 8 + 1 / 3)), 15);
    const t = 2.8412442; // of 7 degrees of freedom at 0.9875
    expect(found?.interval[1]).toBeCloseTo(mean + t * (found?.standardError ?? 0), 7);
  });

  test("a repeat is a cross-validation with the next seed", async () => {
    const { byFold } = await crossValidate(breastCancer(), exact("", "sigmoid", 1).options, {
      folds: 4,
      seed: 4,
    });
    expect(fits[0].byFold.slice(4)).toEqual(byFold.map((fold) => ({ ...fold, repeat: 1 })));
  });
});

test("fits are counted over all choices, and three classes are fine", async () => {
  const counts: string[] = [];
  const { fits } = await compareFits(
    iris(),
    [
      { name: "a", options: { l2: 1 } },
      { name: "b", options: { l2: 10 } },
    ],
    { folds: 2, onFit: (done, all) => counts.push(`${done}/${all}`) },
  );
  expect(counts).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  expect(fits[1].differences?.logLoss.mean).toBeGreaterThan(0.1);
});

test("one choice, two of the same name, and a fit that diverges are refused", async () => {
  const a = { name: "a", options: {} };
  await expect(compareFits(iris(), [a])).rejects.toThrow(
    'compareFits: needs two choices or more with different names, got "a"',
  );
  await expect(compareFits(iris(), [a, a])).rejects.toThrow('got "a", "a"');
  await expect(compareFits(iris(), [a, { name: "b", options: {} }], { repeats: 0 })).rejects.toThrow(
    "compareFits: repeats must be a whole number, 1 or more, got 0",
  );
  const wild = { name: "wild", options: { learningRate: 1e30, epochs: 5 } };
  await expect(compareFits(iris(), [a, wild], { folds: 2 })).rejects.toThrow(
    "without fold 1 the loss stopped being a number; take a lower learning rate",
  );
});
