import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import reference from "../../test/references/numpy-files.json" with { type: "json" };
import { refusalOf } from "../../test/refusal.ts";
import { readZip } from "./zip.ts";

const stored = Buffer.from(reference.files["Xy.npz"], "base64");
const packed = Buffer.from(reference.files["Xy compressed.npz"], "base64");

const message = "a message of seven words, no more";
const messageCrc = 0x4d9a6ff9; // by Python's zlib.crc32

interface Parts {
  readonly content?: Buffer;
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly isEncrypted?: boolean;
  /** Sizes and places in the fields for large archives, as above 4 GB. */
  readonly isWide?: boolean;
}

/** An archive of one file, "a.txt", as the format says. */
function archive(parts: Parts = {}): Buffer {
  const { content = Buffer.from(message), method = 0, size = message.length, crc = messageCrc } = parts;
  const { isEncrypted = false, isWide = false } = parts;
  const name = Buffer.from("a.txt");
  const numbers = (...fields: [bytes: number, value: number][]): Buffer =>
    Buffer.concat(
      fields.map(([bytes, value]) => {
        const field = Buffer.alloc(bytes);
        if (bytes === 8) field.writeBigUInt64LE(BigInt(value));
        else field.writeUIntLE(value, 0, bytes);
        return field;
      }),
    );
  const none = 0xffffffff;
  const flags = isEncrypted ? 1 : 0;
  const local = Buffer.concat([
    numbers([4, 0x04034b50], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]),
    numbers([4, content.length], [4, size], [2, name.length], [2, 0]),
    name,
    content,
  ]);
  const extra = isWide ? numbers([2, 1], [2, 24], [8, size], [8, content.length], [8, 0]) : Buffer.alloc(0);
  const directory = Buffer.concat([
    numbers([4, 0x02014b50], [2, 20], [2, 20], [2, flags], [2, method], [4, 0], [4, crc]),
    numbers([4, isWide ? none : content.length], [4, isWide ? none : size]),
    numbers([2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, isWide ? none : 0]),
    name,
    extra,
  ]);
  const at = local.length;
  const wideEnd = numbers(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, 1],
    [8, 1],
    [8, directory.length],
    [8, at],
  );
  const locator = numbers([4, 0x07064b50], [4, 0], [8, at + directory.length], [4, 1]);
  const end = numbers(
    [4, 0x06054b50],
    [4, 0],
    [2, isWide ? 0xffff : 1],
    [2, isWide ? 0xffff : 1],
    [4, isWide ? none : directory.length],
    [4, isWide ? none : at],
    [2, 0],
  );
  return Buffer.concat([local, directory, ...(isWide ? [wideEnd, locator] : []), end]);
}

function contents(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(
    [...readZip(bytes, "x.npz")].map(([name, read]) => [name, Buffer.from(read()).toString("latin1")]),
  );
}

describe("an archive", () => {
  test("that NumPy wrote, packed or not, gives its files", () => {
    for (const bytes of [stored, packed]) {
      const files = contents(bytes);
      expect(Object.keys(files)).toEqual(["X.npy", "y.npy"]);
      for (const file of Object.values(files)) expect(file.slice(0, 6)).toBe("\x93NUMPY");
    }
  });

  test("of one file, stored, deflated or with the wide fields of ZIP64", () => {
    const expected = { "a.txt": message };
    expect(contents(archive())).toEqual(expected);
    expect(contents(archive({ content: deflateRawSync(message), method: 8 }))).toEqual(expected);
    expect(contents(archive({ isWide: true }))).toEqual(expected);
  });

  test("may have a comment behind it", () => {
    const bytes = Buffer.concat([archive(), Buffer.from("comment")]);
    bytes.writeUInt16LE(7, bytes.length - 9);
    expect(contents(bytes)).toEqual({ "a.txt": message });
  });
});

describe("an archive is refused", () => {
  test.each<[string, Buffer, string | RegExp]>([
    [
      "that is none",
      Buffer.from("a,b\n1,2\n"),
      "x.npz: not a ZIP archive, or cut off: its directory is not there; get the file again",
    ],
    ["that is empty", Buffer.alloc(0), /^x\.npz: not a ZIP archive/],
    [
      "that is cut off at its end",
      stored.subarray(0, stored.length - 1),
      /^x\.npz: not a ZIP archive, or cut off/,
    ],
    [
      "that is cut off at its beginning",
      stored.subarray(40),
      /^x\.npz: damaged: its directory (is broken|points outside the file); get the file again$/,
    ],
    [
      "with a flipped byte in a stored file",
      Buffer.from(archive()).fill("x", 40, 41),
      'x.npz: "a.txt" is damaged: its checksum is another; get the file again',
    ],
    [
      "with a flipped byte in a deflated file",
      Buffer.from(packed).fill(0xff, 60, 63),
      /^x\.npz: "X\.npy" is damaged: .+; get the file again$/,
    ],
    [
      "with a file of another size",
      archive({ content: deflateRawSync(message), method: 8, size: message.length + 1 }),
      'x.npz: "a.txt" is damaged: expected 34 bytes, got 33; get the file again',
    ],
    [
      "that inflates beyond its size",
      archive({ content: deflateRawSync(message), method: 8, size: message.length - 1 }),
      /^x\.npz: "a\.txt" is damaged: .+; get the file again$/,
    ],
    [
      "whose size cannot be, before it takes any memory",
      archive({ content: deflateRawSync(message), method: 8, size: 0xfffffff0 }),
      'x.npz: "a.txt" is damaged: its size cannot be; get the file again',
    ],
    [
      "with an encrypted file",
      archive({ isEncrypted: true }),
      'x.npz: "a.txt" is damaged: it is encrypted, or packed in a way that is not read; get the file again',
    ],
    [
      "with a method that is not read",
      archive({ method: 14 }),
      'x.npz: "a.txt" is damaged: it is encrypted, or packed in a way that is not read; get the file again',
    ],
  ])("%s", async (_, bytes, sentence) => {
    expect(await refusalOf(() => contents(bytes))).toMatch(sentence);
  });
});
