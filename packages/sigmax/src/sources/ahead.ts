// Loaded before anything else, so it needs nothing else.
import { closeSync, existsSync, fstatSync, openSync, read, statSync } from "node:fs";
import { join } from "node:path";
import { fashionFolders, hasFashionFiles } from "./fashion-files.ts";
import { inflateWhole, isGzip } from "./inflate.ts";

/** Fewer are inflated before the rest of the program is there to ask. */
const leastBytes = 2 ** 20;
/** What one call reads, at most. */
const mostBytes = 2 ** 31 - 1;

/** A file as it was read, and its bytes inflated. */
export interface Ahead {
  readonly stored: Uint8Array<ArrayBuffer>;
  readonly inflated: Promise<Uint8Array>;
}

const begun = new Map<string, Promise<Ahead | null>>();
let isBegun = false;

/** Begins to read and inflate the pictures that a command line names. What cannot be read is left to whoever asks for it, and says so. */
export function readAhead(args: readonly string[]): void {
  if (args.includes("--help") || args.includes("-h")) return;
  for (const path of args.slice(1).flatMap(picturesOf)) {
    if (sizeOf(path) < leastBytes) continue;
    begun.set(path, openAhead(path));
    isBegun = true;
  }
}

/** Whether the source is pictures, which take a while to inflate. */
export function isReadAhead(): boolean {
  return isBegun;
}

/** What was begun of a file, once; null if there is nothing. */
export async function takeAhead(path: string): Promise<Ahead | null> {
  const ahead = begun.get(path);
  begun.delete(path);
  return (await ahead) ?? null;
}

/** The gzip files of pictures that are opened by this name, the largest if there are several. */
function picturesOf(name: string): string[] {
  if (/^fashion-mnist(:train|:test)?$/.test(name) && !existsSync(name)) {
    const folder = fashionFolders().find(hasFashionFiles);
    const prefix = name.endsWith(":test") ? "t10k" : "train";
    return folder === undefined ? [] : [join(folder, `${prefix}-images-idx3-ubyte.gz`)];
  }
  const [path] = name.split(",");
  return /images.*ubyte.*\.gz$/.test(path) ? [path] : [];
}

/** 0 of what is not there. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

async function openAhead(path: string): Promise<Ahead | null> {
  const stored = await readUnchanged(path).catch(() => null);
  if (stored === null || !isGzip(stored)) return null;
  const inflated = inflateWhole(stored);
  inflated.catch(() => undefined); // whoever asks for it hears of it
  return { stored, inflated };
}

/** One step on the thread pool; null if it is no file, or was written to meanwhile. */
async function readUnchanged(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = openSync(path, "r");
  try {
    const before = fstatSync(file);
    if (!before.isFile() || before.size > mostBytes) return null;
    const stored = Buffer.allocUnsafeSlow(before.size);
    const bytesRead = await new Promise<number>((resolve, reject) =>
      read(file, stored, 0, before.size, 0, (error, bytes) => (error ? reject(error) : resolve(bytes))),
    );
    return bytesRead === before.size && fstatSync(file).mtimeMs === before.mtimeMs ? stored : null;
  } finally {
    closeSync(file);
  }
}
