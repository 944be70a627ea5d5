import { describe, expect, test } from "vitest";
import {
  dataOf,
  expectNear,
  middles,
  options,
  record,
  type Middle,
  type Setting,
} from "../../../test/network-programs.ts";
import { createGenerator } from "../../random/index.ts";
import { createKernels, createTape, dense, plainKernels, type Program } from "../index.ts";

const simd = createKernels();

describe("one step in float32 is the plain one in float64, but for rounding:", () => {
  for (const [name, middle] of Object.entries(middles))
    for (const [columns, width, outputs, rows, batch, isBytes] of [
      [1, 3, 2, 1, 1, false],
      [5, 6, 3, 7, 4, true],
      [17, 33, 10, 40, 17, false],
      [64, 48, 4, 96, 96, true],
    ] as const)
      test(`${name}, ${columns} → ${width} → ${outputs}, batches of ${batch} of ${rows}`, async () => {
        const program = record(middle, columns, width, outputs, "softmax");
        const setting: Setting = {
          program,
          rows,
          batch,
          isBytes,
          optimizer: "sgd",
          memories: 1,
          kind: "softmax",
        };
        const [plain, fast] = await Promise.all(
          [plainKernels, simd].map((kernels) => kernels.createNetworkRun(dataOf(setting))),
        );
        const totals = await Promise.all(
          [plain, fast].map(async (run) => run.steps(0, rows, batch, options)),
        );
        expect(totals[1].loss / totals[0].loss).toBeCloseTo(1, 4);
        expect(totals[1].right).toBe(totals[0].right);
        expectNear(fast.gradient(), plain.gradient(), 1e-4);
        expectNear(fast.parameters(), plain.parameters(), 1e-4);
        expectNear(fast.moments()[0], plain.moments()[0], 1e-4);
      });
});

describe("the way forward", () => {
  /** The same without loss and gradients. */
  function forwardOf(middle: Middle, columns: number, width: number, outputs: number): Program {
    const tape = createTape();
    const input = tape.block(columns);
    const hidden = tape.block(width);
    const own = (q: number, n: number) =>
      [tape.parameters(q * n, { decays: true }), tape.parameters(q, { decays: false })] as const;
    tape.push(dense(input, ...own(width, columns), hidden));
    const { output } = middle(tape, hidden);
    const logits = tape.block(outputs);
    tape.push(dense(output, ...own(outputs, output.columns), logits));
    return tape.finish({ input, logits });
  }

  test.each(Object.keys(middles).filter((name) => name !== "dropout"))(
    "is the plain one, and a row does not feel its neighbors: %s",
    (name) => {
      const program = forwardOf(middles[name], 21, 36, 3);
      const generator = createGenerator(8);
      const parameters = Float32Array.from({ length: program.parameterCount }, () => generator.normal());
      const values = Float32Array.from({ length: 150 * 21 }, () => generator.normal());
      const [plain, fast] = [plainKernels, simd].map((kernels) => {
        const output = new Float32Array(150 * 3);
        kernels.createNetworkPass(program, parameters).run(values, 150, 0.5, output);
        return output;
      });
      expectNear(fast, plain, 1e-5);
      const pass = simd.createNetworkPass(program, new Float32Array(program.parameterCount));
      pass.load(parameters);
      for (const row of [0, 63, 64, 149]) {
        const alone = new Float32Array(3);
        pass.run(values.subarray(row * 21, (row + 1) * 21), 1, 0.5, alone);
        expect(alone).toEqual(fast.subarray(3 * row, 3 * row + 3));
      }
    },
  );
});
