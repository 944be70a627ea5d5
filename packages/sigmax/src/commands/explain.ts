import { InputError, type Classifier } from "@sigmax/core";
import { takeRows, takeTableRows } from "@sigmax/core/data";
import { contributions, predictIntervals } from "@sigmax/core/inference";
import { percent, printJson, printLines, table } from "../output.ts";
import { cellAt, isTable, type Rows } from "../sources/source.ts";

type Part = Rows["parts"][number];

/** Prints why one row has the probabilities that it has. @param row its place in the source, from 0 */
export function explainRow(
  model: Classifier,
  { data }: Part,
  row: number,
  confidence: number,
  isJson: boolean,
  sourceName: string,
): void {
  if (row >= data.rows)
    throw new InputError(`--explain: ${sourceName} has the rows 0 to ${data.rows - 1}, got ${row}`);
  const place = Uint32Array.of(row);
  const one = isTable(data) ? takeTableRows(data, place) : takeRows(data, place);
  const explanation = contributions(model, one, { confidence });
  const intervals = model.inference && predictIntervals(model, one, { confidence });
  const probabilities = model.predict(one).values;
  const classes = model.classes.map((name, k) => ({
    class: name,
    probability: probabilities[k],
    interval: intervals ? [intervals.low[k], intervals.high[k]] : null,
  }));
  const valueOf = (column: string): number | string | null => {
    if (!isTable(one)) return one.values[model.features.columns.indexOf(column)];
    const found = one.columns.find(({ name }) => name === column);
    return found ? cellAt(found, 0) : null;
  };
  if (isJson) {
    const parts = explanation.contributions.map((part) => ({ ...part, value: valueOf(part.column) }));
    printJson({ row, confidence, classes, ...explanation, contributions: parts });
    return;
  }
  const strongest = explanation.contributions.toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds));
  const level = `${Math.round(100 * confidence)} % interval`;
  const line = (name: string, value: string, logOdds: number, interval: readonly number[] | null) => [
    name,
    value,
    signed(logOdds),
    interval === null ? "" : interval.map(signed).join(" to "),
  ];
  printLines([
    `Row ${row} of ${sourceName}`,
    ...table(
      [
        ["", "probability", intervals ? level : ""],
        ...classes.map((each) => [
          each.class,
          percent(each.probability),
          each.interval === null ? "" : each.interval.map(percent).join(" to "),
        ]),
      ],
      [1],
    ).map((text) => `  ${text}`),
    "",
    `Log-odds of ${explanation.class} against ${explanation.against ?? "the other classes (their geometric mean)"}, taken apart:`,
    ...table(
      [
        ["column", "value", "log-odds", explanation.baseline.interval ? level : ""],
        line("baseline", "", explanation.baseline.logOdds, explanation.baseline.interval),
        ...strongest.map(({ column, logOdds, interval }) =>
          line(column, String(valueOf(column) ?? "missing"), logOdds, interval),
        ),
        ["sum", "", signed(explanation.logit), ""],
      ],
      [1, 2],
    ).map((text) => `  ${text}`),
  ]);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
