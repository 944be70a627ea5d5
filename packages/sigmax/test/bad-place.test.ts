import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inFolder, refusal, refusalWith, sigmax } from "./run.ts";

describe("a place that takes no file is refused before the work begins", () => {
  test.concurrent.each([
    ["a missing folder", "no/m.sigmax", "no/m.sigmax: cannot be written: there is no folder no"],
    [
      "a path below a file",
      "file/m.sigmax",
      "file/m.sigmax: cannot be written: a part of the path is not a folder",
    ],
    ["a folder", "folder", "folder: cannot be written: this is a folder, expected a file"],
    ["a folder's name", "new/", "new/: cannot be written: this is not the name of a file"],
    ["no name", "", '"": cannot be written: this is not the name of a file'],
    ["a device", "/dev/null", "/dev/null: cannot be written: this is a device, expected a file"],
    ["a folder of the system", "/proc/m.sigmax", /^\/proc\/m\.sigmax: cannot be written: /],
  ])("%s", async (_, path, sentence) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, "folder"));
      await writeFile(join(folder, "file"), "precious");
      // A source that is not there would be the next complaint, so the place was looked at first.
      for (const args of [
        ["train", "nothing.csv", "--out", path],
        ["train", "nothing.csv", "--report", path],
      ])
        expect(await refusal(args, { folder })).toMatch(sentence);
    });
  });

  test.concurrent("the source itself", async () => {
    await inFolder(async (folder) => {
      await copyFile(new URL("../data/iris.csv", import.meta.url), join(folder, "t.csv"));
      const args = ["train", "t.csv", "--target", "species"];
      expect(await refusal([...args, "--out", "./t.csv"], { folder })).toBe(
        "--out: ./t.csv is the source itself",
      );
      expect(await refusal([...args, "--report", "t.csv"], { folder })).toBe(
        "--report: t.csv is the source itself",
      );
    });
  });

  test.concurrent("what predict and calibrate read, and a checkpoint that is the model", async () => {
    await inFolder(async (folder) => {
      await copyFile(new URL("../data/iris.csv", import.meta.url), join(folder, "t.csv"));
      await sigmax(["train", "iris", "--split", "0.4/0.2/0.2/0.2", "--out", "m.sigmax", "--quiet"], {
        folder,
      });
      expect(await refusal(["predict", "m.sigmax", "t.csv", "--out", "./t.csv"], { folder })).toBe(
        "--out: ./t.csv is what is read; give another name",
      );
      expect(await refusal(["calibrate", "m.sigmax", "iris", "--out", "./m.sigmax"], { folder })).toBe(
        "--out: ./m.sigmax is what is read; give another name",
      );
      const args = ["train", "iris", "--epochs", "2", "--out", "n.sigmax", "--checkpoint", "./n.sigmax"];
      expect(await refusal(args, { folder })).toBe(
        "--checkpoint: ./n.sigmax is the model's own path, and is removed at the end",
      );
    });
  });

  test.concurrent("one file for both", async () => {
    expect(await refusalWith({}, "train", "iris", "--out", "m", "--report", "./m")).toBe(
      "--report: ./m is the model's own path",
    );
  });
});
