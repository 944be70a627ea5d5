import { InputError } from "@sigmax/core";
import type { Values } from "@sigmax/core/data";
import type { NamedArray } from "./arrays.ts";

/** How the values of a type are read, one by one. */
type Reader = (view: DataView, at: number, isLittle: boolean) => number;

const readers: Readonly<Record<string, Reader>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u8: (view, at, isLittle) =>
    view.getUint32(at + (isLittle ? 0 : 4), isLittle) +
    2 ** 32 * view.getUint32(at + (isLittle ? 4 : 0), isLittle),
  i8: (view, at, isLittle) =>
    view.getUint32(at + (isLittle ? 0 : 4), isLittle) +
    2 ** 32 * view.getInt32(at + (isLittle ? 4 : 0), isLittle),
  f4: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

const magic = "\x93NUMPY";

/**
 * Reads the NPY format of NumPy, versions 1 to 3: a text that tells type, order and shape, then the values.
 * uint8 and bool stay bytes and float32 stays float32, other numbers become float64, `<U…` becomes texts.
 * Fortran order becomes row-major. Values that are as we want them are a view of `bytes`, not a copy.
 *
 * @param where the file's name, for messages
 * @throws InputError when it is no NPY file, is longer or shorter than it says, or has a type that is not
 *   read: objects (pickled, so that reading would run code), records, complex numbers, float16, dates
 * @see numpy.lib.format
 */
export function readNpy(bytes: Uint8Array, where: string): NamedArray {
  const { type, isFortran, shape, start } = readHeader(bytes, where);
  const { order = "", kind = "" } = /^(?<order>[<>|=])(?<kind>.+)$/.exec(type)?.groups ?? {};
  const isLittle = order !== ">";
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  const length = Number(/^U([1-9]\d*)$/.exec(kind)?.[1]); // characters in each text
  if (read === undefined && Number.isNaN(length))
    throw new InputError(
      `${where}: the type ${type} is not read${type.includes("O") ? ", since objects are pickled and reading them would run code" : ""}; expected integers, float32, float64, bool or, for labels, texts: convert it with .astype`,
    );
  const size = read === undefined ? 4 * length : Number(kind.slice(1));
  const count = shape.reduce((product, each) => product * each, 1);
  const expected = start + count * size;
  if (bytes.length !== expected)
    throw new InputError(
      `${where}: ${bytes.length < expected ? "cut off" : "too long"}: ${shape.join(" × ") || "one"} values of type ${type} need ${expected} bytes, got ${bytes.length}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * size);
  if (read === undefined) return { where, shape, values: readTexts(view, count, length, isLittle, where) };

  const values = asStored(view, kind, isLittle) ?? readNumbers(view, count, size, isLittle, read);
  if (kind === "i8" || kind === "u8") {
    const bad = values.find((value) => Math.abs(value) > Number.MAX_SAFE_INTEGER);
    if (bad !== undefined)
      throw new InputError(
        `${where}: expected whole numbers below 2^53, which float64 holds, got about ${bad}`,
      );
  }
  if (!isFortran || shape.length < 2) return { where, shape, values };
  const output = values.slice();
  toRowOrder(values, shape, output);
  return { where, shape, values: output };
}

interface Header {
  readonly type: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array, where: string): Header {
  if (bytes.length === 0) throw new InputError(`${where}: the file is empty, expected an NPY file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.from(bytes.subarray(0, 6)).toString("latin1") !== magic || bytes.length < 12)
    throw new InputError(`${where}: not an NPY file: it does not begin as they do`);
  const version = bytes[6];
  if (version < 1 || version > 3)
    throw new InputError(`${where}: NPY version ${version} is not known, expected 1, 2 or 3`);
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (bytes.length < start)
    throw new InputError(`${where}: cut off in its header, which needs ${start} bytes, got ${bytes.length}`);
  const text = Buffer.from(bytes.subarray(version === 1 ? 10 : 12, start)).toString("utf8");
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (/'descr':\s*\[/.test(text))
    throw new InputError(`${where}: holds records of several types; write its columns to a .csv instead`);
  if (type === undefined || fortran === undefined || shape === undefined)
    throw new InputError(`${where}: damaged: its header tells no type, order and shape`);
  return {
    type,
    isFortran: fortran === "True",
    shape: shape.match(/\d+/g)?.map(Number) ?? [],
    start,
  };
}

/** The values without a copy where type, order and place in memory allow it, else null. */
function asStored(view: DataView, kind: string, isLittle: boolean): Values | null {
  const { buffer, byteOffset, byteLength } = view;
  if (kind === "u1" || kind === "b1") return new Uint8Array(buffer, byteOffset, byteLength);
  if (kind !== "f4" && kind !== "f8") return null;
  const size = kind === "f4" ? 4 : 8;
  const isInPlace = isLittle && byteOffset % size === 0;
  const bytes = new Uint8Array(isInPlace ? 0 : byteLength);
  if (!isInPlace) bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
  if (!isLittle) reverseEach(bytes, size);
  const from = isInPlace ? byteOffset : 0;
  const memory = isInPlace ? buffer : bytes.buffer;
  return kind === "f4"
    ? new Float32Array(memory, from, byteLength / 4)
    : new Float64Array(memory, from, byteLength / 8);
}

function readNumbers(
  view: DataView,
  count: number,
  size: number,
  isLittle: boolean,
  read: Reader,
): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * size, isLittle);
  return values;
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** Texts of so many UTF-32 characters, filled up with zeros. */
function readTexts(
  view: DataView,
  count: number,
  length: number,
  isLittle: boolean,
  where: string,
): string[] {
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    let text = "";
    for (let j = 0; j < length; j++) {
      const point = view.getUint32(4 * (i * length + j), isLittle);
      if (point > 0x10ffff) throw new InputError(`${where}: damaged: a text holds what is no character`);
      text += String.fromCodePoint(point);
    }
    texts.push(text.replace(/\0+$/, ""));
  }
  return texts;
}

/** Row-major, the last index running fastest; in Fortran order the first one does. */
function toRowOrder(values: Values, shape: readonly number[], output: Values): void {
  const strides = shape.map((_, k) => shape.slice(0, k).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    output[to] = values[from];
    for (let k = shape.length - 1; k >= 0; k--) {
      from += strides[k];
      index[k]++;
      if (index[k] < shape[k]) break;
      from -= strides[k] * shape[k];
      index[k] = 0;
    }
  }
}
