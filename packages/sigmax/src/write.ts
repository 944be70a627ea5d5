import { InputError } from "@sigmax/core";
import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { reasonOf } from "./sources/files.ts";

const written = new Set<string>();

/** The files that this process has finished, in order, each once. */
export function filesWritten(): readonly string[] {
  return [...written];
}

/**
 * Writes a file whole or not at all: beside its place first, then renamed.
 *
 * @param content all of it, or pieces one after the other, made as they are written
 *
 * @throws InputError when the folder does not take it; what was there before stays
 */
export async function writeFileWhole(
  path: string,
  content: Uint8Array | string | Iterable<string | Uint8Array>,
): Promise<void> {
  const beside = placeBeside(path);
  const drop = (): void => rmSync(beside, { force: true });
  process.once("exit", drop); // Ctrl-C while it is written
  try {
    await writeFile(beside, content);
    await rename(beside, path);
    written.add(path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined); // what cannot be removed was never there
    if (error instanceof InputError) throw error; // from whoever makes the content
    throw cannotWrite(path, error);
  } finally {
    process.off("exit", drop);
  }
}

/** Tries before the work begins whether a file can be written there. @throws InputError when not */
export async function checkWritable(path: string): Promise<void> {
  if (path === "" || /[\\/]$/.test(path))
    throw new InputError(`${path || '""'}: cannot be written: this is not the name of a file`);
  try {
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    if (there && !there.isFile()) throw new Error("this is a device, expected a file"); // a rename would replace it
    const beside = placeBeside(path);
    await (await open(beside, "wx")).close();
    await rm(beside);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Whether a file to write is one of those named, each as a user names a source: `images,labels` are two. */
export function isOneOf(path: string, named: readonly string[]): boolean {
  return named.flatMap((name) => name.split(",")).some((name) => resolve(name) === resolve(path));
}

function placeBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
}

function cannotWrite(path: string, error: unknown): InputError {
  const failure: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  return new InputError(`${path}: cannot be written: ${reasonNotWritten(failure, dirname(path))}`);
}

function reasonNotWritten(failure: NodeJS.ErrnoException, folder: string): string {
  if (failure.code !== "ENOENT") return reasonOf(failure);
  return existsSync(folder) ? `the folder ${folder} takes no files` : `there is no folder ${folder}`;
}
