import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { readHidden, writeHidden } from "./hidden.ts";

const refusal = (hidden: Parameters<typeof readHidden>[0]): string => {
  try {
    readHidden(hidden);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

test("layers are read from a text or a list, relu where no activation is named, and written back", () => {
  const layers = readHidden("256:relu, 128:prelu,64");
  expect(layers).toEqual([
    { units: 256, activation: "relu" },
    { units: 128, activation: "prelu" },
    { units: 64, activation: "relu" },
  ]);
  expect(readHidden([{ units: 256 }, { units: 128, activation: "prelu" }, { units: 64 }])).toEqual(layers);
  expect(writeHidden(layers)).toBe("256:relu,128:prelu,64:relu");
});

describe("what is no layer is refused in a sentence", () => {
  test.each([
    [
      "0:relu",
      'fitClassifier: hidden: layer 1 must have a whole number of units from 1 to 16777216, got "0:relu"',
    ],
    [
      "8,-3:relu",
      'fitClassifier: hidden: layer 2 must have a whole number of units from 1 to 16777216, got "-3:relu"',
    ],
    ["2.5", 'fitClassifier: hidden: layer 1 must have a whole number of units from 1 to 16777216, got "2.5"'],
    [
      "relu",
      'fitClassifier: hidden: layer 1 must have a whole number of units from 1 to 16777216, got "relu"',
    ],
    [
      "8:relu,",
      'fitClassifier: hidden: layer 2 must have a whole number of units from 1 to 16777216, got ""',
    ],
    ["", 'fitClassifier: hidden: expected layers as in "256:relu,128:prelu", got ""'],
    ["8:rleu", 'fitClassifier: hidden: there is no activation "rleu"; did you mean "relu"?'],
    ["8:ReLU", 'fitClassifier: hidden: there is no activation "ReLU"; did you mean "relu"?'],
    [
      "8:maxout1",
      'fitClassifier: hidden: maxout is the largest of 2 to 64 pieces, got "maxout1"; one piece is no choice, which is identity',
    ],
    [
      "8:maxout999",
      'fitClassifier: hidden: maxout is the largest of 2 to 64 pieces, got "maxout999"; take fewer',
    ],
  ])("%j", (hidden, sentence) => {
    expect(refusal(hidden)).toBe(sentence);
  });

  test("an empty list and a width of a list", () => {
    expect(refusal([])).toBe('fitClassifier: hidden: expected layers as in "256:relu,128:prelu", got []');
    expect(refusal([{ units: Number.NaN }])).toContain("got NaN");
  });

  test("an activation that is like none lists all", () => {
    expect(refusal("8:wavelet")).toMatch(
      /^fitClassifier: hidden: there is no activation "wavelet"; there are sigmoid, tanh, relu, /,
    );
  });
});
