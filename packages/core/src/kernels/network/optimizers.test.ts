import { describe, expect, test } from "vitest";
import {
  dataOf,
  expectNear,
  middles,
  options,
  record,
  type Setting,
} from "../../../test/network-programs.ts";
import { createKernels, plainKernels } from "../index.ts";

const simd = createKernels();

describe("optimizers and losses:", () => {
  test.each([
    ["sgd", 0, {}],
    ["sgd", 1, { nesterov: true }],
    ["adam", 2, {}],
    ["adamw", 2, {}],
    ["adamw", 2, { clipNorm: 0.05 }],
    ["sgd", 1, { clipNorm: 1e9, labelSmoothing: 0 }],
  ] as const)("%s with %d moments and %o goes as in float64", async (optimizer, memories, own) => {
    for (const kind of ["softmax", "sigmoid"] as const) {
      const program = record(middles["elu"], 9, 12, kind === "softmax" ? 4 : 3, kind);
      const setting: Setting = { program, rows: 30, batch: 8, isBytes: false, optimizer, memories, kind };
      const [plain, fast] = await Promise.all(
        [plainKernels, simd].map((kernels) => kernels.createNetworkRun(dataOf(setting))),
      );
      const all = { ...options, ...own };
      const [expected, found] = await Promise.all([plain, fast].map(async (run) => run.steps(0, 30, 8, all)));
      expect(found.loss / expected.loss).toBeCloseTo(1, 4);
      expect(found.right).toBe(expected.right);
      expectNear(fast.parameters(), plain.parameters(), 2e-4);
      fast.moments().forEach((each, i) => expectNear(each, plain.moments()[i], 2e-4));
    }
  });

  test("a loss that is not finite is told, not hidden", async () => {
    const program = record(middles["relu"], 4, 6, 3, "softmax");
    const setting: Setting = {
      program,
      rows: 20,
      batch: 5,
      isBytes: false,
      optimizer: "sgd",
      memories: 0,
      kind: "softmax",
    };
    const run = await simd.createNetworkRun(dataOf(setting));
    const learningRates = new Float32Array(8).fill(1e30);
    const { loss } = await run.steps(0, 20, 5, { ...options, learningRates });
    expect(Number.isFinite(loss)).toBe(false);
  });

  test("one logit that is not a number is told as well, whichever it is", async () => {
    const program = record(middles["relu"], 4, 6, 3, "softmax");
    const setting: Setting = {
      program,
      rows: 4,
      batch: 4,
      isBytes: false,
      optimizer: "sgd",
      memories: 0,
      kind: "softmax",
    };
    const data = dataOf(setting);
    data.labels.fill(0);
    data.parameters[program.parameterCount - 1] = NaN; // the bias of the last class
    for (const kernels of [plainKernels, simd]) {
      const run = await kernels.createNetworkRun(data);
      expect((await run.steps(0, 4, 4, options)).loss).toBeNaN();
    }
  });

  test("the first step of Adam is the learning rate, whatever the gradient, to 3e-7", async () => {
    const program = record(middles["elu"], 9, 12, 4, "softmax");
    const setting: Setting = {
      program,
      rows: 8,
      batch: 8,
      isBytes: false,
      optimizer: "adam",
      memories: 2,
      kind: "softmax",
    };
    for (const kernels of [plainKernels, simd]) {
      const run = await kernels.createNetworkRun(dataOf(setting));
      const before = run.parameters();
      await run.steps(0, 8, 8, {
        ...options,
        firstStep: 0,
        epsilon: 1e-20,
        decay: 0,
        learningRates: Float32Array.of(1),
      });
      const gradient = run.gradient();
      run.parameters().forEach((after, i) => {
        expect(Math.abs(after - before[i] + Math.sign(gradient[i]))).toBeLessThan(3e-7);
      });
    }
  });

  test.each(["sgd", "adam", "adamw"] as const)(
    "%s: steps taken in several calls have the bits of steps taken in one",
    async (optimizer) => {
      const program = record(middles["dropout"], 9, 12, 4, "softmax");
      const rows = 400;
      const setting: Setting = {
        program,
        rows,
        batch: 1,
        isBytes: false,
        optimizer,
        memories: optimizer === "sgd" ? 1 : 2,
        kind: "softmax",
      };
      const learningRates = new Float32Array(rows).fill(0.01);
      for (const kernels of [plainKernels, simd]) {
        const [whole, parts] = await Promise.all([1, 2].map(() => kernels.createNetworkRun(dataOf(setting))));
        await whole.steps(0, rows, 1, { ...options, learningRates });
        for (let first = 0; first < rows; first += 7)
          await parts.steps(first, Math.min(7, rows - first), 1, {
            ...options,
            learningRates,
            firstStep: options.firstStep + first,
          });
        expect(parts.parameters()).toEqual(whole.parameters());
        expect(parts.moments()).toEqual(whole.moments());
      }
    },
  );
});
