import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { readTensors, writeTensors, type Tensor } from "./safetensors.ts";

/** A file by hand: the header's length, the header as it is given, the data. */
function file(header: string, data: readonly number[] = [], claimed = Buffer.byteLength(header)): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed));
  return new Uint8Array(Buffer.concat([length, Buffer.from(header), Buffer.from(data)]));
}

describe("a written file", () => {
  test("is laid out as the format says", () => {
    const bytes = writeTensors({
      metadata: { a: "b" },
      tensors: { w: { shape: [2, 1], values: Float32Array.of(1, -2) } },
    });
    const header = '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}';
    expect(header.length % 8).not.toBe(0); // so that there is padding to see
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    // 1 and −2 as IEEE 754, little-endian
    expect(bytes).toEqual(file(padded, [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]));
  });

  test("starts every array at a multiple of its width, whatever comes before it", () => {
    const tensors = {
      bytes: { shape: [3], values: Uint8Array.of(1, 2, 3) },
      singles: { shape: [1], values: Float32Array.of(4) },
      doubles: { shape: [1], values: Float64Array.of(5) },
      more: { shape: [1], values: Uint8Array.of(6) },
    };
    const bytes = writeTensors({ metadata: {}, tensors });
    const headerBytes = Number(Buffer.from(bytes).readBigUInt64LE());
    const header = JSON.parse(Buffer.from(bytes).toString("utf8", 8, 8 + headerBytes));
    expect(headerBytes % 8).toBe(0);
    expect(header).toMatchObject({
      doubles: { data_offsets: [0, 8] },
      singles: { data_offsets: [8, 12] },
      bytes: { data_offsets: [12, 15] },
      more: { data_offsets: [15, 16] },
    });
    expect(readTensors(bytes, "x").tensors).toEqual(tensors);
  });

  test("takes a view's own part of its buffer", () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const { tensors } = readTensors(
      writeTensors({ metadata: {}, tensors: { w: { shape: [2], values } } }),
      "x",
    );
    expect(tensors).toEqual({ w: { shape: [2], values: Float32Array.of(2, 3) } });
  });

  test("gives back the same bits: any names, texts and numbers, empty arrays among them", () => {
    const tensor = fc
      .oneof(
        fc.uint8Array({ maxLength: 9 }),
        fc.float32Array({ maxLength: 9 }),
        fc.float64Array({ maxLength: 9 }),
      )
      .map((values): Tensor => ({ shape: [values.length], values }));
    const text = fc.string({ unit: "binary" });
    const names = text.filter((name) => name !== "__proto__" && name !== "__metadata__");
    fc.assert(
      fc.property(fc.dictionary(names, text), fc.dictionary(names, tensor), (metadata, tensors) => {
        const read = readTensors(writeTensors({ metadata, tensors }), "x");
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(Object.keys(read.tensors).toSorted()).toEqual(Object.keys(tensors).toSorted());
        for (const [name, { shape, values }] of Object.entries(tensors)) {
          const got = read.tensors[name];
          expect(got.shape).toEqual(shape);
          expect(got.values.constructor).toBe(values.constructor);
          expect(bitsOf(got)).toEqual(bitsOf({ shape, values }));
        }
      }),
    );
  });

  test("may hold no arrays, an empty one, or one without dimensions", () => {
    const none = { metadata: {}, tensors: {} };
    expect(readTensors(writeTensors(none), "x")).toEqual(none);
    const tensors = {
      empty: { shape: [0, 5], values: new Float32Array() },
      scalar: { shape: [], values: Float64Array.of(7) },
    };
    expect(readTensors(writeTensors({ metadata: {}, tensors }), "x").tensors).toEqual(tensors);
  });
});

describe("a file from Python's safetensors", () => {
  const data = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 9];
  const entries =
    '"bias":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},"mask":{"dtype":"U8","shape":[1],"data_offsets":[16,17]}';
  const tensors = {
    bias: { shape: [1], values: Float64Array.of(1) },
    weight: { shape: [1, 2], values: Float32Array.of(1, 2) },
    mask: { shape: [1], values: Uint8Array.of(9) },
  };

  test("is read, its metadata too", () => {
    const header = `{"__metadata__":{"format":"pt"},${entries}}   `;
    expect(readTensors(file(header, data), "x")).toEqual({ metadata: { format: "pt" }, tensors });
  });

  test("is read without metadata, and where old versions left the arrays unaligned", () => {
    for (const padding of ["", " ", "  ", "     "])
      expect(readTensors(file(`{${entries}}${padding}`, data), "x")).toEqual({ metadata: {}, tensors });
  });

  test("is read in any order of its entries, and as a view that begins within its buffer", () => {
    const header = `{"w":{"data_offsets":[4,8],"dtype":"F32","shape":[1]},"v":{"data_offsets":[0,4],"dtype":"U8","shape":[2,2]}}`;
    const bytes = file(header, [1, 2, 3, 4, 0, 0, 0x80, 0x3f]);
    const pool = new Uint8Array(bytes.length + 10).fill(255);
    pool.set(bytes, 3);
    expect(readTensors(pool.subarray(3, 3 + bytes.length), "x").tensors).toEqual({
      w: { shape: [1], values: Float32Array.of(1) },
      v: { shape: [2, 2], values: Uint8Array.of(1, 2, 3, 4) },
    });
  });

  test("gives arrays of its own: writing to the file's bytes later changes none", () => {
    const bytes = Buffer.from(file(`{${entries}}`, data));
    const { tensors: read } = readTensors(bytes, "x");
    bytes.fill(255);
    expect(read).toEqual(tensors);
  });
});

describe("refused in one sentence", () => {
  const outside = 'a.bin: cut off or damaged: the array "w" does not lie within the file';

  test.each([
    ["no bytes", new Uint8Array(), "a.bin: not a model file: expected at least 8 bytes, got 0"],
    ["7 bytes", new Uint8Array(7), "a.bin: not a model file: expected at least 8 bytes, got 7"],
    [
      "text",
      Uint8Array.from(Buffer.from("sepal length,species\n")),
      "a.bin: not a model file: it does not begin as safetensors files do",
    ],
    [
      "a header of no bytes",
      file("", [], 0),
      "a.bin: not a model file: it does not begin as safetensors files do",
    ],
    [
      "a header beyond the end",
      file("{}", [], 3),
      "a.bin: not a model file, or cut off: its header should have 3 bytes, the file has 10",
    ],
    ["no JSON", file("{]"), "a.bin: not a model file, or damaged: its header is not JSON"],
    [
      "no UTF-8",
      file('{"\u0000":1}'.replace("\u0000", "x")).map((byte) => (byte === 0x78 ? 0xff : byte)),
      "a.bin: not a model file, or damaged: its header is not JSON",
    ],
    ["a list", file("[]"), "a.bin: not a model file, or damaged: its header is not a JSON object"],
    ["null", file("null"), "a.bin: not a model file, or damaged: its header is not a JSON object"],
    [
      "a number in the metadata",
      file('{"__metadata__":{"a":1}}'),
      "a.bin: damaged: its metadata are not texts",
    ],
    [
      "metadata that are a list",
      file('{"__metadata__":["a"]}'),
      "a.bin: damaged: its metadata are not texts",
    ],
    ["an entry that is no object", file('{"w":1}'), outside],
    ["an entry without a shape", file(entry('"dtype":"U8","data_offsets":[0,1]'), [1]), outside],
    ["an unknown type", file(entry('"dtype":"F16","shape":[1],"data_offsets":[0,2]'), [0, 0]), outside],
    [
      "a type that is a word of the language",
      file(entry('"dtype":"constructor","shape":[1],"data_offsets":[0,1]'), [0]),
      outside,
    ],
    ["a negative size", file(entry('"dtype":"U8","shape":[-1],"data_offsets":[0,1]'), [0]), outside],
    ["half a size", file(entry('"dtype":"U8","shape":[0.5,2],"data_offsets":[0,1]'), [0]), outside],
    [
      "a shape of other size",
      file(entry('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), [0, 0, 0, 0]),
      outside,
    ],
    ["an end beyond the file", file(entry('"dtype":"U8","shape":[2],"data_offsets":[0,2]'), [0]), outside],
    ["an end before the start", file(entry('"dtype":"U8","shape":[1],"data_offsets":[1,0]'), [0]), outside],
    ["one offset", file(entry('"dtype":"U8","shape":[1],"data_offsets":[1]'), [0]), outside],
    [
      "a byte too many",
      file(entry('"dtype":"U8","shape":[1],"data_offsets":[0,1]'), [0, 0]),
      "a.bin: cut off or damaged: its arrays need 1 bytes, the file has 2 for them",
    ],
  ])("%s", (_name, bytes, message) => {
    expect(() => readTensors(bytes, "a.bin")).toThrow(new InputError(message));
  });
});

/** The header of a file with one array. */
function entry(fields: string): string {
  return `{"w":{${fields}}}`;
}

function bitsOf({ values }: Tensor): number[] {
  return [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}
