import { InputError } from "@sigmax/core";
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { gzipFailure, reasonOf } from "./files.ts";

/** A file that is read piece by piece, so that its size does not matter. */
export interface FileStream {
  /** How many bytes the pieces will be; null where that shows only at the end. */
  readonly size: number | null;
  /** Its bytes, inflated if they are gzip; from the start each time it is asked for. */
  pieces(): AsyncIterable<Buffer>;
}

const pieceBytes = 1 << 20;

/**
 * Opens a file for `read`, and holds that it stays the same until `read` is done.
 *
 * @returns what `read` returned, and the SHA-256 of the bytes as they lie on the disk
 * @throws InputError when the file is missing, unreadable, a gzip file that ends early or is damaged, or was
 *   written to meanwhile
 */
export async function streamFile<T>(
  path: string,
  read: (file: FileStream) => Promise<T>,
): Promise<{ readonly result: T; readonly sha256: string }> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  });
  try {
    const before = await handle.stat({ bigint: true });
    if (before.isDirectory()) throw new InputError(`${path}: this is a folder, expected a file`);
    const checkUnchanged = async (): Promise<void> => {
      const after = await handle.stat({ bigint: true });
      if (after.size !== before.size || after.mtimeNs !== before.mtimeNs)
        throw new InputError(
          `${path}: the file changed while it was read; try again when nothing writes to it`,
        );
    };
    const isPacked = await beginsAsGzip(handle);
    const digest = digestOf(handle);
    const file: FileStream = {
      size: isPacked ? null : Number(before.size),
      pieces() {
        const stored = digest.watch(storedPieces(handle));
        return isPacked ? inflated(stored, path) : stored;
      },
    };
    const result = await read(file).catch(async (error: unknown) => {
      await checkUnchanged(); // a change would be the reason for any other complaint
      throw error;
    });
    const sha256 = await digest.end();
    await checkUnchanged();
    return { result, sha256 };
  } finally {
    await handle.close();
  }
}

async function* storedPieces(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const buffer = Buffer.allocUnsafe(pieceBytes);
    const { bytesRead } = await handle.read(buffer, 0, pieceBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The digest of a file, taken from the pieces as they pass by; where not all of them did, from the file itself. */
function digestOf(handle: FileHandle): {
  watch(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer>;
  end(): Promise<string>;
} {
  let sha256: string | null = null;
  async function* watch(pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    if (sha256 !== null) return yield* pieces;
    const hash = createHash("sha256");
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
    sha256 = hash.digest("hex");
  }
  return {
    watch,
    async end() {
      if (sha256 === null) for await (const _ of watch(storedPieces(handle)));
      return sha256 ?? "";
    },
  };
}

async function beginsAsGzip(handle: FileHandle): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

async function* inflated(stored: AsyncGenerator<Buffer>, path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  pipeline(stored, gunzip, () => undefined); // what goes wrong comes out of gunzip as well
  try {
    for await (const piece of gunzip) yield piece;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new InputError(`${path}: ${gzipFailure(error)}`);
    throw error;
  }
}
