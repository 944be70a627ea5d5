import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { createGenerator } from "../src/random/index.ts";
import { fitClassifier } from "../src/train/index.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

test("memory does not grow with the epochs: of 1,000, the last 900 leave a megabyte behind, at most", async () => {
  const generator = createGenerator(1);
  const values = Float64Array.from({ length: 4 * 64 }, () => generator.normal());
  const indices = Int32Array.from({ length: 64 }, (_, i) => Number(values[4 * i] > 0));
  const bytesAt: number[] = [];
  const { training } = await fitClassifier(
    { features: { rows: 64, columns: 4, values }, labels: { classes: ["a", "b"], indices } },
    {
      hidden: "64:relu,64:prelu",
      dropout: 0.1,
      epochs: 1000,
      patience: 1000,
      onProgress({ epoch, share }) {
        if (share < 1 || (epoch !== 100 && epoch !== 1000)) return;
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        bytesAt.push(heapUsed + arrayBuffers);
      },
    },
  );
  expect(training.history).toHaveLength(1000);
  expect(bytesAt[1] - bytesAt[0]).toBeLessThan(1e6);
  console.log(`after 100 epochs ${bytesAt[0]} bytes, after 1,000 ${bytesAt[1]}`);
}, 60_000);
