import { InputError, type FitOptions } from "@sigmax/core";
import { readCheckpoint, writeCheckpoint } from "@sigmax/core/artifact";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { readBytes } from "../sources/files.ts";
import { printable } from "../output.ts";
import { checkWritable, writeFileWhole } from "../write.ts";

/** A file that says after every epoch where a run stands, so that it can go on from there. */
export interface CheckpointFile {
  readonly options: Pick<FitOptions, "checkpoint" | "onCheckpoint">;
  /** That there was nothing to go on from, where somebody asked for it: on stderr it has been said. */
  readonly notes: readonly string[];
  /** The run is over and its model written: the file has done its work. */
  remove(): Promise<void>;
}

/**
 * @param path what `--checkpoint` names
 * @param isResumed whether to go on from the file, where it is there already: a script that is run again says so the first time, too
 * @throws InputError when there is a checkpoint and nobody asked to go on from it, or it cannot be read
 */
export async function openCheckpoint(path: string | undefined, isResumed: boolean): Promise<CheckpointFile> {
  if (path === undefined) {
    if (isResumed) throw new InputError("--resume: name the file to go on from: --checkpoint <file>");
    return { options: {}, notes: [], remove: async () => undefined };
  }
  await checkWritable(path);
  const isThere = existsSync(path);
  if (isThere && !isResumed)
    throw new InputError(
      `--checkpoint: ${path} is there already; go on from it with --resume, or remove it to begin anew`,
    );
  const notes = isResumed && !isThere ? [`${path} is not there, so the run begins from its first epoch`] : [];
  for (const note of notes) process.stderr.write(`sigmax: ${printable(note)}\n`);
  return {
    notes,
    options: {
      checkpoint: isThere ? readCheckpoint((await readBytes(path)).bytes, { where: path }) : undefined,
      onCheckpoint: (checkpoint) => writeFileWhole(path, writeCheckpoint(checkpoint)),
    },
    remove: () => rm(path, { force: true }),
  };
}
