import { InputError } from "@sigmax/core";
import { existsSync } from "node:fs";
import { datasets } from "./datasets.ts";
import { labelsBeside, readIdxPair } from "./idx.ts";
import { pixelNames } from "./pixels.ts";
import { isTable, type Rows, type Source } from "./source.ts";
import { didYouMean, quote } from "./suggest.ts";
import type { TableOptions } from "./table.ts";

/**
 * Opens rows that have classes; see `openRows` for what can be named.
 *
 * @throws InputError also when no classes are known
 */
export async function openSource(name: string, options: TableOptions = {}): Promise<Source> {
  const rows = await openRows(name, options);
  const { target, columns } = rows;
  const parts = rows.parts.flatMap((part) => (part.labels ? [{ ...part, labels: part.labels }] : []));
  if (target === null || parts.length === 0)
    throw new InputError(
      isTable(rows.parts[0].data)
        ? `${name}: say which column is the target, for example --target ${quote(columns[columns.length - 1])}`
        : `${name}: expected classes beside the rows: a pair X.npy,y.npy, or in .npz an array y, labels or target`,
    );
  return { ...rows, target, parts };
}

/**
 * Opens what the user named: a data set (`iris`, `fashion-mnist:test`), a table (`.csv`, `.tsv`, `.jsonl`, `.parquet`),
 * arrays from NumPy (`X.npy,y.npy`, `.npz`), or a pair of IDX files (the images' path, its labels beside it,
 * or both paths with a comma between).
 *
 * @throws InputError when there is no such thing, with the nearest name
 */
export async function openRows(name: string, options: TableOptions = {}): Promise<Rows> {
  const { target, classes } = options;
  const [first, part, ...rest] = name.split(":");
  const dataset = datasets.find((known) => known.name === first);
  if (dataset && !existsSync(name)) {
    const splits = dataset.name === "fashion-mnist";
    if (rest.length > 0 || (part !== undefined && !(splits && (part === "train" || part === "test"))))
      throw new InputError(
        `${name}: ${dataset.name} has ${splits ? "the parts fashion-mnist:train and fashion-mnist:test" : "no parts"}, got "${name.slice(first.length + 1)}"`,
      );
    if (classes) throw new InputError(`--classes: ${dataset.name} names its own classes`);
    const rows = await dataset.open(part, options);
    if (target !== undefined && target !== rows.target)
      throw new InputError(`--target: the target of ${dataset.name} is "${rows.target}", got "${target}"`);
    if (!isTable(rows.parts[0].data)) refuseTableOptions(name, options);
    return rows;
  }
  if (isTablePath(name)) return (await import("./table.ts")).openTable(name, name, options);
  if (/\.npz$/i.test(name)) {
    refuseTableOptions(name, { ...options, features: undefined });
    return (await import("./numpy.ts")).openNpz(name, options);
  }
  const isOther = !/\.npy(,|$)|idx\d|ubyte|\.idx/i.test(name);
  if (isOther && existsSync(name))
    throw new InputError(
      `${name}: expected a .csv, .tsv, .jsonl, .parquet, .npy or .npz, or an IDX file whose name has "idx" or "ubyte" in it`,
    );
  if (isOther) {
    const known = datasets.map((each) => each.name);
    throw new InputError(
      `${name}: there is no such file and no such data set${didYouMean(name, known) || `; the data sets are ${known.join(", ")}`}`,
    );
  }
  refuseTableOptions(name, options);
  if (/\.npy(,|$)/i.test(name)) return (await import("./numpy.ts")).openNpy(name, options);
  return openIdx(name, target, classes);
}

/** A table's file name, by its ending. */
export function isTablePath(path: string): boolean {
  return /\.((csv|tsv|jsonl|ndjson)(\.gz)?|parquet)$/i.test(path);
}

function refuseTableOptions(name: string, options: TableOptions): void {
  const { target: _target, classes: _classes, kinds: _kinds, carried = [], ...others } = options;
  if (carried.length > 0)
    throw new InputError(`${name}: this is no table, so it has no column "${carried[0]}"`);
  const [option] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined)
    throw new InputError(`--${option}: ${name} is no table, so its columns cannot be chosen or named`);
}

async function openIdx(
  name: string,
  target: string | undefined,
  classes: readonly string[] | undefined,
): Promise<Rows> {
  const [images, labels = labelsBeside(images)] = name.split(",");
  if (images === labels)
    throw new InputError(`${name}: cannot tell the file of labels from this name; give both: images,labels`);
  const { part, image } = await readIdxPair({ images, labels }, "all", classes);
  return {
    name,
    target: target ?? "label",
    columns: pixelNames(image, "values" in part.data ? part.data.columns : 0),
    image,
    scale: "values" in part.data && part.data.values instanceof Uint8Array ? 255 : null,
    doubts: [],
    parts: [part],
  };
}
