import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readIdx } from "../src/data/index.ts";
import { createKernels, plainKernels } from "../src/kernels/index.ts";
import reference from "./references/softmax-regression.json" with { type: "json" };

const { batch, epochs, learningRate, momentum, decay } = reference.settings;

function readDigits(name: string) {
  const url = new URL(`../../sigmax/data/${name}.gz`, import.meta.url);
  return readIdx(gunzipSync(readFileSync(url)), name);
}

/**
 * float32 carries 24 bits. A weight, up to 1.5 here, is off by 6e-8 of itself at each of 75 steps, and
 * momentum 7/8 lets an error live for 8; their random sum is some 1e-6. Inside, the plain kernels are
 * float64, only their answer is rounded.
 */
describe.each([
  { name: "plain", kernels: plainKernels, tolerance: 6e-8, lossTolerance: 1e-12 },
  { name: "SIMD", kernels: createKernels(), tolerance: 2e-6, lossTolerance: 2e-7 },
])(
  "descent with momentum and penalty on the digits, $name kernels",
  ({ kernels, tolerance, lossTolerance }) => {
    const images = readDigits("digits-images-idx3-ubyte").values;
    const labels = Int32Array.from(readDigits("digits-labels-idx1-ubyte").values);
    const columns = 64;
    const classes = 10;
    const steps = Math.ceil(labels.length / batch);

    test(`follows NumPy's float64: losses within ${lossTolerance} of themselves, weights within ${tolerance}`, async () => {
      expect(labels).toHaveLength(reference.rows);
      for (const values of [Uint8Array.from(images), Float32Array.from(images)]) {
        const run = await kernels.createSoftmaxRun({
          values,
          columns,
          scale: 1 / 16,
          labels,
          sampleWeights: null,
          classes,
          layer: {
            weights: Float32Array.from(
              { length: classes * columns },
              (_, i) => (((i * 37) % 101) - 50) / 1024,
            ),
            bias: Float32Array.from({ length: classes }, (_, k) => (k - 4.5) / 16),
          },
          velocity: { weights: new Float32Array(classes * columns), bias: new Float32Array(classes) },
        });
        const options = { learningRates: new Float32Array(steps).fill(learningRate), momentum, decay };
        expect(reference.epochs).toHaveLength(epochs);
        for (const { loss, right } of reference.epochs) {
          const totals = await run.steps(0, labels.length, batch, options);
          expect(Math.abs(totals.loss / loss - 1)).toBeLessThan(lossTolerance);
          expect(totals.right).toBe(right); // no row of the digits is so near a tie
        }
        const { weights, bias } = run.layer();
        weights.forEach((w, i) => expect(Math.abs(w - reference.weights[i])).toBeLessThan(tolerance));
        bias.forEach((b, k) => expect(Math.abs(b - reference.bias[k])).toBeLessThan(tolerance));
      }
    });
  },
);
