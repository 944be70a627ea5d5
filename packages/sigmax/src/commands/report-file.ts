import { InputError } from "@sigmax/core";
import type { Reported } from "../report/build.ts";
import { checkWritable, isOneOf, writeFileWhole } from "../write.ts";

/**
 * Where a report goes, known before the work begins; null: none is wanted.
 *
 * @param usual where it goes when nothing is said
 * @param others files that are read or written besides
 * @throws InputError when it cannot be written there, or is one of the others
 */
export async function reportPathOf(
  asked: string | undefined,
  usual: string | null,
  others: readonly string[],
): Promise<string | null> {
  const path = asked === "none" ? null : (asked ?? usual);
  if (path === null) return null;
  await checkWritable(path);
  if (isOneOf(path, others))
    throw new InputError(`--report: ${path} is what is read or written besides; give another name`);
  return path;
}

/** Draws a report and writes it; what it takes to draw is loaded only now. */
export async function writeReport(path: string | null, reported: Reported): Promise<void> {
  if (path === null) return;
  const { buildReport } = await import("../report/build.ts");
  await writeFileWhole(path, buildReport(reported));
}
