import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";

/** The file that npm links as `sigmax`. */
export const bin: string = fileURLToPath(new URL("../bin/sigmax.js", import.meta.url));

/** How the command ended, and what it left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where it runs. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the running process, to send it signals or close its pipes. */
  readonly meddle?: (child: ChildProcess) => void;
  /** After so many milliseconds it is ended. Default 50,000. */
  readonly timeout?: number;
}

/** Runs `sigmax` as a shell would, without a terminal. */
export function sigmax(args: readonly string[], options: RunOptions): Promise<Outcome> {
  return run(process.execPath, [bin, ...args], options);
}

/** Runs a program. */
export function run(
  program: string,
  args: readonly string[],
  { folder, env, meddle, timeout = 50_000 }: RunOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, timeout });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    meddle?.(child);
  });
}

/** Runs `sigmax … --json` and reads what it printed; fails when it did anything but succeed. */
export async function sigmaxJson<T = Record<string, unknown>>(
  args: readonly string[],
  options: RunOptions,
): Promise<T> {
  const { code, stdout, stderr } = await sigmax([...args, "--json"], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const printed: T = JSON.parse(stdout); // fails if anything stands beside the one object
  return printed;
}

/** Works in a new empty folder, and removes it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    return await work(folder);
  } finally {
    await removeFolder(folder);
  }
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "sigmax-test-"));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Every file below a folder with its digest: equal before and after means that nothing was touched. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    contents[path] = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }
  return contents;
}

/**
 * Runs the command and holds it to what a refusal is: exit code 2, nothing on stdout, one sentence on
 * stderr, no file made, changed or left half-written.
 *
 * @returns the sentence, without "sigmax: "
 */
export async function refusal(args: readonly string[], options: RunOptions): Promise<string> {
  const before = await contentsOf(options.folder);
  const outcome = await sigmax(args, options);
  expect(outcome).toEqual({ code: 2, signal: null, stdout: "", stderr: outcome.stderr });
  expect(await contentsOf(options.folder)).toEqual(before);
  return oneSentence(outcome.stderr);
}

/** The same in a folder of its own, which holds these files. */
export async function refusalWith(
  files: Readonly<Record<string, string | Uint8Array>>,
  ...args: string[]
): Promise<string> {
  return inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return refusal(args, { folder });
  });
}

/** A copy of some bytes with one bit of the byte at a place turned. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= 0x10;
  return copy;
}

/** What stderr says, which must be one line and one sentence, with nothing of the program's insides. */
export function oneSentence(stderr: string): string {
  expect(stderr).toMatch(/^sigmax: [^\n]+\n$/);
  expect(stderr).not.toMatch(/fault in Sigmax|\bat .*:\d+:\d+|\.\s+[A-Z]/);
  return stderr.slice("sigmax: ".length, -1);
}

/** An IDX file of uint8. */
export function idx(shape: readonly number[], values: ArrayLike<number>): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Uint8Array.from(values)]);
}

/** A pair of IDX files: `rows` pictures of 2 × 2 pixels in turn of three classes, which their pixels tell apart. */
export function pictures(rows: number, firstLabel = 0): { images: Buffer; labels: Buffer } {
  const classes = Array.from({ length: rows }, (_, row) => row % 3);
  const pixels = classes.flatMap((k, row) =>
    [0, 1, 2, 3].map((j) => (j === k ? 200 : 0) + ((row * 7 + j) % 50)),
  );
  return {
    images: gzipSync(idx([rows, 2, 2], pixels)),
    labels: gzipSync(
      idx(
        [rows],
        classes.map((k) => k + firstLabel),
      ),
    ),
  };
}
