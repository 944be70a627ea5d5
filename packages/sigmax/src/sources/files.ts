import { InputError } from "@sigmax/core";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const inflate = promisify(gunzip);

/** A file's bytes, inflated if they are gzip, and the SHA-256 of the bytes as they lie on the disk. */
export interface FileBytes {
  readonly bytes: Uint8Array;
  readonly sha256: Promise<string>;
}

/** @throws InputError when the file is missing, unreadable, or a gzip file that ends early */
export async function readBytes(path: string): Promise<FileBytes> {
  const stored = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  });
  const sha256 = digest(stored);
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return { bytes: stored, sha256 };
  // The last four bytes are the inflated size: one chunk of that size saves copying many. Gzip cannot pack
  // closer than 1032 to 1, so a size beyond that is damage and asks for no memory.
  const size = stored.length >= 18 ? stored.readUInt32LE(stored.length - 4) : 0;
  const chunkSize = Math.max(Math.min(size, 1032 * stored.length, 2 ** 30) + 64, 1024);
  const bytes = await inflate(stored, { chunkSize }).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: ${gzipFailure(error)}`);
  });
  return { bytes, sha256 };
}

export function gzipFailure(error: Error & { code?: unknown }): string {
  const what =
    error.code === "Z_BUF_ERROR" ? "the gzip data end early" : `the gzip data are damaged (${error.message})`;
  return `${what}; get the file again`;
}

/** On the thread pool, beside the inflating. */
async function digest(bytes: Uint8Array): Promise<string> {
  const result = await crypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(result).toString("hex");
}

/** One digest for a source of several files: that of their digests, in order. */
export async function combineDigests(digests: readonly Promise<string>[]): Promise<string> {
  if (digests.length === 1) return digests[0];
  return createHash("sha256")
    .update((await Promise.all(digests)).join("\n"))
    .digest("hex");
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
    case "ENOSPC":
      return "the disk is full";
    case "ENAMETOOLONG":
      return "the name is too long";
    case "EROFS":
      return "the file system is read-only";
    default:
      return error.message;
  }
}
