import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { OutputColumn, RowWriter } from "./row-writer.ts";

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
        data: isOptional ? Array.from(values[j], orNull) : Array.from(values[j]),
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

function orNull(value: string | number | null): string | number | null {
  return Number.isNaN(value) ? null : value;
}
