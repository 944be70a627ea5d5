import { describe, expect, test } from "vitest";
import { createThreads } from "@sigmax/core/node";
import { dataOf, expectNear, middles, options, record } from "../../../test/network-programs.ts";
import { createGenerator } from "../../random/index.ts";
import {
  createKernels,
  createTape,
  dense,
  denseGradient,
  gather,
  plainKernels,
  wideSoftmaxLoss,
  type NetworkRunData,
  type Program,
  type Team,
} from "../index.ts";

const simd = createKernels();

describe("a linear layer with its loss, a tile of classes at a time,", () => {
  /** columns → width, rectified, → classes. */
  function wide(columns: number, width: number, classes: number): Program {
    const tape = createTape();
    const input = tape.block(columns);
    tape.push(gather(input));
    const first = [
      tape.parameters(width * columns, { decays: true }),
      tape.parameters(width, { decays: false }),
    ] as const;
    const hidden = tape.block(width);
    tape.push(dense(input, ...first, hidden));
    const own = middles["elu"](tape, hidden);
    const weights = tape.parameters(classes * width, { decays: true });
    const bias = tape.parameters(classes, { decays: false });
    const back = tape.block(width);
    tape.push(wideSoftmaxLoss(own.output, weights, bias, back));
    tape.push(denseGradient(input, own.backward(back), ...first));
    return tape.finish({ input, logits: own.output });
  }

  /** What it learns from: labels of all classes. */
  function wideData(program: Program, classes: number, rows: number, batch: number): NetworkRunData {
    const generator = createGenerator(classes);
    const setting = { rows, batch, isBytes: false, optimizer: "sgd", memories: 1, kind: "softmax" } as const;
    const labels = Int32Array.from({ length: rows }, () => generator.below(classes));
    return { ...dataOf({ program, ...setting }), labels };
  }

  test.each([
    [3, 5, 7, 2],
    [4, 9, 512, 5],
    [7, 12, 1500, 33],
    [5, 8, 6001, 17],
  ])("goes as in float64: %d → %d → %d classes, batches of %d", async (columns, width, classes, batch) => {
    const program = wide(columns, width, classes);
    const [plain, fast] = await Promise.all(
      [plainKernels, simd].map((kernels) =>
        kernels.createNetworkRun(wideData(program, classes, 2 * batch, batch)),
      ),
    );
    const totals = await Promise.all(
      [plain, fast].map(async (run) => run.steps(0, 2 * batch, batch, options)),
    );
    expect(totals[1].loss / totals[0].loss).toBeCloseTo(1, 5);
    expect(totals[1].right).toBe(totals[0].right);
    expectNear(fast.gradient(), plain.gradient(), 1e-4);
    expectNear(fast.parameters(), plain.parameters(), 1e-4);
  });

  test("is the dense layer and the loss, told apart", async () => {
    const [columns, width, classes] = [6, 10, 700];
    const data = wideData(wide(columns, width, classes), classes, 20, 20);
    const both = [data, { ...data, program: record(middles["elu"], columns, width, classes, "softmax") }];
    const [fused, apart] = await Promise.all(
      both.map(async (each) => {
        const run = await simd.createNetworkRun(each);
        const totals = await run.steps(0, 20, 20, options);
        return { totals, gradient: run.gradient() };
      }),
    );
    expect(fused.totals.loss / apart.totals.loss).toBeCloseTo(1, 6);
    expectNear(fused.gradient, apart.gradient, 1e-5);
  });

  test("has the same bits with any number of threads", async () => {
    const program = wide(6, 20, 3000);
    const bits = async (team?: Team): Promise<unknown[]> => {
      const run = await simd.createNetworkRun(wideData(program, 3000, 40, 21), team);
      return [await run.steps(0, 40, 21, options), run.parameters()];
    };
    const alone = await bits();
    for (const size of [2, 3]) {
      const team = createThreads(size);
      expect(await bits(team)).toEqual(alone);
      team.close();
    }
  });
});
