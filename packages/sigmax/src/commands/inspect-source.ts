import type { TextColumns } from "@sigmax/core/features";
import { count, counted, percent, table } from "../output.ts";
import { describeColumns, type ColumnFacts } from "../sources/describe.ts";
import type { LabelSource } from "../sources/label-source.ts";
import type { Rows } from "../sources/source.ts";
import { textInWords } from "./text-facts.ts";

/** What is shown of a model or a source. */
export interface Facts {
  readonly json: object;
  readonly lines: readonly string[];
}

/** More classes than one reads line by line: the largest are shown. */
const mostBalanced = 100;

/** @param balance what is told of labels in the place of classes */
export function sourceFacts(
  source: Rows,
  text: TextColumns | undefined,
  balance: Facts = { json: {}, lines: [] },
): Facts {
  const { columns, image, target, doubts } = source;
  const parts = source.parts.map(({ name, data, labels }) => {
    const counts = labels?.classes.map(() => 0) ?? [];
    for (const k of labels?.indices ?? []) counts[k]++;
    return {
      name,
      rows: data.rows,
      classes: counts.map((rows, k) => ({ class: labels?.classes[k] ?? "", rows })),
      columns: describeColumns(data, columns, text),
    };
  });
  return {
    json: {
      kind: "source",
      name: source.name,
      target,
      columns: columns.length,
      columnNames: columns,
      image,
      notes: doubts,
      parts,
      ...balance.json,
    },
    lines: [
      `Source ${source.name}`,
      ...table([
        ["target", target ?? "none named; --target names one"],
        ["columns", image ? `${image.height} × ${image.width} pixels` : String(columns.length)],
      ]).map((line) => `  ${line}`),
      ...parts.flatMap((part) => [
        "",
        `${part.name === "all" ? "Rows" : `Rows, ${part.name}`}: ${count(part.rows)}`,
        ...(part.classes.length === 0 ? balance.lines : balanceTable(part.classes, part.rows)),
        "",
        ...(image ? [pixelsInWords(part.columns)] : columnTable(part.columns)),
        ...part.columns.flatMap((facts) => (facts.kind === "text" ? ["", ...textInWords(facts)] : [])),
      ]),
      ...(doubts.length > 0 ? ["", ...doubts.map((doubt) => `Note: ${doubt}`)] : []),
    ],
  };
}

/** The same of rows that carry labels: how many carry each, and how many labels a row has. */
export function labelSourceFacts(source: LabelSource, text: TextColumns | undefined): Facts {
  const { names, rows, values } = source.labelSets;
  const labels = names.map((label) => ({ label, rows: 0 }));
  let marks = 0;
  let rowsWithout = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    const before = marks;
    for (let k = 0; k < names.length; k++, at++) {
      labels[k].rows += values[at];
      marks += values[at];
    }
    if (marks === before) rowsWithout++;
  }
  const parts = source.parts.map((part) => ({ ...part, labels: null }));
  return sourceFacts({ ...source, parts }, text, {
    json: { labels, labelsPerRow: marks / rows, rowsWithout },
    lines: [
      ...balanceTable(
        labels.map((each) => ({ class: each.label, rows: each.rows })),
        rows,
      ),
      `  ${(marks / rows).toFixed(2)} labels a row, none in ${counted(rowsWithout, "row")}`,
    ],
  });
}

function balanceTable(classes: readonly { class: string; rows: number }[], rows: number): string[] {
  const largest = classes.length > mostBalanced ? classes.toSorted((a, b) => b.rows - a.rows) : classes;
  const shown = largest.slice(0, mostBalanced);
  return [
    ...table(
      shown.map((each) => [each.class, count(each.rows), percent(each.rows / rows)]),
      [1, 2],
    ),
    ...(classes.length > shown.length ? [`and ${count(classes.length - shown.length)} more`] : []),
  ].map((line) => `  ${line}`);
}

function columnTable(columns: readonly ColumnFacts[]): string[] {
  return table(
    [
      ["column", "kind", "missing", "values"],
      ...columns.map((facts) => [facts.name, facts.kind, count(facts.missing), valuesInWords(facts)]),
    ],
    [2],
  );
}

/** "4.3 to 7.9, mean 5.843, sd 0.8253", "3: red (40), green (38), blue (2)". */
function valuesInWords(facts: ColumnFacts): string {
  if (facts.kind === "numeric")
    return facts.min === null
      ? "none"
      : `${digits(facts.min)} to ${digits(facts.max)}, mean ${digits(facts.mean)}, sd ${digits(facts.sd)}`;
  if (facts.kind === "text") return `${count(facts.featureCount)} features of ${count(facts.texts)} texts`;
  const top = facts.top.map(({ category, rows }) => `${category} (${count(rows)})`).join(", ");
  return `${count(facts.categories)}: ${top}${facts.categories > facts.top.length ? ", …" : ""}`;
}

/** Of an image, all pixels together: 784 lines tell nobody anything. */
function pixelsInWords(columns: readonly ColumnFacts[]): string {
  const pixels = columns.flatMap((facts) => (facts.kind === "numeric" ? [facts] : []));
  const min = Math.min(...pixels.map((pixel) => pixel.min ?? 0));
  const max = Math.max(...pixels.map((pixel) => pixel.max ?? 0));
  const mean = pixels.reduce((sum, pixel) => sum + (pixel.mean ?? 0), 0) / pixels.length;
  const constant = pixels.filter((pixel) => pixel.min === pixel.max).length;
  return `Pixels: ${digits(min)} to ${digits(max)}, mean ${digits(mean)}; the same in all rows: ${count(constant)}`;
}

/** Four significant digits. */
function digits(value: number | null): string {
  return value === null ? "beyond float64" : String(Number(value.toPrecision(4)));
}
