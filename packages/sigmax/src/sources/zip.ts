import { InputError } from "@sigmax/core";
import { inflateRawSync } from "node:zlib";

/**
 * The files in a ZIP archive, by name, each inflated when it is asked for. Reads what NumPy and Python write:
 * stored or deflated, with the wide sizes of ZIP64 where they are needed.
 *
 * @param where the archive's name, for messages
 * @throws InputError when it is no archive or is cut off; and when a file of it is damaged, by its CRC-32
 * @see PKWARE, .ZIP File Format Specification (APPNOTE.TXT) 6.3.10, §4.3
 */
export function readZip(bytes: Uint8Array, where: string): ReadonlyMap<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (what: string): never => {
    throw new InputError(`${where}: ${what}; get the file again`);
  };
  const end = findEnd(view);
  if (end < 0) refuse("not a ZIP archive, or cut off: its directory is not there");
  const files = new Map<string, () => Uint8Array>();
  try {
    let at = view.getUint32(end + 16, true);
    let count = view.getUint16(end + 10, true);
    if (at === 0xffffffff || count === 0xffff) {
      const wide = wideNumber(view, end - 20 + 8);
      count = wideNumber(view, wide + 32);
      at = wideNumber(view, wide + 48);
    }
    for (let i = 0; i < count; i++) {
      if (view.getUint32(at, true) !== 0x02014b50) refuse("damaged: its directory is broken");
      const entry = readEntry(view, at);
      files.set(entry.name, () =>
        inflate(bytes, entry, (what) => refuse(`"${entry.name}" is damaged: ${what}`)),
      );
      at = entry.next;
    }
  } catch (error) {
    if (error instanceof RangeError) refuse("damaged: its directory points outside the file");
    throw error;
  }
  return files;
}

interface Entry {
  readonly name: string;
  readonly isDeflated: boolean;
  readonly isReadable: boolean;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where the file's own header begins. */
  readonly start: number;
  /** Where the next entry begins. */
  readonly next: number;
}

/** The end of the directory stands at the end of the file, before a comment of at most 65,535 bytes. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at--)
    if (view.getUint32(at, true) === 0x06054b50) return at;
  return -1;
}

function readEntry(view: DataView, at: number): Entry {
  const method = view.getUint16(at + 10, true);
  const nameLength = view.getUint16(at + 28, true);
  const extraLength = view.getUint16(at + 30, true);
  const extra = at + 46 + nameLength;
  const next = extra + extraLength + view.getUint16(at + 32, true);
  let wideAt = findExtra(view, extra, extra + extraLength, 1);
  // A number that does not fit stands in the extra field, which holds just those, in this order.
  const number = (offset: number): number => {
    const narrow = view.getUint32(at + offset, true);
    if (narrow !== 0xffffffff || wideAt < 0) return narrow;
    wideAt += 8;
    return wideNumber(view, wideAt - 8);
  };
  const size = number(24);
  const packedSize = number(20);
  const start = number(42);
  return {
    name: Buffer.from(view.buffer, view.byteOffset + at + 46, nameLength).toString("utf8"),
    isDeflated: method === 8,
    isReadable: (method === 0 || method === 8) && view.getUint16(at + 8, true) % 2 === 0,
    crc32: view.getUint32(at + 16, true),
    packedSize,
    size,
    start,
    next,
  };
}

/** Where the data of an extra field begin, or −1. */
function findExtra(view: DataView, start: number, end: number, id: number): number {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === id) return at + 4;
  return -1;
}

function wideNumber(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function inflate(bytes: Uint8Array, entry: Entry, refuse: (what: string) => never): Uint8Array {
  const { start, packedSize, size } = entry;
  if (!entry.isReadable) return refuse("it is encrypted, or packed in a way that is not read");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 30 > bytes.length) return refuse("it is cut off");
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packedSize > bytes.length) return refuse("it is cut off");
  const packed = bytes.subarray(from, from + packedSize);
  let content: Uint8Array = packed;
  if (entry.isDeflated) {
    // Deflate packs at most 1032 to 1: a size beyond that is damage, and asks for no memory.
    if (size > 1032 * packedSize + 1024) return refuse("its size cannot be");
    try {
      content = inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
  }
  if (content.length !== size) return refuse(`expected ${size} bytes, got ${content.length}`);
  if (crc32(content) !== entry.crc32) return refuse("its checksum is another");
  return content;
}

/** The checksum of ZIP and gzip. */
function crc32(bytes: Uint8Array): number {
  const table = Int32Array.from({ length: 256 }, (_, i) => {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = -1;
  for (let at = 0; at < bytes.length; at++) crc = table[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
