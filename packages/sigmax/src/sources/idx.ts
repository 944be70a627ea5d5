import { InputError } from "@sigmax/core";
import { readIdx, sortClasses, type Labels, type Matrix, type Values } from "@sigmax/core/data";
import { combineDigests, readBytes } from "./files.ts";
import type { SourcePart } from "./source.ts";
import { shortList } from "./suggest.ts";

/** A pair of IDX files: images (or rows of numbers), and one label each. */
export interface IdxPair {
  readonly images: string;
  readonly labels: string;
}

/** What a pair holds besides its labels' names. */
export interface IdxRows {
  readonly part: SourcePart;
  readonly image: { readonly height: number; readonly width: number } | null;
}

/**
 * Reads a pair. Labels are numbers: names themselves where no classes are given or those are numbers too,
 * else the place of a name in `classes`.
 *
 * @throws InputError when a file is missing or damaged, the counts differ, or a label is not a class
 */
export async function readIdxPair(
  pair: IdxPair,
  name: SourcePart["name"],
  classes?: readonly string[],
): Promise<IdxRows> {
  const [imageFile, labelFile] = await Promise.all([readBytes(pair.images), readBytes(pair.labels)]);
  const images = readIdx(imageFile.bytes, pair.images);
  const labels = readIdx(labelFile.bytes, pair.labels);
  const bad = labels.values.findIndex((label) => !Number.isFinite(label));
  if (bad >= 0)
    throw new InputError(`${pair.labels}: labels must be numbers, got ${labels.values[bad]} at row ${bad}`);
  const [rows, ...sizes] = images.shape;
  if (sizes.length === 0)
    throw new InputError(
      `${pair.images}: expected rows of numbers, got one dimension; is this the file of labels?`,
    );
  if (labels.shape.length !== 1)
    throw new InputError(
      `${pair.labels}: expected one label per row, got ${labels.shape.join(" × ")} values`,
    );
  if (rows !== labels.shape[0])
    throw new InputError(`${pair.images} has ${rows} rows, but ${pair.labels} has ${labels.shape[0]} labels`);
  if (rows === 0) throw new InputError(`${pair.images}: the file has no rows`);
  const columns = sizes.reduce((product, size) => product * size, 1);
  const matrix: Matrix = { rows, columns, values: images.values };
  return {
    part: {
      name,
      matrix,
      labels: nameLabels(labels.values, pair.labels, classes),
      sha256: combineDigests([imageFile.sha256, labelFile.sha256]),
    },
    image: sizes.length === 2 ? { height: sizes[0], width: sizes[1] } : null,
  };
}

function nameLabels(values: Values, where: string, classes?: readonly string[]): Labels {
  const found = classes ?? sortClasses([...new Set(Array.from(values, String))]);
  const areNumbers = found.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  const place = new Map(found.map((name, i) => [areNumbers ? Number(name) : i, i]));
  const indices = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const index = place.get(values[i]);
    if (index === undefined) {
      const expected = areNumbers
        ? `one of ${shortList(found)}`
        : `whole numbers from 0 to ${found.length - 1}`;
      throw new InputError(`${where}: labels must be ${expected}, got ${values[i]} at row ${i}`);
    }
    indices[i] = index;
  }
  return { classes: found, indices };
}

/** The labels' file beside an images' file, by its usual name: `x-images-idx3-ubyte` → `x-labels-idx1-ubyte`. */
export function labelsBeside(images: string): string {
  const slash = Math.max(images.lastIndexOf("/"), images.lastIndexOf("\\")) + 1;
  const file = images.slice(slash).replace("images", "labels").replace(/idx\d/, "idx1");
  return images.slice(0, slash) + file;
}
