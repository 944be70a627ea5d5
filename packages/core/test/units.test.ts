import { describe, expectTypeOf, test } from "vitest";
import type { Logits, Matrix, Probabilities } from "../src/data/index.ts";
import { brierScore, logLoss } from "../src/evaluate/index.ts";
import {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  crossEntropy,
  crossEntropyGradient,
  logSigmoid,
  logSoftmax,
  sigmoid,
  sigmoidComplement,
  softmax,
  softplus,
  sparsemax,
  type ProbabilityValues,
} from "../src/functions/index.ts";
import { sigmoidHead, softmaxHead, type Classifier } from "../src/model/index.ts";
import { fitTemperature } from "../src/calibrate/index.ts";
import type { Labels } from "../src/data/index.ts";

// `tsc -p tsconfig.test.json` holds these: each @ts-expect-error is an error where the compiler takes the line. None runs.
const plain = Float64Array.of(0, 1);
const labels: Labels = { classes: ["a", "b"], indices: Int32Array.of(0) };
declare const logits: Logits;
declare const probabilities: Probabilities;
declare const model: Classifier;

describe("the compiler refuses", () => {
  test("softmax applied twice, whichever way", () => {
    // @ts-expect-error
    expectTypeOf(() => softmax(softmax(plain))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => logSoftmax(softmax(plain))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(probabilities.values, 2)).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmaxHead.probabilities(softmaxHead.probabilities(logits))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => sigmoidHead.probabilities(softmaxHead.probabilities(logits))).toBeFunction();
  });

  test("sigmoid of a sigmoid", () => {
    // @ts-expect-error
    expectTypeOf(() => sigmoid(sigmoid(0))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softplus(sigmoidComplement(0))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => logSigmoid(sigmoid(0))).toBeFunction();
  });

  test("a sigmoid of what softmax gave, and a softmax of what sparsemax gave, or the other way about", () => {
    // @ts-expect-error
    expectTypeOf(() => sigmoid(softmax(plain)[1])).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(sparsemax(plain))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => sparsemax(softmax(plain))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => crossEntropy(sparsemax(plain), 2, [0])).toBeFunction();
  });

  test("parts, copies and single numbers of what softmax gave", () => {
    const p = softmax(plain);
    // @ts-expect-error
    expectTypeOf(() => softmax([...p])).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(p.slice(0, 1))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(p.subarray(1))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(p.slice().toSorted())).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(p.toReversed())).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(Array.from(p))).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => sigmoid(p.at(0) ?? 0)).toBeFunction();
    for (const one of p) {
      // @ts-expect-error
      expectTypeOf(() => sigmoid(one)).toBeFunction();
    }
    for (const [, one] of p.entries()) {
      // @ts-expect-error
      expectTypeOf(() => sigmoid(one)).toBeFunction();
    }
    // @ts-expect-error
    expectTypeOf(() => crossEntropy([...probabilities.values], 2, [0])).toBeFunction();
  });

  test("the probabilities of one row of a model", () => {
    // @ts-expect-error
    expectTypeOf(() => sigmoid(model.probabilities([1]).yes)).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => softmax(Object.values(model.probabilities({ x: 1 })))).toBeFunction();
  });

  test("a softmax output given to a sigmoid loss, and probabilities to any loss", () => {
    // @ts-expect-error
    expectTypeOf(() => binaryCrossEntropy(softmax(plain), plain)).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => binaryCrossEntropyGradient(softmax(plain), plain)).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => crossEntropy(softmax(plain), 2, [0])).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => crossEntropyGradient(probabilities.values, 2, [0])).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => crossEntropy([sigmoid(0), sigmoid(1)], 2, [0])).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => logLoss(probabilities, labels)).toBeFunction();
  });

  test("probabilities where logits belong, logits where probabilities do, and numbers that do not say", () => {
    // @ts-expect-error
    expectTypeOf(() => fitTemperature(probabilities, labels)).toBeFunction();
    // @ts-expect-error
    expectTypeOf(() => brierScore(logits, labels)).toBeFunction();
    // @ts-expect-error
    expectTypeOf<Probabilities>().toExtend<Logits>();
    // @ts-expect-error
    expectTypeOf<Logits>().toExtend<Probabilities>();
    // @ts-expect-error
    expectTypeOf<Matrix<Float64Array>>().toExtend<Logits>();
  });
});

describe("the compiler takes", () => {
  test("plain arrays for logits, and what comes out wherever an array goes", () => {
    expectTypeOf(() => softmax([0, 1])).toBeFunction();
    expectTypeOf(() => softmax(logits.values, logits.columns)).toBeFunction();
    expectTypeOf(() => softmax(Float32Array.of(0, 1), 2, plain)).toBeFunction();
    expectTypeOf(softmax(plain)).toExtend<Float64Array>();
    expectTypeOf(softmax(plain)).toEqualTypeOf<ProbabilityValues>();
    expectTypeOf(sigmoid(0)).toExtend<number>();
    expectTypeOf(plain.map(sigmoid)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  });

  test("what is computed of probabilities, which may be anything", () => {
    expectTypeOf(() => softmax(softmax(plain).map((p) => 2 * p))).toBeFunction();
    expectTypeOf(() => softmax(Float64Array.from(softmax(plain)))).toBeFunction();
    expectTypeOf(softmax(plain).slice()).toExtend<Float64Array<ArrayBuffer>>();
  });

  test("log-probabilities for logits, which they are: softmax gives their probabilities back", () => {
    expectTypeOf(() => softmax(logSoftmax(plain))).toBeFunction();
    expectTypeOf(() => crossEntropy(logSoftmax(plain), 2, [0])).toBeFunction();
  });

  test("probabilities as the targets of a loss, and numbers that one computes as its own", () => {
    expectTypeOf(() => crossEntropy(plain, 2, softmax(plain))).toBeFunction();
    expectTypeOf(() => sigmoid(2 * sigmoid(0) - 1)).toBeFunction();
    const own: Probabilities = {
      rows: 1,
      columns: 2,
      values: Float64Array.of(0.5, 0.5),
      unit: "probabilities",
    };
    expectTypeOf(() => brierScore(own, labels)).toBeFunction();
  });
});
