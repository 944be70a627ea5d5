import { InputError } from "@sigmax/core";
import { labelsIn, rowsIn, type NamedArray } from "./arrays.ts";
import { combineDigests, readBytes } from "./files.ts";
import { readNpy } from "./npy.ts";
import { pixelNames } from "./pixels.ts";
import type { Rows } from "./source.ts";
import { didYouMean, shortList } from "./suggest.ts";
import { readZip } from "./zip.ts";

export interface ArrayOptions {
  /** Of an NPZ file, the array of classes; of NPY files, only what to call them. */
  readonly target?: string | undefined;
  readonly classes?: readonly string[] | undefined;
  /** Of an NPZ file, the array of rows. */
  readonly features?: readonly string[] | undefined;
}

/**
 * Rows from NumPy: `X.npy,y.npy`, or `X.npy` alone where no classes are known.
 *
 * @throws InputError when a file is missing or damaged, or rows and labels do not fit together
 */
export async function openNpy(name: string, { target, classes }: ArrayOptions): Promise<Rows> {
  const [rowsPath, labelsPath, ...more] = name.split(",");
  if (more.length > 0)
    throw new InputError(`${name}: expected rows and labels, X.npy,y.npy, got ${more.length + 2} files`);
  const [rowsFile, labelsFile] = await Promise.all([
    readBytes(rowsPath),
    labelsPath === undefined ? null : readBytes(labelsPath),
  ]);
  const rows = readNpy(rowsFile.bytes, rowsPath);
  const labels = labelsFile && readNpy(labelsFile.bytes, labelsPath);
  const digests = [rowsFile, ...(labelsFile ? [labelsFile] : [])].map(({ sha256 }) => sha256);
  return arrayRows(name, rows, labels, target ?? "label", classes, combineDigests(digests));
}

const usualRows = ["X", "x", "features"];
const usualLabels = ["y", "labels", "target"];

/**
 * Rows from an NPZ file: the array X, x or features, with the labels y, labels or target; others are named by
 * `features` and `target`.
 *
 * @throws InputError when the file is missing or damaged, an array is not in it, or they do not fit together
 */
export async function openNpz(path: string, { target, classes, features }: ArrayOptions): Promise<Rows> {
  const { bytes, sha256 } = await readBytes(path);
  const files = readZip(bytes, path);
  const names = [...files.keys()].flatMap((file) => (file.endsWith(".npy") ? [file.slice(0, -4)] : []));
  if (names.length === 0) throw new InputError(`${path}: there are no arrays in this file`);
  if (features && features.length !== 1)
    throw new InputError(`${path}: --features: expected one array, got ${features.join(",")}`);
  const find = (option: string, wanted: string | undefined, usual: readonly string[]): string | undefined => {
    if (wanted === undefined) return usual.find((each) => names.includes(each));
    if (names.includes(wanted)) return wanted;
    throw new InputError(
      `${path}: --${option}: there is no array "${wanted}"${didYouMean(wanted, names) || `; there are ${shortList(names)}`}`,
    );
  };
  const read = (array: string): NamedArray => {
    const where = `${path}, array "${array}"`;
    return readNpy(files.get(`${array}.npy`)?.() ?? new Uint8Array(), where);
  };
  const rowsName = find("features", features?.[0], usualRows);
  const labelsName = find("target", target, usualLabels);
  if (rowsName === undefined)
    throw new InputError(
      `${path}: expected an array named ${usualRows.join(" or ")}, got ${shortList(names)}; name the array of rows with --features, that of classes with --target`,
    );
  const labels = labelsName === undefined ? null : read(labelsName);
  return arrayRows(path, read(rowsName), labels, labelsName ?? "label", classes, sha256);
}

function arrayRows(
  name: string,
  rows: NamedArray,
  labels: NamedArray | null,
  target: string,
  classes: readonly string[] | undefined,
  sha256: Promise<string>,
): Rows {
  const { matrix, image } = rowsIn(rows);
  return {
    name,
    target: labels && target,
    columns: pixelNames(image, matrix.columns),
    image,
    scale: image && matrix.values instanceof Uint8Array ? 255 : null,
    doubts: [],
    parts: [
      {
        name: "all",
        data: matrix,
        labels: labels && labelsIn(labels, { where: rows.where, rows: matrix.rows }, classes),
        sha256,
      },
    ],
  };
}
