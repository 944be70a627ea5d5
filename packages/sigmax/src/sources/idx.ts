import { readIdx } from "@sigmax/core/data";
import { labelsIn, rowsIn } from "./arrays.ts";
import { combineDigests, readBytes } from "./files.ts";
import type { Source } from "./source.ts";

/** A pair of IDX files: images (or rows of numbers), and one label each. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** What a pair holds. */
export interface IdxRows {
  readonly part: Source["parts"][number];
  readonly image: Source["image"];
}

/** @throws InputError when a file is missing or damaged, the counts differ, or a label is not a class */
export async function readIdxPair(
  pair: IdxPair,
  name: IdxRows["part"]["name"],
  classes?: readonly string[],
): Promise<IdxRows> {
  const [imageFile, labelFile] = await Promise.all([readBytes(pair.images), readBytes(pair.labels)]);
  const images = { where: pair.images, ...readIdx(imageFile.bytes, pair.images) };
  const labels = { where: pair.labels, ...readIdx(labelFile.bytes, pair.labels) };
  const { matrix, image } = rowsIn(images);
  return {
    part: {
      name,
      data: matrix,
      labels: labelsIn(labels, { where: pair.images, rows: matrix.rows }, classes),
      sha256: combineDigests([imageFile.sha256, labelFile.sha256]),
    },
    image,
  };
}

/** The labels' file beside an images' file, by its usual name: `x-images-idx3-ubyte` → `x-labels-idx1-ubyte`. */
export function labelsBeside(images: string): string {
  const slash = Math.max(images.lastIndexOf("/"), images.lastIndexOf("\\")) + 1;
  const file = images.slice(slash).replace("images", "labels").replace(/idx\d/, "idx1");
  return images.slice(0, slash) + file;
}
