import { describe, expect, test } from "vitest";
import { createGenerator } from "../random/index.ts";
import { createKernels, plainKernels, type AttentionPlan, type AttentionRoom } from "./index.ts";

const kernels = createKernels();

const plan: AttentionPlan = {
  batch: 1,
  heads: 1,
  keyHeads: 1,
  queries: 1,
  keys: 1,
  width: 16,
  valueWidth: 16,
  scale: 0.25,
  causal: false,
  keyMask: false,
  bias: null,
  gradients: true,
};

/** Seeded numbers in every tensor; keys of the first batch are hidden now and then, and so are single places of the bias. */
function fill(room: AttentionRoom, seed: number): void {
  const random = createGenerator(seed);
  for (const values of [room.query, room.key, room.value, room.bias, room.gradients?.output])
    for (let i = 0; i < (values?.length ?? 0); i++) if (values) values[i] = random.normal();
  if (room.bias) for (let i = 0; i < room.bias.length; i += 1 + random.below(9)) room.bias[i] = -Infinity;
  if (room.keyMask)
    for (let i = 0; i < room.keyMask.length; i++) room.keyMask[i] = Number(random.uniform() < 0.7);
}

/** The largest difference over the largest value. */
function distance(
  values: Float32Array | null | undefined,
  reference: Float32Array | null | undefined,
): number {
  let worst = 0;
  let size = 0;
  for (let i = 0; i < (reference?.length ?? 0); i++) {
    const [x, y] = [values?.[i] ?? Number.NaN, reference?.[i] ?? 0];
    worst = Math.abs(x - y) <= worst ? worst : Math.abs(x - y);
    size = Math.max(size, Math.abs(y));
  }
  return worst / Math.max(size, 0.01); // gradients of 0 are made of terms of size 1
}

const masks: [string, Partial<AttentionPlan>][] = [
  ["no mask", {}],
  ["causal", { causal: true }],
  ["a mask of keys", { keyMask: true }],
  ["a bias", { bias: { batch: 1, heads: 1 } }],
  ["all of them", { causal: true, keyMask: true, bias: { batch: 1, heads: 1 } }],
];

describe.each(masks)("attention with %s agrees with float64 to 1e-5", (_name, mask) => {
  test.each([1, 2, 3, 17, 64, 65, 512, 2048])("length %i", async (length) => {
    const own = { ...plan, ...mask, queries: length, keys: length, gradients: length <= 512 };
    const [simd, plain] = [await kernels.createAttention(own), await plainKernels.createAttention(own)];
    for (const room of [simd, plain]) {
      fill(room, length);
      await room.forward();
      if (own.gradients) await room.backward();
    }
    expect(distance(simd.output, plain.output)).toBeLessThan(1e-5);
    const reference = plain.logSumExp();
    const sums = simd.logSumExp();
    expect(sums.map((x) => (Number.isFinite(x) ? 0 : x))).toEqual(
      reference.map((x) => (Number.isFinite(x) ? 0 : x)),
    );
    expect(
      Math.max(...sums.map((x, i) => (Number.isFinite(x) ? Math.abs(x - reference[i]) : 0))),
    ).toBeLessThan(1e-5);
    for (const name of ["query", "key", "value", "bias"] as const)
      expect(distance(simd.gradients?.[name], plain.gradients?.[name])).toBeLessThan(1e-5);
  });
});

const shapes: [string, Partial<AttentionPlan>][] = [
  [
    "grouped heads of odd widths",
    { batch: 2, heads: 6, keyHeads: 2, queries: 37, keys: 70, width: 13, valueWidth: 9 },
  ],
  ["widths of one", { queries: 9, keys: 11, width: 1, valueWidth: 1 }],
  ["many keys for one query, causal", { queries: 1, keys: 300, causal: true }],
  ["more queries than keys, causal", { queries: 100, keys: 20, causal: true }],
  [
    "a bias for each batch and head",
    { batch: 2, heads: 2, queries: 35, keys: 67, bias: { batch: 2, heads: 2 } },
  ],
  [
    "a bias that heads share",
    { batch: 2, heads: 4, keyHeads: 2, queries: 35, keys: 67, bias: { batch: 2, heads: 1 } },
  ],
  [
    "a bias that batches share",
    { batch: 3, heads: 2, keyHeads: 2, queries: 35, keys: 130, bias: { batch: 1, heads: 2 }, keyMask: true },
  ],
];

describe.each(shapes)("attention with %s", (_name, shape) => {
  const own = { ...plan, ...shape };

  test("agrees with float64", async () => {
    const [simd, plain] = [await kernels.createAttention(own), await plainKernels.createAttention(own)];
    for (const room of [simd, plain]) {
      fill(room, 3);
      await room.forward();
      await room.backward();
    }
    expect(distance(simd.output, plain.output)).toBeLessThan(1e-5);
    for (const name of ["query", "key", "value", "bias"] as const)
      expect(distance(simd.gradients?.[name], plain.gradients?.[name])).toBeLessThan(1e-5);
  });
});

describe.each([
  ["plain", plainKernels],
  ["simd", kernels],
] as const)("attention, %s", (_name, twin) => {
  test("arrays copied in and out give what the room gives", async () => {
    const own = { ...plan, queries: 5, keys: 6, keyMask: true };
    const [room, other] = [await twin.createAttention(own), await twin.createAttention(own)];
    fill(room, 1);
    await room.forward();
    const output = new Float32Array(room.output.length);
    const { query, key, value, keyMask } = room;
    await other.apply({ query, key, value, ...(keyMask ? { keyMask } : {}) }, output);
    expect(output).toEqual(room.output);
  });

  test("a query that sees no key has output and gradients 0, whatever the keys are", async () => {
    const room = await twin.createAttention({ ...plan, queries: 3, keys: 70, keyMask: true });
    fill(room, 2);
    room.keyMask?.fill(0);
    room.output.fill(1);
    await room.forward();
    await room.backward();
    expect(room.output.every((x) => x === 0)).toBe(true);
    expect([...room.logSumExp()]).toEqual([-Infinity, -Infinity, -Infinity]);
    for (const name of ["query", "key", "value"] as const)
      expect(room.gradients?.[name].every((x) => x === 0)).toBe(true);
  });

  test("scores of ±1000 take one key, and weights that vanish are exactly 0", async () => {
    const room = await twin.createAttention({
      ...plan,
      queries: 2,
      keys: 3,
      width: 1,
      valueWidth: 1,
      scale: 1,
    });
    room.query.set([1, -1]);
    room.key.set([1000, 0, -1000]);
    room.value.set([1, 2, 3]);
    await room.forward();
    expect([...room.output]).toEqual([1, 3]);
  });

  test("NaN and overflow in the scores are refused, and told where", async () => {
    const room = await twin.createAttention({ ...plan, batch: 2, heads: 2, queries: 3, keys: 4 });
    const where =
      "attention: the scores of Q and K must be finite, or −Infinity to hide a key, got NaN or +Infinity at ";
    room.query[(2 * 3 + 1) * 16] = Number.NaN; // batch 1, head 0, query 1
    await expect((async () => room.forward())()).rejects.toThrow(`${where}batch 1, head 0, query 1`);
    room.query.fill(0);
    room.query[0] = 1;
    room.key[0] = Infinity;
    await expect((async () => room.forward())()).rejects.toThrow(`${where}batch 0, head 0, query 0`);
  });

  test("tensors of another length than the plan's are refused, by name, and nothing is written", async () => {
    const own = { ...plan, batch: 1, heads: 1, queries: 2, keys: 3, width: 1, valueWidth: 1, keyMask: true };
    const room = await twin.createAttention({ ...own, keyHeads: 1 });
    const [query, key, value] = [2, 3, 3].map((length) => new Float32Array(length).fill(1));
    const output = new Float32Array(2);
    const refusal = (name: string, wanted: number, got: number): string =>
      `attention: ${name} must have ${wanted} numbers, as the plan says, got ${got}`;
    const apply = async (tensors: object, to = output): Promise<void> =>
      room.apply({ query, key, value, ...tensors }, to);
    await expect(apply({ query: key })).rejects.toThrow(refusal("query", 2, 3));
    await expect(apply({ keyMask: new Uint8Array(2) })).rejects.toThrow(refusal("keyMask", 3, 2));
    await expect(apply({}, new Float32Array(1))).rejects.toThrow(refusal("output", 2, 1));
    expect([...room.query]).toEqual([0, 0]);
  });

  test("a plan that makes no sense is refused", async () => {
    await expect(twin.createAttention({ ...plan, width: 0 })).rejects.toThrow(
      "createAttention: width must be a whole number ≥ 1, got 0",
    );
    const room = await twin.createAttention({ ...plan, gradients: false });
    await expect((async () => room.backward())()).rejects.toThrow(
      "attention: a backward pass needs a plan with gradients",
    );
    await expect(twin.createAttention({ ...plan, heads: 3, keyHeads: 2 })).rejects.toThrow(
      "createAttention: the heads of K and V must divide those of Q, got 2 and 3",
    );
  });
});

test("a query that sees one key passes no gradient to it, exactly", async () => {
  const room = await kernels.createAttention({
    ...plan,
    queries: 1,
    keys: 70,
    keyMask: true,
    width: 13,
    valueWidth: 11,
  });
  fill(room, 6);
  room.keyMask?.fill(0);
  room.keyMask?.fill(1, 66, 67);
  await room.forward();
  await room.backward();
  expect(room.output).toEqual(room.value.slice(66 * 11, 67 * 11));
  expect(room.gradients?.query.every((x) => x === 0)).toBe(true);
  expect(room.gradients?.key.every((x) => x === 0)).toBe(true);
});

test("memory grows as the length does, at 16,384 too", async () => {
  const bytes = async (length: number) =>
    (await kernels.createAttention({ ...plan, queries: length, keys: length, width: 64, valueWidth: 64 }))
      .output.buffer.byteLength;
  const [short, long] = [await bytes(8192), await bytes(16_384)];
  expect(long).toBeLessThan(2.02 * short);
  expect(long).toBeLessThan(200 * 2 ** 20); // the matrix alone would be 1,024 MiB
});

test("more than WebAssembly's memory is refused", async () => {
  await expect(kernels.createAttention({ ...plan, queries: 2 ** 26 })).rejects.toThrow(
    /^createAttention: these tensors need \d+ MiB, and WebAssembly has 4,096$/,
  );
});
