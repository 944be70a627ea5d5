import { expect, test } from "vitest";
import { createKernels, type AttentionPlan } from "../src/kernels/index.ts";
import { createGenerator } from "../src/random/index.ts";
// Workers are files of their own, so this is the built package: `npm run build` first.
import { createThreads } from "@sigmax/core/node";

const kernels = createKernels();

const plan: AttentionPlan = {
  batch: 2,
  heads: 2,
  keyHeads: 2,
  queries: 65,
  keys: 200,
  width: 16,
  valueWidth: 16,
  scale: 0.25,
  causal: false,
  keyMask: false,
  bias: null,
  gradients: true,
};

/** Output and gradients of seeded tensors, of the second of two passes. */
async function attend(own: AttentionPlan, threads: number) {
  const team = threads === 1 ? undefined : createThreads(threads);
  const room = await kernels.createAttention(own, team);
  const { query, key, value, bias, gradients, output } = room;
  const random = createGenerator(5);
  for (const values of [query, key, value, bias, gradients?.output])
    values?.forEach((_, i) => (values[i] = random.normal()));
  for (let pass = 0; pass < 2; pass++) {
    await room.forward();
    await room.backward();
  }
  team?.close();
  return [output, gradients?.query, gradients?.key, gradients?.value, gradients?.bias];
}

test.each<[string, Partial<AttentionPlan>]>([
  ["as many tasks as heads", { batch: 4 }],
  ["one head, whose keys are divided", { batch: 1, heads: 1, keyHeads: 1, keys: 700 }],
  ["grouped heads, causal, odd widths", { heads: 6, causal: true, width: 13, valueWidth: 9 }],
  ["a bias of each", { bias: { batch: 2, heads: 2 } }],
  ["a bias that all share", { bias: { batch: 1, heads: 1 } }],
  ["a bias that batches share", { bias: { batch: 1, heads: 2 }, keyMask: true }],
  ["one query and one key", { queries: 1, keys: 1 }],
])("attention has the same bits on one, two and three threads: %s", async (_name, shape) => {
  const own = { ...plan, ...shape };
  const one = await attend(own, 1);
  expect(one[0]?.some((x) => x !== 0)).toBe(true);
  expect(await attend(own, 2)).toEqual(one);
  expect(await attend(own, 3)).toEqual(one);
});

test("a team whose threads are gone says so", async () => {
  const team = createThreads(2);
  const room = await kernels.createAttention(plan, team);
  team.close();
  await expect((async () => room.forward())()).rejects.toThrow("the team of threads is closed");
});
