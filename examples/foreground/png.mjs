import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** The pixels of a PNG of 8 bits a channel with red, green, blue and alpha, not interlaced; null for any other. */
export function decodePng(bytes) {
  if (!bytes.subarray(0, 8).equals(signature)) return null;
  const parts = [];
  let header = null;
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = data;
    if (type === "IDAT") parts.push(data);
    at += length + 12;
  }
  if (header === null || header[8] !== 8 || header[9] !== 6 || header[12] !== 0) return null;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  return { width, height, values: unfilter(inflateSync(Buffer.concat(parts)), height, 4 * width) };
}

/** Each line says in its first byte how it was predicted from its neighbors (PNG Specification, §9). */
function unfilter(lines, height, stride) {
  const values = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const left = i < 4 ? 0 : values[at - 4];
      const above = y === 0 ? 0 : values[at - stride];
      const corner = i < 4 || y === 0 ? 0 : values[at - stride - 4];
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      values[at] = lines[y * (stride + 1) + 1 + i] + predicted;
    }
  }
  return values;
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [a, b, c] = [left, above, corner].map((value) => Math.abs(guess - value));
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/** A PNG of red, green and blue, 8 bits each. */
export function encodePng(values, width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const stride = 3 * width;
  const lines = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++)
    lines.set(values.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
