import { InputError } from "@sigmax/core";
import { existsSync } from "node:fs";
import { datasets, pixelNames } from "./datasets.ts";
import { labelsBeside, readIdxPair } from "./idx.ts";
import type { Source } from "./source.ts";
import { didYouMean } from "./suggest.ts";

export interface OpenOptions {
  readonly target?: string | undefined;
  readonly classes?: readonly string[] | undefined;
}

/**
 * Opens what the user named: a data set (`iris`, `fashion-mnist:test`), a `.csv` or `.tsv` table, or a pair
 * of IDX files (the images' path, its labels beside it, or both paths with a comma between).
 *
 * @throws InputError when there is no such thing, with the nearest name
 */
export async function openSource(name: string, { target, classes }: OpenOptions = {}): Promise<Source> {
  const [first, part, ...rest] = name.split(":");
  const dataset = datasets.find((known) => known.name === first);
  if (dataset && !existsSync(name)) {
    const splits = dataset.name === "fashion-mnist";
    if (rest.length > 0 || (part !== undefined && !(splits && (part === "train" || part === "test"))))
      throw new InputError(
        `${name}: ${dataset.name} has ${splits ? "the parts fashion-mnist:train and fashion-mnist:test" : "no parts"}, got "${name.slice(first.length + 1)}"`,
      );
    if (classes) throw new InputError(`--classes: ${dataset.name} names its own classes`);
    const source = await dataset.open(part);
    if (target !== undefined && target !== source.target)
      throw new InputError(`--target: the target of ${dataset.name} is "${source.target}", got "${target}"`);
    return source;
  }
  if (/\.(csv|tsv)(\.gz)?$/i.test(name))
    return (await import("./table.ts")).readTable(name, name, target, classes);
  if (/idx\d|ubyte|\.idx/i.test(name)) return openIdx(name, target, classes);
  if (existsSync(name))
    throw new InputError(
      `${name}: expected a .csv, a .tsv, or an IDX file whose name has "idx" or "ubyte" in it`,
    );
  const known = datasets.map((each) => each.name);
  throw new InputError(
    `${name}: there is no such file and no such data set${didYouMean(name, known) || `; the data sets are ${known.join(", ")}`}`,
  );
}

async function openIdx(
  name: string,
  target: string | undefined,
  classes: readonly string[] | undefined,
): Promise<Source> {
  const [images, labels = labelsBeside(images)] = name.split(",");
  if (images === labels)
    throw new InputError(`${name}: cannot tell the file of labels from this name; give both: images,labels`);
  const { part, image } = await readIdxPair({ images, labels }, "all", classes);
  return {
    name,
    target: target ?? "label",
    columns: pixelNames(image, part.matrix.columns),
    image,
    scale: part.matrix.values instanceof Uint8Array ? 255 : null,
    parts: [part],
  };
}
