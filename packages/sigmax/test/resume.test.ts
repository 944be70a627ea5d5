import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bin, inFolder, refusal, run, sigmax, sigmaxJson } from "./run.ts";

const options = [
  "--epochs",
  "400",
  "--momentum",
  "0.9",
  "--schedule",
  "cosine",
  "--report",
  "none",
  "--quiet",
];

test("a run killed at any moment goes on to the same bytes as an undisturbed one", () =>
  inFolder(async (folder) => {
    await sigmax(["train", "digits", ...options, "--out", "whole.sigmax"], { folder });
    const whole = readFileSync(join(folder, "whole.sigmax"));
    const again = ["train", "digits", ...options, "--out", "again.sigmax", "--checkpoint", "c", "--resume"];
    // Later and later: some kills come before the first checkpoint, some between two, some while one is written.
    let kills = 0;
    let resumed = 0;
    for (let milliseconds = 150; !existsSync(join(folder, "again.sigmax")); milliseconds += 17) {
      if (existsSync(join(folder, "c"))) resumed++;
      const { signal } = await run(process.execPath, [bin, ...again], {
        folder,
        meddle: (child) => {
          const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
          child.once("exit", () => clearTimeout(timer));
        },
      });
      if (signal === "SIGKILL") kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(5);
    expect(resumed).toBeGreaterThanOrEqual(2);
    expect(readFileSync(join(folder, "again.sigmax")).equals(whole)).toBe(true);
    expect(existsSync(join(folder, "c"))).toBe(false);
  }));

test("a network killed at any moment goes on to the same bytes too", () =>
  inFolder(async (folder) => {
    const network = [
      "train",
      "digits",
      "--hidden",
      "16:prelu",
      "--dropout",
      "0.1",
      "--epochs",
      "120",
      "--patience",
      "100",
    ];
    const quiet = ["--report", "none", "--quiet"];
    await sigmax([...network, ...quiet, "--out", "whole.sigmax"], { folder });
    const whole = readFileSync(join(folder, "whole.sigmax"));
    const again = [...network, ...quiet, "--out", "again.sigmax", "--checkpoint", "c", "--resume"];
    let resumed = 0;
    for (let milliseconds = 500; !existsSync(join(folder, "again.sigmax")); milliseconds += 97) {
      if (existsSync(join(folder, "c"))) resumed++;
      await run(process.execPath, [bin, ...again], {
        folder,
        meddle: (child) => {
          const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
          child.once("exit", () => clearTimeout(timer));
        },
      });
    }
    expect(resumed).toBeGreaterThanOrEqual(2);
    expect(readFileSync(join(folder, "again.sigmax")).equals(whole)).toBe(true);
  }));

describe("a checkpoint", () => {
  /** A folder with the checkpoint of a run that was killed. */
  const withCheckpoint = (work: (folder: string) => Promise<void>): Promise<void> =>
    inFolder(async (folder) => {
      const args = [
        "train",
        "digits",
        "--epochs",
        "100000",
        "--report",
        "none",
        "--checkpoint",
        "c",
        "--quiet",
      ];
      await run(process.execPath, [bin, ...args], {
        folder,
        meddle: (child) => {
          const timer = setInterval(() => existsSync(join(folder, "c")) && child.kill("SIGKILL"), 5);
          child.once("exit", () => clearInterval(timer));
        },
      });
      await work(folder);
    });
  const resume = ["--checkpoint", "c", "--resume", "--report", "none"];

  test("that is there already is not overwritten", () =>
    withCheckpoint(async (folder) => {
      const before = readFileSync(join(folder, "c"));
      expect(await refusal(["train", "digits", "--checkpoint", "c"], { folder })).toContain(
        "--checkpoint: c is there already; go on from it with --resume",
      );
      expect(readFileSync(join(folder, "c")).equals(before)).toBe(true);
    }));

  test("of other options or data is refused, and the difference named", () =>
    withCheckpoint(async (folder) => {
      expect(await refusal(["train", "digits", "--epochs", "9", ...resume], { folder })).toContain(
        "--epochs was 100000 there and is 9 here",
      );
      const seeded = ["train", "digits", "--epochs", "100000", "--seed", "1", ...resume];
      expect(await refusal(seeded, { folder })).toContain("seed was 0 there and is 1 here");
      expect(await refusal(["train", "iris", "--epochs", "100000", ...resume], { folder })).toContain(
        "it is of another run",
      );
    }));

  test("of another architecture is refused, and the difference named", () =>
    inFolder(async (folder) => {
      const args = ["train", "digits", "--hidden", "8:relu", "--epochs", "100000", "--checkpoint", "c"];
      await run(process.execPath, [bin, ...args, "--report", "none", "--quiet"], {
        folder,
        meddle: (child) => {
          const timer = setInterval(() => existsSync(join(folder, "c")) && child.kill("SIGKILL"), 5);
          child.once("exit", () => clearInterval(timer));
        },
      });
      const other = ["train", "digits", "--hidden", "9:relu", "--epochs", "100000", ...resume];
      expect(await refusal(other, { folder })).toContain("--hidden was 8:relu there and is 9:relu here");
      expect(await refusal(["train", "digits", "--epochs", "100000", ...resume], { folder })).toContain(
        "it is of another run",
      );
    }));

  test("that is cut off or damaged is refused", () =>
    withCheckpoint(async (folder) => {
      const path = join(folder, "c");
      const bytes = readFileSync(path);
      const args = ["train", "digits", "--epochs", "100000", ...resume];
      writeFileSync(path, bytes.subarray(0, bytes.length - 1));
      expect(await refusal(args, { folder })).toContain("cut off");
      bytes[bytes.length - 5] ^= 1;
      writeFileSync(path, bytes);
      expect(await refusal(args, { folder })).toContain("damaged");
    }));

  test("that is not there yet is no mistake, and the run says that it begins anew", () =>
    inFolder(async (folder) => {
      const note = "c is not there, so the run begins from its first epoch";
      const args = ["train", "iris", "--epochs", "2", ...resume];
      expect((await sigmax([...args, "--quiet"], { folder })).stderr).toBe(`sigmax: ${note}\n`);
      const { stdout } = await sigmax([...args, "--json"], { folder });
      expect(JSON.parse(stdout)).toMatchObject({ notes: [note] });
      const plain = ["train", "iris", "--epochs", "2", "--report", "none", "--checkpoint", "c"];
      expect(await sigmaxJson(plain, { folder })).toMatchObject({ notes: [] });
    }));

  test("has to be named to resume from", () =>
    inFolder(async (folder) => {
      expect(await refusal(["train", "iris", "--resume"], { folder })).toContain("--checkpoint <file>");
    }));
});
