import { InputError } from "../errors/index.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** One named array of a safetensors file. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Uint8Array;
}

/** A safetensors file: arrays by name, and texts by name. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** More than any header of ours; a file that claims more is damaged or no safetensors file. */
const maximumHeaderBytes = 100_000_000;

/**
 * Writes a safetensors file: the header's length as a little-endian uint64, the header as JSON padded with
 * spaces to a multiple of 8, then the arrays, little-endian, one after the other.
 *
 * @see Hugging Face, safetensors 0.4, README "Format"
 */
export function writeTensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let dataBytes = 0;
  // Widest numbers first, so that each array begins at a multiple of its own width.
  const ordered = Object.entries(tensors).toSorted(([, a], [, b]) => widthOf(b) - widthOf(a));
  for (const [name, tensor] of ordered) {
    const start = dataBytes;
    dataBytes += tensor.values.byteLength;
    header[name] = { dtype: typeOf(tensor), shape: tensor.shape, data_offsets: [start, dataBytes] };
  }
  const json = encodeUtf8(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes + dataBytes).fill(0x20, 8, 8 + headerBytes);
  new DataView(bytes.buffer).setUint32(0, headerBytes, true);
  bytes.set(json, 8);
  let at = 8 + headerBytes;
  for (const [, { values }] of ordered) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** @throws InputError when the bytes are not a whole safetensors file of F32, F64 and U8 arrays */
export function readTensors(bytes: Uint8Array, where: string): TensorFile {
  const fail = (what: string): never => {
    throw new InputError(`${where}: ${what}`);
  };
  if (bytes.length < 8) fail(`not a model file: expected at least 8 bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (headerBytes > maximumHeaderBytes || headerBytes < 2)
    fail("not a model file: it does not begin as safetensors files do");
  if (8 + headerBytes > bytes.length)
    fail(
      `not a model file, or cut off: its header should have ${headerBytes} bytes, the file has ${bytes.length}`,
    );
  let header: unknown;
  try {
    header = JSON.parse(decodeUtf8(bytes.subarray(8, 8 + headerBytes)));
  } catch {
    fail("not a model file, or damaged: its header is not JSON");
  }
  if (!isRecord(header)) return fail("not a model file, or damaged: its header is not a JSON object");
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTexts(metadata)) return fail("damaged: its metadata are not texts");
  const data = bytes.subarray(8 + headerBytes);
  const tensors: Record<string, Tensor> = {};
  let expected = 0;
  for (const [name, entry] of Object.entries(entries)) {
    const tensor = isRecord(entry) ? readTensor(entry, data) : null;
    if (tensor === null) return fail(`cut off or damaged: the array "${name}" does not lie within the file`);
    tensors[name] = tensor;
    expected += tensor.values.byteLength;
  }
  if (expected !== data.length)
    fail(`cut off or damaged: its arrays need ${expected} bytes, the file has ${data.length} for them`);
  return { metadata, tensors };
}

const widths: Record<string, number> = { F64: 8, F32: 4, U8: 1 };

function readTensor(entry: Record<string, unknown>, data: Uint8Array): Tensor | null {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    return null;
  const [start, end] = offsets;
  const width = widths[dtype];
  const count = shape.reduce((product, size) => product * size, 1);
  if (width === undefined || end > data.length || end - start !== count * width) return null;
  const own = new Uint8Array(data.subarray(start, end)); // a copy: aligned, and not kept alive by the file
  if (dtype === "U8") return { shape, values: own };
  const values = dtype === "F64" ? new Float64Array(own.buffer) : new Float32Array(own.buffer);
  return { shape, values };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === "string");
}

function typeOf({ values }: Tensor): string {
  if (values instanceof Float64Array) return "F64";
  return values instanceof Float32Array ? "F32" : "U8";
}

function widthOf(tensor: Tensor): number {
  return tensor.values.BYTES_PER_ELEMENT;
}
