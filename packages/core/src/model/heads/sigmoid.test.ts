import { expect, test } from "vitest";
import type { Logits } from "../../data/index.ts";
import { sigmoidHead, softmaxHead } from "../index.ts";

const logitsOf = (...outputs: number[]): Logits => ({
  rows: outputs.length,
  columns: 2,
  values: sigmoidHead.logits(Float32Array.from(outputs)),
  unit: "logits",
});

test("is for two classes, with one output", () => {
  expect([2, 3, 10].map((classes) => sigmoidHead.outputsFor(classes))).toEqual([1, 0, 0]);
  expect([2, 3, 10].map((classes) => softmaxHead.outputsFor(classes))).toEqual([2, 3, 10]);
});

test("the output is the logit of the second class against 0 for the first", () => {
  expect([...logitsOf(3, -1, 0).values]).toEqual([0, 3, 0, -1, 0, 0]);
});

test("0 is an even chance, ln 3 is three to one, and both tails keep their digits", () => {
  const { values, rows, columns, unit } = sigmoidHead.probabilities(logitsOf(0, Math.log(3), 40, -800));
  expect({ rows, columns, unit }).toEqual({ rows: 4, columns: 2, unit: "probabilities" });
  expect([...values.subarray(0, 2)]).toEqual([0.5, 0.5]);
  expect(values[3]).toBeCloseTo(0.75, 7); // ln 3 is rounded to float32
  expect(values[4]).toBeCloseTo(4.248354255291589e-18, 33);
  expect([...values.subarray(5)]).toEqual([1, 1, 0]);
});

test("probabilities are those of the softmax of the same logits, within 4 ulp", () => {
  const logits = logitsOf(...Array.from({ length: 400 }, (_, i) => (i - 200) / 7));
  const expected = softmaxHead.probabilities(logits).values;
  sigmoidHead.probabilities(logits).values.forEach((p, i) => {
    expect(Math.abs(p - expected[i])).toBeLessThanOrEqual(4 * 2 ** -52 * expected[i]);
  });
});

test("its softmax has the same log-odds, opposite weights, and comes back to the last bit", () => {
  const layer = { weights: Float32Array.of(0.3, -7, 1e-20), bias: Float32Array.of(0.1) };
  const { weights, bias } = sigmoidHead.asSoftmax.expand(layer);
  const half = [...layer.weights].map((w) => w / 2);
  expect([...weights]).toEqual([...half.map((w) => -w), ...half]);
  expect([...bias]).toEqual([-layer.bias[0] / 2, layer.bias[0] / 2]);
  expect(sigmoidHead.asSoftmax.reduce({ weights, bias })).toEqual(layer);
});
