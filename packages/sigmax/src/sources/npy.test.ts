import { describe, expect, test } from "vitest";
import reference from "../../test/references/numpy-files.json" with { type: "json" };
import { refusalOf } from "../../test/refusal.ts";
import { readNpy } from "./npy.ts";

const files = new Map(
  Object.entries(reference.files).map(([name, text]) => [name, Buffer.from(text, "base64")]),
);

/** A file that NumPy wrote. */
function file(name: string): Buffer {
  const found = files.get(name);
  if (!found) throw new Error(`no reference "${name}"`);
  return found;
}

/** The same bytes at an address that no float can be read from. */
function unaligned(bytes: Buffer): Uint8Array {
  const moved = new Uint8Array(bytes.length + 1).subarray(1);
  moved.set(bytes);
  return moved;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("a file that NumPy wrote", () => {
  const integers = ["i1", "i2", "i4", "i8", "f4", "f8"].map((type): [string, number] => [type, -1]);
  const naturals = ["u1", "u2", "u4", "u8"].map((type): [string, number] => [type, 1]);
  test.each([...naturals, ...integers])("of type %s, in either byte order", (type, sign) => {
    for (const name of [`<${type}`, `>${type}`])
      for (const bytes of [file(name), unaligned(file(name))]) {
        const { shape, values } = readNpy(bytes, "x.npy");
        expect(shape).toEqual([2, 3]);
        expect([...values]).toEqual(upTo(6).map((x) => (x === 0 ? 0 : sign * x)));
      }
  });

  test("keeps bytes as bytes and float32 as float32; other numbers become float64", () => {
    const typeOf = (name: string): string => readNpy(file(name), "x.npy").values.constructor.name;
    expect(["<u1", "bool"].map(typeOf)).toEqual(["Uint8Array", "Uint8Array"]);
    expect(["<f4", ">f4"].map(typeOf)).toEqual(["Float32Array", "Float32Array"]);
    expect(["<i1", "<i8", "<u2", "<f8", ">f8"].map(typeOf)).toEqual(Array(5).fill("Float64Array"));
  });

  test("of bool is 0 and 1", () => {
    expect(readNpy(file("bool"), "x.npy").values).toEqual(Uint8Array.of(0, 1, 0, 1, 0, 1));
  });

  test("holds every bit of its numbers", () => {
    expect(readNpy(file("fractions"), "x.npy").values).toEqual(Float64Array.from(upTo(6), (x) => x / 7));
  });

  test.each([1, 2, 3])("in version %i", (version) => {
    expect(readNpy(file(`version ${version}`), "x.npy")).toMatchObject({
      where: "x.npy",
      shape: [2, 3],
      values: Float64Array.from(upTo(6)),
    });
  });

  test("in Fortran order becomes row-major", () => {
    expect(readNpy(file("fortran"), "x.npy").values).toEqual(Float64Array.from(upTo(6)));
    expect(readNpy(file("fortran cube"), "x.npy")).toEqual({
      where: "x.npy",
      shape: [2, 3, 4],
      values: Float32Array.from(upTo(24)),
    });
    expect(readNpy(file("cube"), "x.npy").values).toEqual(Uint8Array.from(upTo(24)));
  });

  test("of texts", () => {
    expect(readNpy(file("texts"), "y.npy")).toEqual({ where: "y.npy", shape: [2], values: ["café", "猫🐈"] });
    expect(readNpy(file("texts big-endian"), "y.npy").values).toEqual(["b", "a"]);
  });

  test("of one value, or of none", () => {
    expect(readNpy(file("no dimension"), "x.npy")).toMatchObject({ shape: [], values: Float64Array.of(5) });
    expect(readNpy(file("no rows"), "x.npy")).toMatchObject({ shape: [0, 3], values: new Float64Array() });
  });
});

describe("a file is refused", () => {
  const good = file("<f8");
  const withHeader = (from: string, to: string): Buffer =>
    Buffer.from(good.toString("latin1").replace(from, to.padEnd(from.length)), "latin1");
  test.each<[string, Uint8Array, string | RegExp]>([
    ["when it is empty", Buffer.alloc(0), "x.npy: the file is empty, expected an NPY file"],
    [
      "when it is something else",
      Buffer.from("a,b\n1,2\n3,4\n"),
      "x.npy: not an NPY file: it does not begin as they do",
    ],
    ["when it is a beginning", good.subarray(0, 8), "x.npy: not an NPY file: it does not begin as they do"],
    [
      "when its header is cut off",
      good.subarray(0, 50),
      "x.npy: cut off in its header, which needs 128 bytes, got 50",
    ],
    [
      "when its values are cut off",
      good.subarray(0, good.length - 1),
      "x.npy: cut off: 2 × 3 values of type <f8 need 176 bytes, got 175",
    ],
    [
      "when something stands behind its values",
      Buffer.concat([good, Buffer.from("!")]),
      "x.npy: too long: 2 × 3 values of type <f8 need 176 bytes, got 177",
    ],
    [
      "when it claims more values than any memory has",
      withHeader("(2, 3), }", "(2, 3000000000)}"),
      /^x\.npy: cut off: 2 × 3000000000 values of type <f8 need 48000000128 bytes, got \d+$/,
    ],
    [
      "when its version is unknown",
      Buffer.from(good).fill(9, 6, 7),
      "x.npy: NPY version 9 is not known, expected 1, 2 or 3",
    ],
    [
      "when its header tells no shape",
      withHeader("'shape'", "'shap'"),
      "x.npy: damaged: its header tells no type, order and shape",
    ],
    [
      "of objects, without unpickling them",
      file("objects"),
      "x.npy: the type |O is not read, since objects are pickled and reading them would run code; expected integers, float32, float64, bool or, for labels, texts: convert it with .astype",
    ],
    [
      "of records",
      file("records"),
      "x.npy: holds records of several types; write its columns to a .csv instead",
    ],
    ["of float16", file("float16"), /^x\.npy: the type <f2 is not read; expected integers, /],
    ["of complex numbers", file("complex"), /^x\.npy: the type <c16 is not read; /],
    ["of dates", file("dates"), /^x\.npy: the type <M8\[D\] is not read; /],
    [
      "of whole numbers that float64 does not hold",
      file("2^53"),
      "x.npy: expected whole numbers below 2^53, which float64 holds, got about 9007199254740992",
    ],
    [
      "of texts that are none",
      Buffer.from(file("texts")).fill(0xff, file("texts").length - 4),
      "x.npy: damaged: a text holds what is no character",
    ],
    [
      "of a type named like a part of objects",
      withHeader("<f8", "<at"),
      /^x\.npy: the type <at is not read; /,
    ],
  ])("%s", async (_, bytes, sentence) => {
    expect(await refusalOf(() => readNpy(bytes, "x.npy"))).toMatch(sentence);
  });
});
