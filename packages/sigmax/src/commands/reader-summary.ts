import type { ErrorDifference, ErrorRate, ReaderComparison } from "@sigmax/core/decide";
import { count, percent, table } from "../output.ts";
import type { Readings } from "./readings.ts";

/** A reader's answers, and what they changed. */
export interface ReaderSummary {
  readonly readings: Readings;
  /** On the rows answered here; null where none has a known class that the model was not fitted on. */
  readonly here: ReaderComparison | null;
}

export function readerInJson({ readings, here }: ReaderSummary): object {
  const { reader, learnedFrom, onLog, answers } = readings;
  const width = reader.answers.length;
  return {
    rows: answers.filter((answer) => answer !== null).length,
    learnedFrom,
    confusion: reader.classes.map((name, k) => ({
      class: name,
      answers: Object.fromEntries(
        reader.answers.map((answer, a) => [
          answer,
          { share: reader.confusion[k * width + a], interval: reader.intervals[k * width + a] },
        ]),
      ),
    })),
    comparison: here,
    onLog,
  };
}

export function readerInWords({ readings, here }: ReaderSummary): string[] {
  const { reader, learnedFrom, onLog, answers } = readings;
  const width = reader.answers.length;
  return [
    `A reader answered ${count(answers.filter((answer) => answer !== null).length)} rows; they are decided again without referral, the answers weighed by how this reader answers, learned from ${learnedFrom}:`,
    ...table(
      [
        ["true class", ...reader.answers.map((answer) => `says ${answer}`)],
        ...reader.classes.map((name, k) => [
          name,
          ...reader.answers.map(
            (_, a) =>
              `${percent(reader.confusion[k * width + a])} (${reader.intervals[k * width + a].map(percent).join(" to ")})`,
          ),
        ]),
      ],
      reader.answers.map((_, a) => a + 1),
    ).map((line) => `  ${line}`),
    "  This takes the reader and the model to err independently, and the reader to be as right on these rows as on those.",
    ...(onLog ? ["", ...comparisonInWords("in the log", onLog)] : []),
    ...(here ? ["", ...comparisonInWords("answered here, with known classes", here)] : []),
    ...(onLog || here
      ? []
      : [
          "  Whether both together do better than either is not known: no true classes, and no probability:<class> columns in the log.",
        ]),
  ];
}

function comparisonInWords(where: string, found: ReaderComparison): string[] {
  const { rows, model, reader, pair, againstModel, againstReader } = found;
  const rate = (name: string, each: ErrorRate): string[] => [
    name,
    percent(each.rate),
    each.interval.map(percent).join(" to "),
  ];
  return [
    `Wrong labels on the ${count(rows)} rows ${where}:`,
    ...table(
      [
        ["", "", "95 % interval"],
        rate("the model alone", model),
        rate("the reader alone", reader),
        rate("both together", pair),
      ],
      [1],
    ).map((line) => `  ${line}`),
    `  ${differenceInWords("the model alone", againstModel)}`,
    `  ${differenceInWords("the reader alone", againstReader)}`,
  ];
}

/** "Both together are wrong less often than the model alone, by 3.2 points (95 % interval −1.0 to 7.3; p 0.12)." */
function differenceInWords(other: string, { difference, interval, p }: ErrorDifference): string {
  const points = (value: number): string => (100 * value).toFixed(1).replace("-", "−");
  const [low, high] = interval;
  const size = difference <= 0 ? [-difference, -high, -low] : [difference, low, high];
  const how = difference <= 0 ? "less" : "more";
  const firm = low > 0 || high < 0 ? "" : "; the rows do not show which is better";
  return difference === 0
    ? `Both together are wrong as often as ${other} (95 % interval of the difference ${points(low)} to ${points(high)} points).`
    : `Both together are wrong ${how} often than ${other}, by ${points(size[0])} points (95 % interval ${points(size[1])} to ${points(size[2])}; p ${p.toPrecision(2)})${firm}.`;
}
