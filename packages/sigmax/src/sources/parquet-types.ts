import type { ColumnMetaData, FileMetaData, ParquetParsers, SchemaElement } from "hyparquet";

/** How the values of a column, as hyparquet decodes them, become numbers or texts. */
export type Reading =
  | {
      readonly kind: "number";
      readonly isDecimal: boolean;
      numberOf(value: unknown): number;
      /** As written in decimal: exact, also for whole numbers beyond 2⁵³. */
      textOf(value: unknown): string;
    }
  /** `textOf` gives undefined where the bytes are no text. */
  | { readonly kind: "text"; textOf(value: unknown): string | undefined };

/** What a column holds that cannot be read: "lists". */
interface Unreadable {
  readonly kind: "unreadable";
  readonly what: string;
}

const number: Reading = { kind: "number", isDecimal: false, numberOf: Number, textOf: String };
const text: Reading = { kind: "text", textOf };

/** @param isGroup whether it has columns of its own */
export function readingOf(element: SchemaElement, isGroup: boolean): Reading | Unreadable {
  const { type, converted_type: converted, logical_type: logical, repetition_type: repetition } = element;
  const name = logical?.type ?? converted;
  if (isGroup || repetition === "REPEATED") return unreadable(nestings[name ?? ""] ?? "nested columns");
  if (isDecimal(element)) return decimal(scaleOf(element));
  if (name?.startsWith("TIME_") || name === "TIME") return unreadable("times of day");
  if (name === "INTERVAL" || name === "BSON" || name === "GEOMETRY" || name === "GEOGRAPHY")
    return unreadable(`the type ${name.toLowerCase()}`);
  if (type === "FIXED_LEN_BYTE_ARRAY") {
    if (name === "FLOAT16") return number;
    return name === "UUID" ? text : unreadable("bytes");
  }
  // Dates come as texts already; unnamed bytes are texts of old writers.
  const isText = type === "BYTE_ARRAY" || type === "BOOLEAN" || type === "INT96";
  return isText || name === "DATE" || name?.startsWith("TIMESTAMP") ? text : number;
}

const nestings: Readonly<Record<string, string>> = { LIST: "lists", MAP: "maps", MAP_KEY_VALUE: "maps" };

function unreadable(what: string): Unreadable {
  return { kind: "unreadable", what };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function textOf(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array)) return value === notText ? undefined : String(value);
  return decode(value);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What stands for bytes that are no text, since undefined means that hyparquet found nothing. */
const notText = Symbol("not text");

/** Texts where hyparquet would make objects. Times as CSV exports have them, "2026-11-26 09:00:00.5"; instants in UTC. */
export const textParsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes) => decode(bytes) ?? notText,
  jsonFromBytes: (bytes) => decode(bytes) ?? notText,
  dateFromDays: (days) => isoTime(BigInt(days) * 86_400_000n, "").split(" ")[0],
  timestampFromMilliseconds: (millis) => isoTime(millis, ""),
  timestampFromMicroseconds: (micros) => withFraction(micros, 1000n, 3),
  timestampFromNanoseconds: (nanos) => withFraction(nanos, 1_000_000n, 6),
};

function withFraction(time: bigint, perMillisecond: bigint, digits: number): string {
  const rest = ((time % perMillisecond) + perMillisecond) % perMillisecond;
  return isoTime((time - rest) / perMillisecond, String(rest).padStart(digits, "0"));
}

/** @param more digits behind the milliseconds */
function isoTime(milliseconds: bigint, more: string): string {
  const iso = new Date(Number(milliseconds)).toISOString();
  return `${iso.slice(0, -1).replace("T", " ")}${more}`.replace(/\.?0+$/, "");
}

function isDecimal({ converted_type, logical_type }: SchemaElement): boolean {
  return converted_type === "DECIMAL" || logical_type?.type === "DECIMAL";
}

/**
 * What the file itself says of a column of whole numbers: the least and the greatest. Null where it says nothing.
 * Values beyond them were not decoded as they were meant (DuckDB writes large uint32 in a way that others misread).
 */
export function boundsOf(chunk: ColumnMetaData | undefined): Bounds | null {
  const { type, statistics } = chunk ?? {};
  const low = statistics?.min_value;
  const high = statistics?.max_value;
  const isWhole = type === "INT32" || type === "INT64";
  return isWhole && isNumeric(low) && isNumeric(high) && low <= high ? [low, high] : null;
}

/** As they are stored: a bigint loses nothing. */
export type Bounds = readonly [number | bigint, number | bigint];

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function scaleOf({ scale, logical_type }: SchemaElement): number {
  return scale ?? (logical_type?.type === "DECIMAL" ? logical_type.scale : 0);
}

/** Decimals as the whole numbers that they are stored as: hyparquet's product with 10⁻ˢ is not the nearest double. */
export function withPlainDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (!isDecimal(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...plain } = element;
    return plain;
  });
  return { ...metadata, schema };
}

function decimal(scale: number): Reading {
  const written = (value: unknown): string => {
    const whole = value instanceof Uint8Array ? signedOf(value) : BigInt(String(value));
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
    const point = digits.length - scale;
    const fraction = digits.slice(point).replace(/0+$/, "");
    return `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${fraction === "" ? "" : `.${fraction}`}`;
  };
  return { kind: "number", isDecimal: true, numberOf: (value) => Number(written(value)), textOf: written };
}

/** A whole number in two's complement, the highest byte first. */
function signedOf(bytes: Uint8Array): bigint {
  let whole = 0n;
  for (const byte of bytes) whole = whole * 256n + BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, whole);
}
