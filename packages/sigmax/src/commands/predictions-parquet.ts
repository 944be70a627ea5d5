import type { TableColumn } from "@sigmax/core/data";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { cellAt } from "../sources/source.ts";
import { numberColumns, type PredictionWriter } from "./predictions.ts";

/** A row group each. */
const rowsOfGroup = 65_536;

/** Parquet packed by snappy: label and kept texts as strings, numbers as doubles, kept values null where missing. */
export function parquetWriter(
  classes: readonly string[],
  kept: readonly TableColumn[],
  hasIntervals: boolean,
): PredictionWriter {
  const numbers = numberColumns(classes, hasIntervals);
  const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
  const schema = [
    { name: "root", num_children: kept.length + 1 + numbers.length },
    ...kept.map(({ name, kind }) => ({
      name,
      repetition_type: "OPTIONAL" as const,
      ...(kind === "numeric" ? { type: "DOUBLE" as const } : text),
    })),
    { name: "label", repetition_type: "REQUIRED" as const, ...text },
    ...numbers.map((name) => ({ name, repetition_type: "REQUIRED" as const, type: "DOUBLE" as const })),
  ];
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: "sigmax" });
  /** What was written since the last time. */
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return piece;
  };
  return {
    rowsAtOnce: rowsOfGroup,
    begin: taken,
    block({ first, labels, probabilities, ends }) {
      const columnData = [
        ...kept.map((column) => ({
          name: column.name,
          data: Array.from(labels, (_, i) => cellAt(column, first + i)),
        })),
        { name: "label", data: Array.from(labels, (label) => classes[label]) },
        ...[probabilities, ...(ends ?? [])].flatMap((all, part) =>
          classes.map((_, k) => ({
            name: numbers[part * classes.length + k],
            data: Float64Array.from(labels, (_label, i) => all[i * classes.length + k]),
          })),
        ),
      ];
      void writer.write({ columnData, rowGroupSize: rowsOfGroup });
      return taken();
    },
    end() {
      void writer.finish();
      return taken();
    },
  };
}
