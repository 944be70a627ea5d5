import { eraseLine } from "./progress.ts";

/**
 * Ctrl-C ends the process wherever it is: reading, downloading, training. One sentence, exit code 130.
 *
 * @param filesWritten what is on the disk by then
 */
export function stopOnInterrupt(filesWritten: () => readonly string[]): void {
  process.on("SIGINT", () => {
    const files = filesWritten();
    eraseLine();
    process.stderr.write(
      `sigmax: stopped; ${files.length === 0 ? "nothing was written" : `${files.join(" and ")} had been written`}\n`,
    );
    process.exit(130);
  });
}
