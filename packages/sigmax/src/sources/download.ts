import { InputError } from "@sigmax/core";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { eraseLine } from "../progress.ts";
import { writeFileWhole } from "../write.ts";

const inflate = promisify(gunzip);

/** Gzip files that a publisher offers. */
export interface Download {
  /** The data set's name, for messages. */
  readonly name: string;
  /** Where the files lie; ends in a slash. */
  readonly publisher: string;
  /** SHA-256 of each file's contents, inflated: a gzip file may be packed in several ways. */
  readonly files: Readonly<Record<string, string>>;
  readonly folder: string;
  /** What else a person can do, as the end of a message. */
  readonly otherWays: string;
}

/**
 * Fetches all files into the folder, or none: they are written when every one has the known contents.
 *
 * @throws InputError when the publisher cannot be reached, or what comes is not the known file
 */
export async function download({ name, publisher, files, folder, otherWays }: Download): Promise<void> {
  const abort = new AbortController();
  const coming = Promise.all(
    Object.entries(files).map(async ([file, sha256]) => {
      const bytes = await get(`${publisher}${file}`, abort.signal).catch((error: unknown) => {
        throw new InputError(
          `${name}: not on this machine, and its publisher could not be reached (${reason(error)}); ${otherWays}`,
        );
      });
      // A page that asks for a login, say, is no gzip file.
      const contents = await inflate(bytes).catch(() => new Uint8Array());
      if (createHash("sha256").update(contents).digest("hex") !== sha256)
        throw new InputError(
          `${name}: what came from ${publisher} is not the known ${file}, so nothing was kept; ${otherWays}`,
        );
      return { file, bytes };
    }),
  );
  if (process.stderr.isTTY) process.stderr.write(`downloading ${name} from ${publisher}`);
  const come = await coming.finally(() => {
    abort.abort(); // after a failure the others need not come
    eraseLine();
  });
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new InputError(`${name}: the folder ${folder} cannot be made (${error.message}); ${otherWays}`);
  });
  for (const { file, bytes } of come) await writeFileWhole(join(folder, file), bytes);
}

async function get(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** `fetch` says only "fetch failed"; its cause says why. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
