import { InputError } from "@sigmax/core";
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "./sources/files.ts";

/**
 * Writes a file whole or not at all: beside its place first, then renamed.
 *
 * @throws InputError when the folder does not take it; what was there before stays
 */
export async function writeFileWhole(path: string, content: Uint8Array | string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    await writeFile(beside, content);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw cannotWrite(path, error);
  }
}

/** Asks before the work begins whether a file can be written there. @throws InputError when not */
export async function checkWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): InputError {
  const failure: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const reason = failure.code === "ENOENT" ? `there is no folder ${dirname(path)}` : reasonOf(failure);
  return new InputError(`${path}: cannot be written: ${reason}`);
}
