import { afterAll, describe, expect, test } from "vitest";
import { createThreads } from "@sigmax/core/node";
import { readModel, writeModel } from "../artifact/index.ts";
import { matrix, tableOfColumns } from "../data/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type Checkpoint, type FitOptions } from "./index.ts";

/** Pictures of 4 × 4 pixels: a bright 2 × 2 square somewhere, and the class says in which quarter. */
function pictures(rows: number) {
  const generator = createGenerator(1);
  const values = Uint8Array.from({ length: rows * 16 }, () => generator.below(40));
  const indices = Int32Array.from({ length: rows }, () => generator.below(4));
  indices.forEach((quarter, row) => {
    const start = row * 16 + 8 * Math.floor(quarter / 2) + 2 * (quarter % 2);
    for (const j of [0, 1, 4, 5]) values[start + j] = 200 + generator.below(56);
  });
  return {
    features: matrix(values, rows, 16),
    labels: { classes: ["a", "b", "c", "d"], indices },
    image: { height: 4, width: 4 },
  };
}

const small = { body: "attention", heads: 2, width: 8, depth: 1, scaling: 255 } as const;
const data = pictures(240);

const team = createThreads(3);
afterAll(() => team.close());

describe("a classifier with a body of attention", () => {
  test.each([
    ["patches:2", {}],
    ["rows", { positions: "sinusoidal" }],
    ["patches:1", { dropout: 0.1, patience: 3 }],
  ] as const)("learns where something is: %s, %o", async (tokens, own) => {
    const model = await fitClassifier(data, { ...small, ...own, tokens, epochs: 30 });
    expect(model.training.status).toMatch(/completed|stopped-early/);
    expect(model.training.options).toMatchObject({
      solver: "adam",
      schedule: "cosine",
      attention: `${tokens}, heads 2, width 8, depth 1, positions ${"positions" in own ? own.positions : "learned"}`,
    });
    const { values } = model.predict(data.features);
    const right = data.labels.indices.reduce(
      (sum, k, row) => sum + Number([0, 1, 2, 3].every((j) => values[row * 4 + j] <= values[row * 4 + k])),
      0,
    );
    expect(right / 240).toBeGreaterThan(0.95);
  });

  test("gives the same bits with threads, after a file, and after going on from a checkpoint", async () => {
    const options: FitOptions = { ...small, epochs: 3, dropout: 0.2 };
    const checkpoints: Checkpoint[] = [];
    const alone = await fitClassifier(data, {
      ...options,
      onCheckpoint: (at) => void checkpoints.push(at),
    });
    const shared = await fitClassifier(data, { ...options, team });
    const resumed = await fitClassifier(data, { ...options, checkpoint: checkpoints[1] });
    const read = readModel(writeModel(alone));
    expect(shared.body).toEqual(alone.body);
    expect(resumed.body).toEqual(alone.body);
    expect(resumed.layers).toEqual(alone.layers);
    expect(read.body).toEqual(alone.body);
    expect(read.logits(data.features)).toEqual(alone.logits(data.features));
  });

  test("takes the columns of a table, each as a token, categories too", async () => {
    const generator = createGenerator(5);
    const columns = {
      x: Array.from({ length: 200 }, () => generator.normal()),
      y: Array.from({ length: 200 }, () => generator.normal()),
      z: Array.from({ length: 200 }, (_, i) => ["red", "blue", "green"][i % 3]),
    };
    const target = columns.x.map((x, i) => (x * columns.y[i] > 0 ? "same" : "other")); // no line divides these
    const model = await fitClassifier(
      { columns: { ...columns, target }, target: "target" },
      { ...small, scaling: "standardize", epochs: 60 },
    );
    const { values } = model.predict(tableOfColumns(columns));
    const right = target.filter((own, i) => values[2 * i + model.classes.indexOf(own)] > 0.5);
    expect(right.length / 200).toBeGreaterThan(0.9);
    expect(model.features.columns.length).toBeGreaterThan(3);
  });

  test("keeps the covariance of its last layer", async () => {
    const model = await fitClassifier(data, { ...small, epochs: 3 });
    expect(model.inference).not.toBeNull();
  });

  test("starts at 0 what a silent column says", async () => {
    const features = matrix(
      Float32Array.from({ length: 60 }, (_, i) => (i % 3 === 1 ? 0 : (i % 7) - 3)),
      20,
      3,
    );
    const labels = { classes: ["no", "yes"], indices: Int32Array.from({ length: 20 }, (_, i) => i % 2) };
    const { body } = await fitClassifier({ features, labels }, { ...small, scaling: 1, epochs: 2 });
    expect([...(body?.parameters.subarray(8, 16) ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("refuses, in one sentence,", () => {
  const table = {
    features: matrix(
      Float32Array.from({ length: 40 }, (_, i) => i % 7),
      10,
      4,
    ),
    labels: { classes: ["no", "yes"], indices: Int32Array.from({ length: 10 }, (_, i) => i % 2) },
  };
  test.each<[string, FitOptions, RegExp]>([
    [
      "heads that do not divide the width",
      { ...small, heads: 3 },
      /heads: 3 heads do not divide a width of 8/,
    ],
    ["no heads", { ...small, heads: 0 }, /heads must be a whole number from 1 to 4096, got 0/],
    ["half a width", { ...small, width: 2.5 }, /width must be a whole number from 1/],
    ["no blocks", { ...small, depth: 0 }, /depth must be a whole number from 1/],
    [
      "tokens of a table for pictures",
      { ...small, tokens: "columns" },
      /columns are of tables, and these rows are images of 4 × 4/,
    ],
    [
      "patches that do not divide a picture",
      { ...small, tokens: "patches:3" },
      /patches of 3 × 3 pixels do not divide images of 4 × 4/,
    ],
    [
      "unknown tokens",
      { ...small, tokens: "words" },
      /tokens: expected rows, columns, or patches as in "patches:4", got "words"/,
    ],
    [
      "two bodies",
      { ...small, hidden: "8" },
      /hidden is an option of hidden layers; .*give one or the other/,
    ],
    [
      "options of hidden layers",
      { ...small, layerNorm: true },
      /layerNorm is an option of hidden layers; a body of attention has its own/,
    ],
    [
      "heads without attention",
      { heads: 2, scaling: 255 },
      /heads is an option of a body of attention, and there is none/,
    ],
    [
      "heads for hidden layers",
      { hidden: "8", heads: 2, scaling: 255 },
      /heads is an option of a body of attention, not of hidden layers/,
    ],
    [
      "an exact solver",
      { ...small, solver: "newton" },
      /body is an option of sgd, adam and adamw, not of newton/,
    ],
    ["another covariance", { ...small, covariance: "wald" }, /a network keeps that of its last layer/],
  ])("%s", async (_name, options, message) => {
    await expect(fitClassifier(data, options)).rejects.toThrow(message);
  });

  test("tokens of pictures for a table", async () => {
    await expect(fitClassifier(table, { ...small, scaling: 1, tokens: "rows" })).rejects.toThrow(
      /rows are of images, and these rows are none; take columns/,
    );
  });

  test("more columns than can attend to one another", async () => {
    const wide = { ...table, features: matrix(new Float32Array(20 * 1100).fill(1), 20, 1100) };
    const labels = { classes: ["no", "yes"], indices: Int32Array.from({ length: 20 }, (_, i) => i % 2) };
    await expect(fitClassifier({ ...wide, labels }, { ...small, scaling: 1 })).rejects.toThrow(
      /1100 features would be as many tokens.*at most 1024/,
    );
  });
});
