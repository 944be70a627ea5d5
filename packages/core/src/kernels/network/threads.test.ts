import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createThreads } from "@sigmax/core/node";
import { dataOf, middles, options, record, type Setting } from "../../../test/network-programs.ts";
import { createGenerator } from "../../random/index.ts";
import { createKernels, plainKernels, type Team, type ThreadTeam } from "../index.ts";

const simd = createKernels();

describe("threads", () => {
  const teams: ThreadTeam[] = [];
  beforeAll(() => void teams.push(...[1, 2, 3, 7].map((size) => createThreads(size))));
  afterAll(() => teams.forEach((team) => team.close()));

  test("do not change a matrix product: its bits are those of sums in order", async () => {
    const generator = createGenerator(3);
    for (const [rows, columns, depth] of [
      [1, 1, 1],
      [3, 5, 7],
      [17, 33, 600],
      [130, 9, 257],
      [2, 1000, 3],
    ])
      for (const aIsTurned of [false, true])
        for (const bIsTurned of [false, true]) {
          const shape = { rows, columns, depth, aIsTurned, bIsTurned };
          const plain = await plainKernels.createProduct(shape);
          for (const values of [plain.a, plain.b])
            for (let i = 0; i < values.length; i++) values[i] = generator.normal();
          await plain.multiply();
          for (const team of [undefined, ...teams]) {
            const product = await simd.createProduct(shape, team);
            product.a.set(plain.a);
            product.b.set(plain.b);
            await product.multiply();
            expect(product.c).toEqual(plain.c);
          }
        }
  });

  test.each(Object.keys(middles))("do not change the bits: %s", async (name) => {
    const program = record(middles[name], 19, 30, 5, "softmax");
    const setting: Setting = {
      program,
      rows: 70,
      batch: 33,
      isBytes: false,
      optimizer: "adamw",
      memories: 2,
      kind: "softmax",
    };
    const bits = async (team?: Team): Promise<unknown[]> => {
      const run = await simd.createNetworkRun(dataOf(setting), team);
      const totals = await run.steps(0, 70, 33, { ...options, clipNorm: 0.5 });
      return [totals, run.parameters(), ...run.moments(), run.gradient()];
    };
    const alone = await bits();
    for (const team of teams) expect(await bits(team)).toEqual(alone);
  });
});
