import { InputError, type Classifier } from "@sigmax/core";
import { count } from "../output.ts";
import { isTable, type Rows } from "../sources/source.ts";
import { didYouMean, shortList } from "../sources/suggest.ts";
import type { TableOptions } from "../sources/table.ts";

/** How a file of a table is written. */
export type FileOptions = Pick<TableOptions, "delimiter" | "decimal" | "missing">;

/**
 * How a table is to be read for a model: each of its columns as the kind that it was in training, and the same texts
 * missing as there, unless the user says otherwise.
 *
 * @param kept columns that are carried along: as texts, so that 007 stays 007
 * @param numeric others that are read as numbers
 */
export function readingFor(
  { features }: Classifier,
  { delimiter, decimal, missing }: FileOptions,
  kept: readonly string[] = [],
  numeric: readonly string[] = [],
): TableOptions {
  const texts = kept.map((name) => [name, "categorical"] as const);
  const numbers = numeric.map((name) => [name, "numeric"] as const);
  const own = features.table?.map(({ name, kind }) => [name, kind] as const) ?? [];
  return {
    kinds: new Map([...texts, ...numbers, ...own]),
    delimiter,
    decimal,
    missing: missing ?? features.missing,
  };
}

/**
 * Whether a model takes these rows.
 *
 * @param kept columns that are carried along, and so not left aside
 * @returns what a user should know of how it takes them, a sentence each
 * @throws InputError when it does not
 */
export function matchRows(
  model: Classifier,
  rows: Rows,
  modelPath: string,
  kept: readonly string[] = [],
): string[] {
  const { features } = model;
  const [{ data }] = rows.parts;
  if (!isTable(data)) {
    const wanted = features.table?.length ?? features.columns.length;
    const sameImage =
      features.image?.width === rows.image?.width && features.image?.height === rows.image?.height;
    if (data.columns !== wanted || (features.image && rows.image && !sameImage))
      throw new InputError(
        `${modelPath}: the model takes ${shapeOf(model)}, but ${rows.name} has ${shape(rows)}`,
      );
    return [];
  }
  const { absent, extra, treated } = model.compareTable(data);
  const dropped = extra.filter((name) => !kept.includes(name));
  if (absent.length > 0) {
    const known = data.columns.map(({ name }) => name);
    throw new InputError(
      `${modelPath}: the model takes ${shapeOf(model)}, but ${rows.name} has no ${absent.length === 1 ? "column" : "columns"} ${shortList(absent)}${didYouMean(absent[0], known)}`,
    );
  }
  return [
    ...(dropped.length > 0 ? [`Left aside, since the model does not take them: ${shortList(dropped)}.`] : []),
    ...treated.flatMap(({ name, missing, unseen, unseenCategories }) => [
      ...(missing > 0
        ? [`Column "${name}": ${count(missing)} missing, ${missingInWords(model, name)}.`]
        : []),
      ...(unseen > 0
        ? [
            `Column "${name}": ${count(unseen)} with categories that no training row has (${shortList(unseenCategories)}), taken as none of the known ones.`,
          ]
        : []),
    ]),
  ];
}

/** What a missing value becomes. */
function missingInWords({ features, body }: Classifier, name: string): string {
  const column = features.table?.find((each) => each.name === name);
  if (column?.kind === "text") return "taken as empty texts";
  const told =
    body === null
      ? "with the weight that “is missing” got in training"
      : "and the network is told that it is missing";
  const weighed = column?.hasMissing ? told : "and no training row was without one";
  if (column?.kind !== "numeric") return `taken as no category, ${weighed}`;
  const { scaling, columns } = features;
  const mean = scaling.kind === "columns" ? scaling.center[columns.indexOf(name)] : 0;
  return `taken as the mean, ${Number(mean.toPrecision(4))}, ${weighed}`;
}

function shapeOf({ features }: Classifier): string {
  const columns = features.table?.map(({ name }) => name) ?? features.columns;
  return shape({ columns, image: features.image });
}

function shape({ columns, image }: Pick<Rows, "columns" | "image">): string {
  return image ? `${image.height} × ${image.width} pixels` : `${count(columns.length)} columns`;
}
