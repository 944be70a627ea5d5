import { describe, expect, test } from "vitest";
import { matrix, tableOf } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { createClassifier, softmaxHead, type Classifier, type ScoreUnit } from "./index.ts";
import { linearLayerOf } from "./index.ts";

/** A model over the columns of another one's scores. */
function given(scores: ScoreUnit, columns: readonly string[], classes: readonly string[]): Classifier {
  return createClassifier(
    {
      classes,
      features: {
        columns,
        image: null,
        scaling: {
          kind: "columns",
          center: new Float64Array(columns.length),
          scale: new Float64Array(columns.length).fill(1),
        },
        table: columns.map((name) => ({ kind: "numeric", name, hasMissing: false })),
      },
      body: null,
      layers: [],
      scores,
      head: softmaxHead,
      training: {
        source: "elsewhere",
        target: "y",
        rows: 2,
        status: "given",
        seed: 0,
        options: { solver: "given" },
        history: [],
        optimum: null,
        version: "0.0.0",
      },
      inference: null,
      calibration: null,
      ledger: [],
    },
    plainKernels,
  );
}

describe("scores of another model", () => {
  test("logits stay as they are, found by name", () => {
    const model = given("logits", ["z0", "z1", "z2"], ["a", "b", "c"]);
    const rows = tableOf([
      { z2: 0.1, z0: 1e300, z1: -2 },
      { z2: 3, z0: 0.3, z1: 7 },
    ]);
    expect([...model.logits(rows).values]).toEqual([1e300, -2, 0.1, 0.3, 7, 3]);
    expect(model.probabilities({ z0: 0, z1: 0, z2: 0 })).toEqual({ a: 1 / 3, b: 1 / 3, c: 1 / 3 });
  });

  test("one logit is that of the second class", () => {
    const model = given("logits", ["score"], ["no", "yes"]);
    expect([...model.logits(matrix(Float64Array.of(2, -40), 2, 1)).values]).toEqual([0, 2, 0, -40]);
    expect(model.probabilities([-40]).yes).toBeCloseTo(4.248354255291589e-18, 32);
  });

  test("probabilities come back as they went in, an exact 0 too", () => {
    const model = given("probabilities", ["a", "b", "c"], ["a", "b", "c"]);
    const { values } = model.predict(matrix(Float64Array.of(0.2, 0.5, 0.3, 0, 0.25, 0.75), 2, 3));
    [0.2, 0.5, 0.3, 0, 0.25, 0.75].forEach((p, i) => expect(values[i]).toBeCloseTo(p, 15));
    expect(values[3]).toBe(0);
    const two = given("probabilities", ["p"], ["no", "yes"]);
    expect(two.probabilities([1])).toEqual({ no: 0, yes: 1 });
    expect(two.probabilities([1e-300]).yes / 1e-300).toBeCloseTo(1, 12);
  });

  test("what is no probability is refused, with its row", () => {
    const model = given("probabilities", ["a", "b"], ["a", "b"]);
    expect(() => model.predict(matrix(Float64Array.of(0.5, 0.5, 0.9, 0.9), 2, 2))).toThrow(
      new InputError("classifier: the probabilities of a row must sum to 1 within 0.001, got 1.8 at row 1"),
    );
    expect(() => model.predict(matrix(Float64Array.of(-0.5, 1.5), 1, 2))).toThrow(
      new InputError("classifier: probabilities must be in [0, 1], got -0.5 at row 0"),
    );
  });

  test("there are no weights to look at", () => {
    expect(() => linearLayerOf(given("logits", ["z"], ["a", "b"]), "coefficients")).toThrow(
      "coefficients: the model has no weights of its own",
    );
  });
});
