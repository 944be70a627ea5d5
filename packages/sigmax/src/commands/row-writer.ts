/** A column of a file that a command writes. */
export interface OutputColumn {
  readonly name: string;
  readonly kind: "text" | "number";
  /** Whether a row may have no value: null, or NaN among numbers. */
  readonly isOptional: boolean;
}

export type OutputValues = readonly (string | number | null)[] | Float64Array | Uint32Array;

/** Some rows of such a file. */
export interface OutputRows {
  readonly rows: number;
  /** A value per row for each column, in their order; asked for by CSV and Parquet. */
  columns(): readonly OutputValues[];
  /** One row as JSON lines have it. */
  objectAt(row: number): object;
}

/** Makes the content of a file, piece by piece. */
export interface RowWriter {
  readonly rowsAtOnce: number;
  begin(): string | Uint8Array;
  block(rows: OutputRows): string | Uint8Array;
  end(): string | Uint8Array;
}

/** A writer by the ending of the name: JSON lines, Parquet, else CSV. The columns of the latter two are the same. */
export async function rowWriter(path: string, columns: readonly OutputColumn[]): Promise<RowWriter> {
  if (/\.jsonl$/i.test(path)) return jsonLines(columns.length);
  if (!/\.parquet$/i.test(path)) return csvLines(columns);
  const { parquetWriter } = await import("./row-writer-parquet.ts");
  return parquetWriter(columns);
}

const mostRows = 4096;
/** Fields of a piece of text, at most, where a row does not have more: a string has its longest. */
const mostFields = 1e6;

function rowsOfText(columns: number): number {
  return Math.max(1, Math.min(mostRows, Math.floor(mostFields / columns)));
}

function csvLines(columns: readonly OutputColumn[]): RowWriter {
  const isNumber = columns.map(({ kind }) => kind === "number");
  return {
    rowsAtOnce: rowsOfText(columns.length),
    begin: () => `${columns.map(({ name }) => csvField(name)).join(",")}\n`,
    block(block) {
      const values = block.columns();
      let text = "";
      for (let row = 0; row < block.rows; row++) {
        for (let j = 0; j < values.length; j++) {
          const value = values[j][row];
          if (j > 0) text += ",";
          text += isNumber[j] ? numberField(value) : csvField(value);
        }
        text += "\n";
      }
      return text;
    },
    end: () => "",
  };
}

function numberField(value: string | number | null): string {
  return value === null || Number.isNaN(value) ? "" : String(value);
}

/** As RFC 4180 has it: quoted where it holds a comma, a quote or a new line. */
function csvField(value: number | string | null): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonLines(columns: number): RowWriter {
  return {
    rowsAtOnce: rowsOfText(columns),
    begin: () => "",
    block(block) {
      let text = "";
      for (let row = 0; row < block.rows; row++) text += `${JSON.stringify(block.objectAt(row))}\n`;
      return text;
    },
    end: () => "",
  };
}
