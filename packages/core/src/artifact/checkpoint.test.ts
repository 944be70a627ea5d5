import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import type { Checkpoint } from "../train/index.ts";
import { readCheckpoint, writeCheckpoint } from "./index.ts";
import { readTensors } from "./safetensors.ts";
import { seal } from "./sealed.ts";

const small: Checkpoint = {
  identity: {
    plan: {
      epochs: 3,
      batch: 2,
      learningRate: 0.1,
      schedule: "cosine",
      warmUp: 0.5,
      stepEpochs: 1,
      stepFactor: 0.1,
      momentum: 0.9,
      l2: 1 / 3,
      seed: 2 ** 53 - 1,
    },
    rows: 2,
    columns: 1,
    classes: 2,
    head: "softmax",
    checksum: 2 ** 32 - 1,
  },
  layer: { weights: Float32Array.of(0.1, -0), bias: Float32Array.of(1e-42, 2) },
  velocity: { weights: Float32Array.of(3, 4), bias: Float32Array.of(5, 6) },
  history: [{ epoch: 1, loss: 0.1 + 0.2, accuracy: 0.5 }],
};
const smallFile = writeCheckpoint(small);

function refusalOf(bytes: Uint8Array): string {
  try {
    readCheckpoint(bytes, { where: "c" });
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("the bytes were accepted");
}

describe("a checkpoint that was written and read", () => {
  test("is the same to the last bit, with momentum and without", () => {
    expect(readCheckpoint(smallFile)).toEqual(small);
    const still = { ...small, velocity: null };
    expect(readCheckpoint(writeCheckpoint(still))).toEqual(still);
    expect(writeCheckpoint(readCheckpoint(smallFile))).toEqual(smallFile);
  });

  test("is sealed as a model file is, with the SHA-256 of its bytes", () => {
    const { sha256 } = readTensors(smallFile, "c").metadata;
    const zeroed = Buffer.from(smallFile);
    zeroed.fill("0", zeroed.indexOf(sha256), zeroed.indexOf(sha256) + 64);
    expect(createHash("sha256").update(zeroed).digest("hex")).toBe(sha256);
  });
});

describe("refused", () => {
  test("every shorter part of a file, and any one byte flipped", () => {
    for (let length = 0; length < smallFile.length; length++)
      expect(refusalOf(smallFile.subarray(0, length)), `${length} bytes`).toMatch(/^c: /);
    const bytes = Uint8Array.from(smallFile);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] ^= 1;
      expect(refusalOf(bytes), `byte ${i}`).toMatch(/^c: /);
      bytes[i] ^= 1;
    }
  });

  test("a file of another kind, or of another format", () => {
    const content = { format: 1 };
    expect(refusalOf(seal("sigmax", content, {}))).toBe(
      'c: a safetensors file, but not a Sigmax checkpoint: it has no text named "sigmaxCheckpoint"',
    );
    expect(refusalOf(seal("sigmaxCheckpoint", { format: 3 }, {}))).toBe(
      "c: a checkpoint of another Sigmax (format 3); begin anew",
    );
  });

  test("arrays that are missing, incomplete or of another size", () => {
    const { metadata, tensors } = readTensors(smallFile, "c");
    const content = JSON.parse(metadata.sigmaxCheckpoint);
    const { "layer.weight": weight, ...others } = tensors;
    const { "layer.bias": _, ...velocityOnly } = others;
    expect(refusalOf(seal("sigmaxCheckpoint", content, velocityOnly))).toBe("c: damaged: it has no weights");
    const message = 'c: damaged: its arrays "layer" do not fit 1 columns and 2 classes';
    expect(refusalOf(seal("sigmaxCheckpoint", content, others))).toBe(message);
    const longer = { shape: [3], values: Float32Array.of(1, 2, 3) };
    expect(refusalOf(seal("sigmaxCheckpoint", content, { ...others, "layer.weight": longer }))).toBe(message);
    const biased = { ...tensors, "layer.bias": longer };
    expect(refusalOf(seal("sigmaxCheckpoint", content, biased))).toBe(message);
    const doubles = { ...weight, values: Float64Array.from(weight.values) };
    expect(refusalOf(seal("sigmaxCheckpoint", content, { ...others, "layer.weight": doubles }))).toBe(
      message,
    );
  });

  test.each([
    ["plan.batch", "a number"],
    ["plan.schedule", "a text"],
    ["plan.seed", "a number"],
    ["plan.momentum", "a number"],
    ["rows", "a number"],
    ["head", "a text"],
    ["checksum", "a number"],
  ])("a missing field: %s", (path, expected) => {
    const { metadata, tensors } = readTensors(smallFile, "c");
    const content = JSON.parse(metadata.sigmaxCheckpoint);
    const [first, second] = path.split(".");
    if (second === undefined) delete content.identity[first];
    else delete content.identity[first][second];
    expect(refusalOf(seal("sigmaxCheckpoint", content, tensors))).toBe(
      `c: damaged: its field identity.${path} should be ${expected}`,
    );
  });
});
