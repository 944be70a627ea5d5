import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createGenerator } from "../src/random/index.ts";
import { fitClassifier } from "../src/train/index.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

test("memory does not grow with the epochs: of 1,000, the last hundred need a megabyte more than the first two hundred, at most", async () => {
  const generator = createGenerator(1);
  const values = Float64Array.from({ length: 4 * 64 }, () => generator.normal());
  const indices = Int32Array.from({ length: 64 }, (_, i) => Number(values[4 * i] > 0));
  // The least of several looks: what the engine itself lays by between two is not the run's.
  const least = { early: Infinity, late: Infinity };
  const { training } = await fitClassifier(
    { features: { rows: 64, columns: 4, values }, labels: { classes: ["a", "b"], indices } },
    {
      hidden: "64:relu,64:prelu",
      dropout: 0.1,
      epochs: 1000,
      patience: 1000,
      onProgress({ epoch, share }) {
        const when = epoch <= 200 ? "early" : "late";
        if (share < 1 || epoch % 10 !== 0 || (epoch > 200 && epoch <= 900)) return;
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        least[when] = Math.min(least[when], heapUsed + arrayBuffers);
      },
    },
  );
  expect(training.history).toHaveLength(1000);
  expect(least.late - least.early).toBeLessThan(1e6);
  console.log(`up to epoch 200: ${least.early} bytes, from 910 to 1,000: ${least.late}`);
}, 60_000);
