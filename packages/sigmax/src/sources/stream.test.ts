import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readBytes } from "./files.ts";
import { streamFile, type FileStream } from "./stream.ts";
import { readTable } from "./table.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-stream-"));
const path = join(folder, "file");
afterAll(() => rmSync(folder, { recursive: true }));

async function all(file: FileStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.pieces()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("a file comes in pieces", () => {
  test.each([0, 1, 1000, 1 << 20, 3_000_000])("of %i bytes, with the digest of all of them", async (size) => {
    const bytes = randomBytes(size);
    writeFileSync(path, bytes);
    const read = await streamFile(path, async (file) => {
      expect(file.size).toBe(size);
      return all(file);
    });
    expect(read.result.equals(bytes)).toBe(true);
    expect(read.sha256).toBe(sha256(bytes));
  });

  test("as often as it is asked for", async () => {
    writeFileSync(path, "abc");
    const { result, sha256: digest } = await streamFile(path, async (file) => [
      await all(file),
      await all(file),
    ]);
    expect(result.map(String)).toEqual(["abc", "abc"]);
    expect(digest).toBe(sha256(Buffer.from("abc")));
  });

  test("inflated if it is gzip, with the digest of what lies on the disk", async () => {
    const content = Buffer.from("0123456789".repeat(300_000));
    const packed = gzipSync(content);
    writeFileSync(path, packed);
    const read = await streamFile(path, async (file) => {
      expect(file.size).toBeNull();
      return all(file);
    });
    expect(read.result.equals(content)).toBe(true);
    expect(read.sha256).toBe(sha256(packed));
  });

  test("of which a reader need not take all for the digest to be right", async () => {
    const bytes = randomBytes(3_000_000);
    writeFileSync(path, bytes);
    const { sha256: digest } = await streamFile(path, async (file) => {
      for await (const piece of file.pieces()) return piece.length;
      return 0;
    });
    expect(digest).toBe(sha256(bytes));
  });
});

describe("a file is refused", () => {
  test("that is not there, or a folder", async () => {
    await expect(streamFile(join(folder, "none"), all)).rejects.toThrow(
      expect.objectContaining({
        name: "InputError",
        message: `${join(folder, "none")}: there is no such file`,
      }),
    );
    await expect(streamFile(folder, all)).rejects.toThrow(`${folder}: this is a folder, expected a file`);
  });

  test("whose gzip data end early or are damaged", async () => {
    const packed = gzipSync(randomBytes(100_000));
    writeFileSync(path, packed.subarray(0, 50_000));
    await expect(streamFile(path, all)).rejects.toThrow(/^the gzip data end early; get the file again$/);
    packed[packed.length - 6] ^= 1; // of the checksum
    writeFileSync(path, packed);
    await expect(streamFile(path, all)).rejects.toThrow(
      /^the gzip data are damaged \(.+\); get the file again$/,
    );
  });

  const changed = `${path}: the file changed while it was read; try again when nothing writes to it`;

  test("that grows while it is read", async () => {
    writeFileSync(path, "a,b\n1,2\n");
    await expect(
      streamFile(path, async (file) => {
        await all(file);
        appendFileSync(path, "3,4\n");
      }),
    ).rejects.toThrow(expect.objectContaining({ name: "InputError", message: changed }));
  });

  test("that is written over with as many bytes while it is read", async () => {
    writeFileSync(path, "a,b\n1,2\n");
    utimesSync(path, 1e9, 1e9);
    await expect(
      streamFile(path, async (file) => {
        await all(file);
        writeFileSync(path, "a,b\n3,4\n");
      }),
    ).rejects.toThrow(changed);
  });

  test("that grows though its time does not tell", async () => {
    writeFileSync(path, "a,b\n1,2\n");
    utimesSync(path, 1e9, 1e9);
    await expect(
      streamFile(path, async (file) => {
        await all(file);
        appendFileSync(path, "3,4\n");
        utimesSync(path, 1e9, 1e9);
      }),
    ).rejects.toThrow(changed);
  });

  test("for the change rather than for what it made of the rows", async () => {
    writeFileSync(path, "a,b\n1,2\n");
    await expect(
      streamFile(path, async () => {
        appendFileSync(path, "3");
        throw new Error("line 3 has 1 field");
      }),
    ).rejects.toThrow(changed);
  });

  test("that something writes to all the time, be it a table or bytes", async () => {
    const table = join(folder, "t.csv");
    writeFileSync(table, `a,b\n${"1,2\n".repeat(5_000_000)}`);
    for (const read of [readTable, readBytes]) {
      const timer = setInterval(() => appendFileSync(table, "3,4\n"), 0);
      await expect(read(table).finally(() => clearInterval(timer))).rejects.toThrow(
        "t.csv: the file changed while it was read; try again when nothing writes to it",
      );
    }
  });
});
