import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const folder = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";

/** The bytes after the header of one gzipped IDX file. */
function readIdx(name) {
  const content = gunzipSync(readFileSync(path.join(folder, `${name}.gz`)));
  return content.subarray(4 + 4 * content[3]);
}

/** Pixels / 255 as float32 and the labels of "train" or "t10k". */
export function fashionArrays(split) {
  const bytes = readIdx(`${split}-images-idx3-ubyte`);
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i] / 255;
  return { pixels, labels: readIdx(`${split}-labels-idx1-ubyte`) };
}
