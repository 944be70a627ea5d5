import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { OutputColumn, OutputValues, RowWriter } from "./row-writer.ts";

/** A row group each. */
const rowsOfGroup = 65_536;

/** Parquet packed by snappy: texts as strings, numbers as doubles, null where a value is missing. */
export function parquetWriter(columns: readonly OutputColumn[]): RowWriter {
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.map(({ name, kind, isOptional }) => ({
      name,
      repetition_type: isOptional ? ("OPTIONAL" as const) : ("REQUIRED" as const),
      ...(kind === "number"
        ? { type: "DOUBLE" as const }
        : { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const }),
    })),
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
    block(block) {
      const values = block.columns();
      const columnData = columns.map(({ name, isOptional }, j) => ({
        name,
        data: dataOf(values[j], isOptional),
      }));
      void writer.write({ columnData, rowGroupSize: rowsOfGroup });
      return taken();
    },
    end() {
      void writer.finish();
      return taken();
    },
  };
}

/** Numbers stay in one piece; only what may be missing is looked at one by one. */
function dataOf(values: OutputValues, isOptional: boolean): (string | number | null)[] | Float64Array {
  if (values instanceof Float64Array && !isOptional) return values;
  return Array.from<string | number | null, string | number | null>(values, (value) =>
    Number.isNaN(value) ? null : value,
  );
}
