import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const inflate = promisify(gunzip);

export function isGzip(stored: Uint8Array): boolean {
  return stored[0] === 0x1f && stored[1] === 0x8b;
}

/** The bytes of a gzip file that is in memory. Rejects as zlib does when it ends early or is damaged. */
export function inflateWhole(stored: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // The last four bytes are the inflated size: one chunk of that size saves copying many. Gzip cannot pack
  // closer than 1032 to 1, so a size beyond that is damage and asks for no memory.
  const { buffer, byteOffset, length } = stored;
  const size = length >= 18 ? new DataView(buffer, byteOffset).getUint32(length - 4, true) : 0;
  const chunkSize = Math.max(Math.min(size, 1032 * length, 2 ** 30) + 64, 1024);
  return inflate(stored, { chunkSize });
}
