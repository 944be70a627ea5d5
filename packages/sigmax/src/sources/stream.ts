import { InputError } from "@sigmax/core";
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { gzipFailure, withFile } from "./files.ts";

/** A file that is read piece by piece, so that its size does not matter. */
export interface FileStream {
  /** How many bytes the pieces will be; null where that shows only at the end. */
  readonly size: number | null;
  /** Its bytes, inflated if they are gzip; from the start each time it is asked for. */
  pieces(): AsyncIterable<Buffer>;
}

/** The same of a file on the disk, which can also be read at any place. */
export interface StoredFile extends FileStream {
  /** The bytes as they lie on the disk, from one place to before another; fewer where the file ends. */
  slice(start: number, end: number): Promise<ArrayBuffer>;
}

const pieceBytes = 1 << 20;

/**
 * Streams a file to `read`.
 *
 * @returns what `read` returned, and the SHA-256 of the bytes as they lie on the disk
 * @throws InputError when the file is missing, unreadable, a gzip file that ends early or is damaged, or was
 *   written to meanwhile
 */
export async function streamFile<T>(
  path: string,
  read: (file: StoredFile) => Promise<T>,
): Promise<{ readonly result: T; readonly sha256: string }> {
  return withFile(path, async (handle, size) => {
    const isPacked = await beginsAsGzip(handle);
    let sha256: string | null = null;
    const stored = (): AsyncGenerator<Buffer> => storedPieces(handle, (digest) => (sha256 = digest));
    const result = await read({
      size: isPacked ? null : size,
      pieces: () => (isPacked ? inflated(stored()) : stored()),
      slice: (start, end) => slice(handle, start, Math.min(end, size)),
    });
    // What stands behind the end of the gzip data belongs to the file too.
    if (sha256 === null) for await (const _ of stored());
    return { result, sha256: sha256 ?? "" };
  });
}

/** @param onEnd is told the SHA-256 of all pieces, after the last one */
async function* storedPieces(handle: FileHandle, onEnd: (sha256: string) => void): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for (let position = 0; ;) {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await handle.read(buffer, 0, pieceBytes, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    yield piece;
  }
  onEnd(hash.digest("hex"));
}

async function slice(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  for (let at = 0; at < bytes.length;) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
    if (bytesRead === 0) return bytes.buffer.slice(0, at);
    at += bytesRead;
  }
  return bytes.buffer;
}

async function beginsAsGzip(handle: FileHandle): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/** @throws InputError that leaves the name of the file to the caller */
async function* inflated(stored: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  pipeline(stored, gunzip, () => undefined); // what goes wrong comes out of gunzip as well
  try {
    for await (const piece of gunzip) yield piece;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new InputError(gzipFailure(error));
    throw error;
  }
}
