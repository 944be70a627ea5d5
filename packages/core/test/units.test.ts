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
  type ProbabilityValues,
} from "../src/functions/index.ts";
import { sigmoidHead, softmaxHead } from "../src/model/index.ts";
import { fitTemperature } from "../src/calibrate/index.ts";
import type { Labels } from "../src/data/index.ts";

// `tsc -p tsconfig.test.json` holds these: each @ts-expect-error is an error where the compiler takes the line. None runs.
const plain = Float64Array.of(0, 1);
const labels: Labels = { classes: ["a", "b"], indices: Int32Array.of(0) };
declare const logits: Logits;
declare const probabilities: Probabilities;
/** For the compiler alone. */
function compiled(_work: () => unknown): void {}

describe("the compiler refuses", () => {
  test("softmax applied twice, whichever way", () => {
    // @ts-expect-error
    compiled(() => softmax(softmax(plain)));
    // @ts-expect-error
    compiled(() => logSoftmax(softmax(plain)));
    // @ts-expect-error
    compiled(() => softmax(probabilities.values, 2));
    // @ts-expect-error
    compiled(() => softmaxHead.probabilities(softmaxHead.probabilities(logits)));
    // @ts-expect-error
    compiled(() => sigmoidHead.probabilities(softmaxHead.probabilities(logits)));
  });

  test("sigmoid of a sigmoid", () => {
    // @ts-expect-error
    compiled(() => sigmoid(sigmoid(0)));
    // @ts-expect-error
    compiled(() => softplus(sigmoidComplement(0)));
    // @ts-expect-error
    compiled(() => logSigmoid(sigmoid(0)));
  });

  test("a softmax output given to a sigmoid loss, and probabilities to any loss", () => {
    // @ts-expect-error
    compiled(() => binaryCrossEntropy(softmax(plain), plain));
    // @ts-expect-error
    compiled(() => binaryCrossEntropyGradient(softmax(plain), plain));
    // @ts-expect-error
    compiled(() => crossEntropy(softmax(plain), 2, [0]));
    // @ts-expect-error
    compiled(() => crossEntropyGradient(probabilities.values, 2, [0]));
    // @ts-expect-error
    compiled(() => crossEntropy([sigmoid(0), sigmoid(1)], 2, [0]));
    // @ts-expect-error
    compiled(() => logLoss(probabilities, labels));
  });

  test("probabilities where logits belong, logits where probabilities do, and numbers that do not say", () => {
    // @ts-expect-error
    compiled(() => fitTemperature(probabilities, labels));
    // @ts-expect-error
    compiled(() => brierScore(logits, labels));
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
    compiled(() => softmax([0, 1]));
    compiled(() => softmax(logits.values, logits.columns));
    compiled(() => softmax(Float32Array.of(0, 1), 2, plain));
    expectTypeOf(softmax(plain)).toExtend<Float64Array>();
    expectTypeOf(softmax(plain)).toEqualTypeOf<ProbabilityValues>();
    expectTypeOf(sigmoid(0)).toExtend<number>();
    expectTypeOf(plain.map(sigmoid)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  });

  test("log-probabilities for logits, which they are: softmax gives their probabilities back", () => {
    compiled(() => softmax(logSoftmax(plain)));
    compiled(() => crossEntropy(logSoftmax(plain), 2, [0]));
  });

  test("probabilities as the targets of a loss, and numbers that one computes as its own", () => {
    compiled(() => crossEntropy(plain, 2, softmax(plain)));
    compiled(() => sigmoid(2 * sigmoid(0) - 1));
    const own: Probabilities = {
      rows: 1,
      columns: 2,
      values: Float64Array.of(0.5, 0.5),
      unit: "probabilities",
    };
    compiled(() => brierScore(own, labels));
  });
});
