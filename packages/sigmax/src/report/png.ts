import { crc32, deflateSync } from "node:zlib";

/** Channels of one pixel: gray, or red, green, blue and alpha. */
type Channels = 1 | 4;

/**
 * A PNG file, 8 bits a channel, no filter.
 *
 * @param pixels height × width × channels, row-major
 * @see PNG Specification, third edition (W3C, 2025), §5 and §11.2
 */
export function encodePng(pixels: Uint8Array, height: number, width: number, channels: Channels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a channel
  header[9] = channels === 1 ? 0 : 6; // gray, or truecolor with alpha
  const stride = width * channels;
  const lines = new Uint8Array(height * (stride + 1)); // each line starts with its filter: 0, none
  for (let y = 0; y < height; y++)
    lines.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The address of a PNG that lives in the page itself. */
export function pngAddress(pixels: Uint8Array, height: number, width: number, channels: Channels): string {
  return `data:image/png;base64,${Buffer.from(encodePng(pixels, height, width, channels)).toString("base64")}`;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
