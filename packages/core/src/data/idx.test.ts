import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { readIdx } from "./index.ts";

/** An IDX file by hand: type, sizes, and the bytes of its values. */
function idx(type: number, shape: readonly number[], data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

function refusalOf(bytes: Uint8Array): InputError {
  try {
    readIdx(bytes, "digits.idx");
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error("the bytes were accepted");
}

describe("values", () => {
  // The bytes of each value are from IEEE 754 and two's complement, big-endian.
  test.each([
    { type: 0x08, name: "uint8", data: [0, 127, 255], values: [0, 127, 255] },
    { type: 0x09, name: "int8", data: [0, 127, 255], values: [0, 127, -1] },
    { type: 0x0b, name: "int16", data: [0x01, 0x02, 0xff, 0xfe], values: [258, -2] },
    {
      type: 0x0c,
      name: "int32",
      data: [0, 1, 0, 0, 0x80, 0, 0, 0],
      values: [65536, -2147483648],
    },
    {
      type: 0x0d,
      name: "float32",
      data: [0x3f, 0xc0, 0, 0, 0xc0, 0x20, 0, 0],
      values: [1.5, -2.5],
    },
    {
      type: 0x0e,
      name: "float64",
      data: [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0x5e, 0xdd, 0x2f, 0x1a, 0x9f, 0xbe, 0x77],
      values: [1.5, -123.456],
    },
  ])("of type $name are read big-endian", ({ type, data, values }) => {
    const { shape, values: got } = readIdx(idx(type, [values.length], data), "x");
    expect(shape).toEqual([values.length]);
    expect([...got]).toEqual(values);
    expect(got).toBeInstanceOf(type === 0x08 ? Uint8Array : Float64Array);
  });

  test.each([[[6]], [[2, 3]], [[1, 3, 2]], [[0, 28, 28]]])("lie row-major in the sizes %j", (shape) => {
    const data = Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i);
    const got = readIdx(idx(0x08, shape, data), "x");
    expect(got.shape).toEqual(shape);
    expect([...got.values]).toEqual(data);
  });

  test("of one byte are a view of the file, not a copy", () => {
    const file = idx(0x08, [2], [1, 2]);
    const { values } = readIdx(file, "x");
    file[8] = 9;
    expect([...values]).toEqual([9, 2]);
  });

  test("are found where the file is a view that begins within its buffer, as Node's small Buffers do", () => {
    const pool = new Uint8Array(100).fill(255);
    const file = idx(0x0b, [2], [0, 1, 0, 2]);
    pool.set(file, 13);
    expect([...readIdx(pool.subarray(13, 13 + file.length), "x").values]).toEqual([1, 2]);
  });
});

describe("refused, with the file's name, what was expected and what came", () => {
  test("an empty file", () => {
    expect(refusalOf(new Uint8Array()).message).toBe("digits.idx: the file is empty, expected an IDX file");
  });

  test.each([
    ["a gzip file, which is somebody else's to inflate", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]],
    ["text", [0x61, 0x2c, 0x62, 0x0a]],
    ["an unknown type", [0, 0, 0x0a, 1, 0, 0, 0, 0]],
    ["no dimensions", [0, 0, 8, 0, 5]],
    ["a first byte that is not 0", [1, 0, 8, 1, 0, 0, 0, 0]],
    ["a second byte that is not 0", [0, 1, 8, 1, 0, 0, 0, 0]],
    ["1 byte", [0]],
    ["3 bytes", [0, 0, 8]],
  ])("no IDX file: %s", (_name, bytes) => {
    expect(refusalOf(Uint8Array.from(bytes)).message).toBe(
      `digits.idx: not an IDX file: it should begin with the bytes 0 0, a type and a number of dimensions, got ${bytes.slice(0, 4).join(" ")}`,
    );
  });

  test("a file that ends in its header", () => {
    expect(refusalOf(idx(8, [2, 3], []).subarray(0, 11)).message).toBe(
      "digits.idx: cut off in its header: 2 dimensions need 12 bytes, got 11",
    );
  });

  test("one value too few or too many", () => {
    expect(refusalOf(idx(0x0c, [2], [0, 0, 0, 1, 0, 0, 0])).message).toBe(
      "digits.idx: cut off: 2 values of type int32 need 16 bytes, got 15",
    );
    expect(refusalOf(idx(0x08, [2, 2], [1, 2, 3, 4, 5])).message).toBe(
      "digits.idx: too long: 2 × 2 values of type uint8 need 16 bytes, got 17",
    );
  });

  test("sizes whose product is beyond any file", () => {
    const huge = idx(0x0e, [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []);
    expect(refusalOf(huge).message).toMatch(/^digits\.idx: cut off: /);
  });

  test("every shorter part of a good file", () => {
    const file = idx(0x0d, [2, 1], [0x3f, 0x80, 0, 0, 0x40, 0, 0, 0]);
    for (let length = 0; length < file.length; length++)
      expect(refusalOf(file.subarray(0, length)).message, `${length} bytes`).toMatch(/^digits\.idx: /);
    expect([...readIdx(file, "digits.idx").values]).toEqual([1, 2]);
  });
});
