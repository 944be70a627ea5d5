import { InputError } from "../errors/index.ts";
import type { Values } from "./matrix.ts";

/** An array read from an IDX file: its sizes, and its values row-major. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Values;
}

const types: Record<number, { name: string; bytes: number; read: (view: DataView, at: number) => number }> = {
  0x08: { name: "uint8", bytes: 1, read: (view, at) => view.getUint8(at) },
  0x09: { name: "int8", bytes: 1, read: (view, at) => view.getInt8(at) },
  0x0b: { name: "int16", bytes: 2, read: (view, at) => view.getInt16(at) },
  0x0c: { name: "int32", bytes: 4, read: (view, at) => view.getInt32(at) },
  0x0d: { name: "float32", bytes: 4, read: (view, at) => view.getFloat32(at) },
  0x0e: { name: "float64", bytes: 8, read: (view, at) => view.getFloat64(at) },
};

/**
 * Reads the IDX format of the MNIST family: two zero bytes, a type, the number of dimensions, one
 * big-endian uint32 per dimension, then the values, big-endian. uint8 values are a view of `bytes`, not a
 * copy; any other type becomes float64.
 *
 * @param bytes the file, already inflated
 * @param where the file's name, for messages
 * @throws InputError when it is no IDX file, or shorter or longer than its sizes say
 * @see LeCun, Cortes & Burges, The MNIST database, "File formats"
 */
export function readIdx(bytes: Uint8Array, where: string): IdxArray {
  if (bytes.length === 0) throw new InputError(`${where}: the file is empty, expected an IDX file`);
  const type = types[bytes[2]];
  const dimensions = bytes[3];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || dimensions === 0)
    throw new InputError(
      `${where}: not an IDX file: it should begin with the bytes 0 0, a type and a number of dimensions, got ${[...bytes.subarray(0, 4)].join(" ")}`,
    );
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes)
    throw new InputError(
      `${where}: cut off in its header: ${dimensions} dimensions need ${headerBytes} bytes, got ${bytes.length}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = headerBytes + count * type.bytes;
  if (bytes.length !== expected)
    throw new InputError(
      `${where}: ${bytes.length < expected ? "cut off" : "too long"}: ${shape.join(" × ")} values of type ${type.name} need ${expected} bytes, got ${bytes.length}`,
    );
  if (bytes[2] === 0x08) return { shape, values: bytes.subarray(headerBytes) };
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, headerBytes + i * type.bytes);
  return { shape, values };
}
