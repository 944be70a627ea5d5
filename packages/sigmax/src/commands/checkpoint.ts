import { InputError, type FitOptions } from "@sigmax/core";
import { readCheckpoint, writeCheckpoint } from "@sigmax/core/artifact";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { readBytes } from "../sources/files.ts";
import { checkWritable, writeFileWhole } from "../write.ts";

/** A file that says after every epoch where a run stands, so that it can go on from there. */
export interface CheckpointFile {
  readonly options: Pick<FitOptions, "checkpoint" | "onCheckpoint">;
  /** The run is over and its model written: the file has done its work. */
  remove(): Promise<void>;
}

/**
 * @param path what `--checkpoint` names
 * @param isResumed whether to go on from the file, where it is there already
 * @throws InputError when there is a checkpoint and nobody asked to go on from it, or it cannot be read
 */
export async function openCheckpoint(path: string | undefined, isResumed: boolean): Promise<CheckpointFile> {
  if (path === undefined) {
    if (isResumed) throw new InputError("--resume: name the file to go on from: --checkpoint <file>");
    return { options: {}, remove: async () => undefined };
  }
  await checkWritable(path);
  const isThere = existsSync(path);
  if (isThere && !isResumed)
    throw new InputError(
      `--checkpoint: ${path} is there already; go on from it with --resume, or remove it to begin anew`,
    );
  return {
    options: {
      checkpoint: isThere ? readCheckpoint((await readBytes(path)).bytes, { where: path }) : undefined,
      onCheckpoint: (checkpoint) => writeFileWhole(path, writeCheckpoint(checkpoint)),
    },
    remove: () => rm(path, { force: true }),
  };
}
