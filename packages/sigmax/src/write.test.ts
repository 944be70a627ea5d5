import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkWritable, filesWritten, writeFileWhole } from "./write.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sigmax-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a file is replaced whole, with nothing left beside it, and is among the files written", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "model");
  await writeFile(path, "a longer text of before");
  await checkWritable(path);
  expect(await readFile(path, "utf8")).toBe("a longer text of before");
  await writeFileWhole(path, "new");
  expect(await readFile(path, "utf8")).toBe("new");
  expect(await readdir(folder)).toEqual(["model"]);
  expect(filesWritten()).toContain(path);
});

test("a place that became a folder keeps what is in it, and no half-written file stays", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "model");
  await checkWritable(path);
  await mkdir(path);
  await writeFile(join(path, "inside"), "precious");
  await expect(writeFileWhole(path, "new")).rejects.toThrow(`${path}: cannot be written: this is a folder`);
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(["model", join("model", "inside")]);
  expect(filesWritten()).not.toContain(path);
});

test("a folder that went away is named", async () => {
  const folder = await emptyFolder();
  await rm(folder, { recursive: true });
  await expect(writeFileWhole(join(folder, "model"), "new")).rejects.toThrow(`there is no folder ${folder}`);
});
