import { InputError } from "@sigmax/core";
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { takeAhead } from "./ahead.ts";
import { inflateWhole, isGzip } from "./inflate.ts";

/** 2 GiB less one. */
const mostBytesOfRead = 2 ** 31 - 1;

/** A file's bytes, inflated if they are gzip, and the SHA-256 of the bytes as they lie on the disk. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  readonly sha256: Promise<string>;
}

/**
 * Opens a file for `work`, and holds that it stays the same until that is done.
 *
 * @throws InputError when the file is missing, unreadable, a folder, or was written to meanwhile
 */
export async function withFile<T>(
  path: string,
  work: (handle: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  });
  try {
    const before = await handle.stat({ bigint: true });
    if (before.isDirectory()) throw new InputError(`${path}: this is a folder, expected a file`);
    const checkUnchanged = async (): Promise<void> => {
      const after = await handle.stat({ bigint: true });
      // A pipe always changes: what was read of it is gone.
      if (before.isFile() && (after.size !== before.size || after.mtimeNs !== before.mtimeNs))
        throw new InputError(
          `${path}: the file changed while it was read; try again when nothing writes to it`,
        );
    };
    const size = before.isFile() ? Number(before.size) : 0; // what waits in a pipe is not all of it
    const result = await work(handle, size).catch(async (error: unknown) => {
      await checkUnchanged(); // a change would be the reason for any other complaint
      throw isSystemError(error) ? new InputError(`${path}: ${reasonOf(error)}`) : error;
    });
    await checkUnchanged();
    return result;
  } finally {
    await handle.close();
  }
}

/** @throws InputError as `withFile` does, and for a gzip file that ends early or is damaged */
export async function readBytes(path: string): Promise<FileBytes> {
  const ahead = await takeAhead(path);
  const stored = ahead?.stored ?? (await withFile(path, readWhole));
  if (!isGzip(stored)) return { bytes: stored, sha256: digest(stored) };
  const inflating = ahead?.inflated ?? inflateWhole(stored);
  const sha256 = digest(stored);
  const bytes = await inflating.catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${gzipFailure(error)}`);
  });
  return { bytes, sha256 };
}

/** In one read where the size is known: `readFile` takes half a megabyte at a time, and between two of them its turn. */
async function readWhole(handle: FileHandle, size: number): Promise<Buffer<ArrayBuffer>> {
  if (size === 0 || size > mostBytesOfRead) return handle.readFile(); // a pipe; or what it refuses
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, size - filled);
    if (bytesRead === 0) break; // it became shorter, which `withFile` says
    filled += bytesRead;
  }
  return bytes;
}

export function gzipFailure(error: Error & { code?: unknown }): string {
  const what =
    error.code === "Z_BUF_ERROR" ? "the gzip data end early" : `the gzip data are damaged (${error.message})`;
  return `${what}; get the file again`;
}

/** At the next turn of the event loop: a seventieth of a second for 26 MB, while the thread pool inflates them. */
async function digest(bytes: Uint8Array): Promise<string> {
  await new Promise((resolve) => setImmediate(resolve));
  return createHash("sha256").update(bytes).digest("hex");
}

/** One digest for a source of several files: that of their digests, in order. */
export async function combineDigests(digests: readonly Promise<string>[]): Promise<string> {
  if (digests.length === 1) return digests[0];
  return createHash("sha256")
    .update((await Promise.all(digests)).join("\n"))
    .digest("hex");
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    ("syscall" in error || ("code" in error && error.code === "ERR_FS_FILE_TOO_LARGE"))
  );
}

/** What the system said, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "no permission";
    case "EISDIR":
      return "this is a folder, expected a file";
    case "ENOTDIR":
      return "a part of the path is not a folder";
    case "ESPIPE":
      return "this is a pipe, expected a file";
    case "ERR_FS_FILE_TOO_LARGE":
      return "the file is larger than 2 GB, which only tables may be";
    case "ENOSPC":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "EROFS":
      return "the file system is read-only";
    case undefined:
    default:
      return error.message;
  }
}
