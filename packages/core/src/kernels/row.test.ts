import { describe, expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { createKernels, plainKernels, type LinearLayer } from "./index.ts";

const twins = [
  ["plain", plainKernels],
  ["simd", createKernels()],
] as const;

function randomLayer(columns: number, classes: number, seed: number): LinearLayer {
  const generator = createGenerator(seed);
  return {
    weights: Float32Array.from({ length: classes * columns }, () => generator.normal()),
    bias: Float32Array.from({ length: classes }, () => generator.normal()),
  };
}

function randomRow(columns: number, isBytes: boolean, seed: number): Uint8Array | Float32Array {
  const generator = createGenerator(seed);
  const values = isBytes ? new Uint8Array(columns) : new Float32Array(columns);
  return values.map(() => (isBytes ? generator.below(256) : generator.normal()));
}

describe.each(twins)("one row, %s", (_name, kernels) => {
  test.each([1, 2, 3, 4, 5, 6, 9, 10, 11, 100])(
    "has the bits that linear gives it among others, %i classes",
    (classes) => {
      for (const columns of [1, 3, 4, 7, 8, 15, 16, 17, 33, 784]) {
        const layer = randomLayer(columns, classes, columns);
        const apply = kernels.createLinearRow(layer, columns);
        for (const isBytes of [true, false, true]) {
          const scale = isBytes ? 1 / 255 : 0.3;
          const rows = [1, 2, 3].map((seed) => randomRow(columns, isBytes, seed));
          const values = isBytes ? new Uint8Array(3 * columns) : new Float32Array(3 * columns);
          rows.forEach((row, i) => values.set(row, i * columns));
          const expected = new Float32Array(3 * classes);
          kernels.linear(layer, { values, columns, scale }, expected);
          rows.forEach((row, i) => {
            expect([...apply(row, scale)]).toEqual([...expected.subarray(i * classes, (i + 1) * classes)]);
          });
        }
      }
    },
  );

  test("layers do not disturb each other, nor do other calls, however many there are", () => {
    const columns = 3000;
    const row = randomRow(columns, false, 1);
    // 12 MB each: more than are kept in memory at a time.
    const layers = Array.from({ length: 8 }, (_, i) => randomLayer(columns, 1000, i));
    const appliers = layers.map((layer) => kernels.createLinearRow(layer, columns));
    const first = appliers.map((apply) => apply(row, 1).slice());
    kernels.softmaxRows(randomLayer(100_000, 1, 9).weights, 10, new Float32Array(100_000));
    kernels.linear(layers[3], { values: row, columns, scale: 1 }, new Float32Array(1000));
    for (const i of [7, 0, 0, 3, 1]) expect(appliers[i](row, 1)).toEqual(first[i]);
    expect(new Set(first.map((logits) => logits[0])).size).toBe(8);
  });
});
