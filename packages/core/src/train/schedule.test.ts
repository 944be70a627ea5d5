import { describe, expect, test } from "vitest";
import { labelsOf, matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { plainKernels, type Kernels } from "../kernels/index.ts";
import { fitClassifier, type FitOptions } from "./index.ts";
import { learningRateAt, type ScheduleOptions } from "./schedule.ts";

const base: ScheduleOptions = {
  learningRate: 0.5,
  schedule: "constant",
  warmUp: 0,
  stepEpochs: 2,
  stepFactor: 0.1,
};
const epochs = 6;
const steps = 5;

/** The rate of every step of a run of 6 epochs with 5 steps each. */
function ratesOf(options: Partial<ScheduleOptions>): number[] {
  return Array.from({ length: epochs * steps }, (_, i) =>
    learningRateAt({ ...base, ...options }, i, steps, epochs),
  );
}

describe("the learning rate", () => {
  test("stays what it is", () => {
    expect(new Set(ratesOf({}))).toEqual(new Set([0.5]));
  });

  test("falls by a factor after every so many epochs, parts of epochs too", () => {
    const rates = ratesOf({ schedule: "step" });
    expect(rates.slice(0, 10)).toEqual(Array(10).fill(0.5));
    expect(rates.slice(10, 20)).toEqual(Array(10).fill(0.5 * 0.1));
    expect(rates.slice(20)).toEqual(Array(10).fill(0.5 * 0.1 * 0.1));
    const parts = ratesOf({ schedule: "step", stepEpochs: 0.4, stepFactor: 0.5 });
    expect(parts.slice(0, 6)).toEqual([0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
  });

  test("follows half a cosine: all of it at the start, half of it in the middle, almost nothing in the last step", () => {
    const rates = ratesOf({ schedule: "cosine" });
    // Math.cos is good enough to check a value within 1e-15; what is stored must not come from it.
    rates.forEach((rate, i) => {
      expect(Math.abs(rate - 0.25 * (1 + Math.cos((Math.PI * i) / 30)))).toBeLessThan(1e-15);
    });
    expect(rates[0]).toBeCloseTo(0.5, 15);
    expect(rates[15]).toBeCloseTo(0.25, 15);
    expect(rates[29]).toBeLessThan(0.002);
  });

  test.each(["constant", "step", "cosine"] as const)(
    "rises in a straight line while it warms up: %s",
    (schedule) => {
      const cold = ratesOf({ schedule });
      const warm = ratesOf({ schedule, warmUp: 0.8 });
      [0.25, 0.5, 0.75, 1].forEach((share, i) => expect(warm[i]).toBeCloseTo(share * cold[i], 15));
      expect(warm.slice(4)).toEqual(cold.slice(4));
    },
  );

  test("is that of the whole run, wherever its steps are counted from", () => {
    const half = learningRateAt({ ...base, schedule: "cosine" }, 500, 100, 10);
    expect(half).toBeCloseTo(0.25, 15);
  });
});

describe("a fitted model", () => {
  const labels = labelsOf([0, 1, 1]);
  const data = { features: matrix(Float64Array.of(1, -1, 2), 3, 1), labels };
  const fit = (options: FitOptions) =>
    fitClassifier(data, { kernels: plainKernels, head: "softmax", epochs, ...options });

  test("feels the schedule and records it", async () => {
    const models = await Promise.all(
      (["constant", "step", "cosine"] as const).map((schedule) => fit({ schedule, warmUp: 1 })),
    );
    expect(new Set(models.map(({ layers: [{ weights }] }) => weights.join())).size).toBe(3);
    expect(models[2].training.options).toMatchObject({
      schedule: "cosine",
      warmUp: 1,
      stepEpochs: 2,
      stepFactor: 0.1,
    });
  });

  test("takes the rate of every step of the run, epoch after epoch, the short last batch's too", async () => {
    const taken: number[] = [];
    const kernels: Kernels = {
      ...plainKernels,
      async createSoftmaxRun(run) {
        const own = await plainKernels.createSoftmaxRun(run);
        return {
          ...own,
          steps(first, rows, batch, stepOptions) {
            taken.push(...stepOptions.learningRates.subarray(0, Math.ceil(rows / batch)));
            return own.steps(first, rows, batch, stepOptions);
          },
        };
      },
    };
    await fit({ kernels, batch: 2, schedule: "cosine", warmUp: 1, learningRate: 0.5 });
    const options: ScheduleOptions = { ...base, schedule: "cosine", warmUp: 1 };
    const expected = Array.from({ length: 2 * epochs }, (_, i) => learningRateAt(options, i, 2, epochs));
    expect(taken).toEqual(expected.map(Math.fround));
  });

  test("with steps that change nothing is that of the constant rate, bit for bit", async () => {
    const [constant, step] = await Promise.all([fit({}), fit({ schedule: "step", stepFactor: 1 })]);
    expect(step.layers).toEqual(constant.layers);
  });

  test.each<[FitOptions, string]>([
    [{ warmUp: -1 }, "warmUp must be a number of epochs from 0 to 6, got -1"],
    [{ warmUp: 7 }, "warmUp must be a number of epochs from 0 to 6, got 7"],
    [{ warmUp: NaN }, "warmUp must be a number of epochs from 0 to 6, got NaN"],
    [{ stepEpochs: 0 }, "stepEpochs must be a positive number of epochs, got 0"],
    [{ stepEpochs: Infinity }, "stepEpochs must be a positive number of epochs, got Infinity"],
    [{ stepFactor: 0 }, "stepFactor must be in (0, 1], got 0"],
    [{ stepFactor: 1.5 }, "stepFactor must be in (0, 1], got 1.5"],
    [
      { stepEpochs: 2 },
      'stepEpochs is an option of the schedule step; give schedule: "step", or leave it out',
    ],
    [
      { schedule: "cosine", stepFactor: 0.5 },
      'stepFactor is an option of the schedule step; give schedule: "step", or leave it out',
    ],
  ])("refuses %j", async (options, message) => {
    await expect(fit(options)).rejects.toThrow(new InputError(`fitClassifier: ${message}`));
  });
});
