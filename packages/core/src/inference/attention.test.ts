import { beforeAll, describe, expect, test } from "vitest";
import { matrix, tableOfColumns } from "../data/index.ts";
import type { Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier } from "../train/index.ts";
import { attentionOf } from "./index.ts";

/** Pictures of 6 × 6 pixels: a bright 2 × 2 square in one of nine places, and the class says in which third from the left. */
const rows = 300;
const generator = createGenerator(1);
const places = Int32Array.from({ length: rows }, () => generator.below(9));
const values = Uint8Array.from({ length: rows * 36 }, () => 0);
places.forEach((place, row) => {
  const start = row * 36 + 12 * Math.floor(place / 3) + 2 * (place % 3);
  for (const j of [0, 1, 6, 7]) values[start + j] = 255;
});
const features = matrix(values, rows, 36);
const labels = { classes: ["left", "middle", "right"], indices: places.map((place) => place % 3) };

let model: Classifier;
beforeAll(async () => {
  model = await fitClassifier(
    { features, labels, image: { height: 6, width: 6 } },
    { body: "attention", tokens: "patches:2", heads: 2, width: 8, depth: 2, scaling: 255, epochs: 40 },
  );
});

const rowAt = (row: number): Uint8Array => values.subarray(row * 36, (row + 1) * 36);

describe("the attention of a case", () => {
  test("has weights that sum to 1, for every head and token, and shares that do", () => {
    const { blocks, pooling, shares, tokens } = attentionOf(model, rowAt(0));
    expect(blocks.length).toBe(2);
    for (const { heads, weights } of [...blocks, pooling]) {
      expect(heads).toBe(2);
      for (let start = 0; start < weights.length; start += 9)
        expect(weights.subarray(start, start + 9).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(tokens.names[5]).toBe("patch 1, 2");
    expect([...tokens.features[5]]).toEqual([16, 17, 22, 23]);
    expect(tokens.grid).toEqual({ down: 3, across: 3 });
  });

  test("tells the model's own probability, and log-odds before and after", () => {
    const { removal } = attentionOf(model, rowAt(3));
    const { values: probabilities } = model.predict(matrix(rowAt(3), 1, 36));
    const own = probabilities[model.classes.indexOf(removal.class)];
    expect(removal.probability).toBeCloseTo(own, 5);
    expect(removal.count).toBe(2);
    expect(removal.standIn).toBe("zero");
    const without = rowAt(3).slice();
    for (const t of removal.most.tokens) {
      const start = 12 * Math.floor(t / 3) + 2 * (t % 3);
      for (const j of [0, 1, 6, 7]) without[start + j] = 0;
    }
    const after = model.predict(matrix(without, 1, 36)).values[model.classes.indexOf(removal.class)];
    expect(removal.logOdds + removal.most.change).toBeCloseTo(Math.log(after / (1 - after)), 3);
  });

  test("does not judge where tokens can be taken in too few ways", () => {
    expect(attentionOf(model, rowAt(0)).removal.explains).toBe("undecided"); // 2 of 9: 36 ways
    expect(attentionOf(model, rowAt(0), { remove: 0.3 }).removal.explains).not.toBe("undecided"); // 3 of 9: 84
  });

  test("explains the prediction where what is attended to decides it by more than chance, else not", () => {
    const verdicts = [0, 1, 2, 3, 4].map((row) => attentionOf(model, rowAt(row), { remove: 0.3 }).removal);
    for (const { most, random, explains } of verdicts)
      expect(explains).toBe(
        most.change < random.range[0] ? "yes" : most.change > random.range[1] ? "misleads" : "no",
      );
  });

  test("says of blank tokens that nothing was taken", () => {
    const { removal } = attentionOf(model, rowAt(0), { remove: 0.4 });
    const bright = places[0];
    const isIn = removal.most.tokens.includes(bright);
    expect(removal.most.blank).toBe(removal.count - Number(isIn));
    expect(removal.random.range[0]).toBeLessThanOrEqual(removal.random.range[1]);
  });

  test("follows another class when asked, and comes out the same each time", () => {
    const first = attentionOf(model, rowAt(0), { class: "middle", seed: 4 });
    expect(first.removal.class).toBe("middle");
    expect(attentionOf(model, rowAt(0), { class: "middle", seed: 4 })).toEqual(first);
  });

  test("is told of the columns of a table by name", async () => {
    const columns = {
      x: Array.from({ length: 90 }, () => generator.normal()),
      color: Array.from({ length: 90 }, (_, i) => ["red", "blue", "green"][i % 3]),
    };
    const target = columns.x.map((x, i) => (x > 0 && i % 3 === 0 ? "yes" : "no"));
    const own = await fitClassifier(
      { columns: { ...columns, target }, target: "target" },
      { body: "attention", heads: 1, width: 4, depth: 1, epochs: 5 },
    );
    const { tokens, removal } = attentionOf(own, { x: 1.5, color: "red" });
    expect(tokens.names).toEqual(own.features.columns);
    expect(tokens.grid).toBeNull();
    expect(removal.standIn).toBe("mean or none");
    const one = tableOfColumns({ x: [1.5], color: ["red"] });
    const k = own.classes.indexOf(removal.class);
    expect(removal.probability).toBeCloseTo(own.predict(one).values[k], 5);
  });
});

describe("attentionOf refuses, in one sentence,", () => {
  test("a model without attention", async () => {
    const linear = await fitClassifier({ features, labels }, { scaling: 255, epochs: 1 });
    expect(() => attentionOf(linear, rowAt(0))).toThrow(/the model has no attention; fit one/);
  });

  test("a row of another length, an unknown class, and shares that are none", () => {
    expect(() => attentionOf(model, [1, 2, 3])).toThrow(/takes 36 columns, got 3/);
    expect(() => attentionOf(model, rowAt(0), { class: "top" })).toThrow(
      /class must be one of left, middle, right, got "top"/,
    );
    expect(() => attentionOf(model, rowAt(0), { remove: 1 })).toThrow(
      /remove must be a share above 0 and below 1, got 1/,
    );
    expect(() => attentionOf(model, rowAt(0), { draws: 5 })).toThrow(
      /draws must be a whole number, 40 or more/,
    );
  });
});
