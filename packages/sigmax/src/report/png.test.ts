import { crc32, inflateSync } from "node:zlib";
import { expect, test } from "vitest";

import { encodePng, pngAddress } from "./png.ts";

test("a PNG holds its size and, after inflating, its pixels behind a filter byte on each line", () => {
  const file = Buffer.from(encodePng(Uint8Array.of(0, 1, 2, 253, 254, 255), 2, 3, 1));
  expect(file.subarray(0, 8)).toEqual(Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"));
  const [header, data, end] = chunks(file);
  expect(header.type).toBe("IHDR");
  expect([...header.data]).toEqual([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0]);
  expect(data.type).toBe("IDAT");
  expect([...inflateSync(data.data)]).toEqual([0, 0, 1, 2, 0, 253, 254, 255]);
  expect(end.type).toBe("IEND");
});

test("four channels make a picture with alpha", () => {
  const [header, data] = chunks(Buffer.from(encodePng(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2, 1, 4)));
  expect(header.data[9]).toBe(6);
  expect([...inflateSync(data.data)]).toEqual([0, 1, 2, 3, 4, 0, 5, 6, 7, 8]);
});

test("the address carries the file itself", () => {
  const [kind, text] = pngAddress(Uint8Array.of(9), 1, 1, 1).split(",");
  expect(kind).toBe("data:image/png;base64");
  expect(new Uint8Array(Buffer.from(text, "base64"))).toEqual(
    new Uint8Array(encodePng(Uint8Array.of(9), 1, 1, 1)),
  );
});

/** The chunks of a file, each checked against its checksum. */
function chunks(file: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const found = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(file.subarray(at + 4, at + 8 + length)));
    found.push({
      type: file.toString("latin1", at + 4, at + 8),
      data: file.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return found;
}
