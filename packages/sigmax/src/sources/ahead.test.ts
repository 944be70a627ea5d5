import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createGenerator } from "@sigmax/core/random";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { readAhead, takeAhead } from "./ahead.ts";
import { fashionFiles } from "./fashion-files.ts";
import { readBytes } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-ahead-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const contents = new Uint8Array(1_200_000); // above the size from which it is worth it
const generator = createGenerator(1);
for (let i = 0; i < contents.length; i++) contents[i] = generator.below(256);

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function pictures(name: string, bytes: Uint8Array = gzipSync(contents)): string {
  return written(`${name}-images-idx3-ubyte.gz`, bytes);
}

test("pictures that a command names are read and inflated, and given once", async () => {
  const path = pictures("some");
  readAhead(["train", "--out", "some.sigmax", `${path},labels-idx1-ubyte`]);
  const ahead = await takeAhead(path);
  expect(await ahead?.inflated).toEqual(Buffer.from(contents));
  expect(ahead?.stored).toEqual(gzipSync(contents));
  expect(await takeAhead(path)).toBeNull();
});

test("whoever reads the file gets what was begun, with the digest of the file", async () => {
  const path = pictures("begun");
  readAhead(["evaluate", path]);
  const { bytes, sha256 } = await readBytes(path);
  expect(Buffer.from(bytes)).toEqual(Buffer.from(contents));
  expect(await sha256).toBe(createHash("sha256").update(gzipSync(contents)).digest("hex"));
  expect(await takeAhead(path)).toBeNull();
});

test("fashion-mnist is its training pictures, fashion-mnist:test its test pictures", async () => {
  vi.stubEnv("SIGMAX_CACHE", join(folder, "cache"));
  await mkdir(join(folder, "cache", "fashion-mnist"), { recursive: true });
  const at = (file: string) => join(folder, "cache", "fashion-mnist", file);
  for (const file of Object.keys(fashionFiles)) writeFileSync(at(file), gzipSync(contents));
  readAhead(["train", "fashion-mnist"]);
  expect(await takeAhead(at("train-images-idx3-ubyte.gz"))).not.toBeNull();
  expect(await takeAhead(at("t10k-images-idx3-ubyte.gz"))).toBeNull();
  readAhead(["evaluate", "model.sigmax", "fashion-mnist:test"]);
  expect(await takeAhead(at("t10k-images-idx3-ubyte.gz"))).not.toBeNull();
  expect(await takeAhead(at("train-images-idx3-ubyte.gz"))).toBeNull();
});

test.each([
  ["is not there", join(folder, "none-images-idx3-ubyte.gz"), []],
  ["is no gzip file", pictures("plain", contents), []],
  ["is asked for help about", pictures("help"), ["--help"]],
  ["is a table", written("table.csv.gz", gzipSync(contents)), []],
  ["is small", pictures("small", gzipSync(contents.subarray(0, 1000))), []],
])("nothing is begun where the file %s", async (_, path, more) => {
  readAhead(["train", path, ...more]);
  expect(await takeAhead(path)).toBeNull();
});

test("a damaged file is refused in the same words, read ahead or not", async () => {
  const path = pictures("damaged", gzipSync(contents).subarray(0, -20));
  const refusal = await readBytes(path).catch(String);
  readAhead(["train", path]);
  expect(await readBytes(path).catch(String)).toBe(refusal);
  expect(refusal).toContain("the gzip data end early; get the file again");
});
