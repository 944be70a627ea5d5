import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "@sigmax/core";
import type { TableColumn } from "@sigmax/core/data";
import { parquetWriteBuffer, type ColumnSource } from "hyparquet-writer";
import { afterAll, describe, expect, test } from "vitest";
import { refusalOf } from "../../test/refusal.ts";
import { cellAt } from "./source.ts";
import { readTable, type TableFile, type TableOptions } from "./table.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

function reference(name: string): string {
  return fileURLToPath(new URL(`../../test/references/parquet${name}`, import.meta.url));
}

function read(content: Uint8Array | ArrayBuffer, options: TableOptions = {}): Promise<TableFile> {
  const path = join(folder, "t.parquet");
  writeFileSync(path, new Uint8Array(content));
  return readTable(path, options);
}

async function refusal(content: Uint8Array | ArrayBuffer, options: TableOptions = {}): Promise<string> {
  const sentence = await refusalOf(() => read(content, options));
  return sentence.replace(`${join(folder, "t.parquet")}: `, "");
}

function cells(column: TableColumn): (number | string | null)[] {
  const rows = column.kind === "numeric" ? column.values.length : column.codes.length;
  return Array.from({ length: rows }, (_, row) => cellAt(column, row));
}

function columnOf({ table }: TableFile, name: string): TableColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`there is no column ${name}`);
  return found;
}

function write(...columnData: ColumnSource[]): ArrayBuffer {
  return parquetWriteBuffer({ columnData });
}

describe("a file by DuckDB", () => {
  test.each(["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"])(
    "packed by %s holds what its CSV export holds, number for number",
    async (codec) => {
      const parquet = await readTable(reference(`-${codec}.parquet`), { target: "ill" });
      const csv = await readTable(reference(".csv"), { target: "ill" });
      expect(parquet.labels).toEqual(csv.labels);
      expect(parquet.table.rows).toBe(10);
      for (const column of parquet.table.columns) {
        const expected = columnOf(csv, column.name);
        const isSingle = column.name === "single"; // its CSV is of as many digits as float32 has
        expect(column.kind).toBe(expected.kind);
        expect(cells(column)).toEqual(
          cells(expected).map((value) => (isSingle ? Math.fround(Number(value)) : value)),
        );
      }
    },
  );

  test("gives whole numbers beyond 2⁵³ and decimals all their digits, where they are names", async () => {
    const options = { categorical: ["ubig", "wide", "price"] };
    const file = await readTable(reference("-zstd.parquet"), options);
    expect(cells(columnOf(file, "ubig")).slice(0, 2)).toEqual([
      "18446744073709551605",
      "18446744073709551606",
    ]);
    expect(cells(columnOf(file, "wide")).slice(0, 2)).toEqual(["0", "-12345678.901234567"]);
    expect(cells(columnOf(file, "price")).slice(0, 2)).toEqual(["0", "1.37"]);
  });

  test("of newer encodings reads the same, and what is misread is noticed by the file's own bounds", async () => {
    const options = { target: "ill", exclude: ["uwhole"] };
    const newer = await readTable(reference("-v2.parquet"), options);
    const plain = await readTable(reference("-uncompressed.parquet"), options);
    expect(newer.table).toEqual(plain.table);
    const sentence = await refusalOf(() => readTable(reference("-v2.parquet"), { target: "ill" }));
    expect(sentence).toContain(
      'column "uwhole": read 2147483632 where the file says 4294967280 to 4294967289, so it is damaged or of a rare kind',
    );
  });

  test.each([
    ["list", "lists"],
    ["struct", "nested columns"],
    ["map", "maps"],
    ["hour", "times of day"],
    ["span", "the type interval"],
  ])("with the column %s is refused, unless that is left out", async (name, what) => {
    const path = reference("-nested.parquet");
    const sentence = await refusalOf(() => readTable(path, { target: "ill", features: [name] }));
    expect(sentence).toBe(
      `${path}: column "${name}": expected numbers, texts, dates or true and false, got ${what}; make columns of what it holds, or leave it out with --exclude ${name}`,
    );
    expect((await readTable(path, { target: "ill", features: ["x"] })).table.columns).toHaveLength(1);
  });
});

test("NaN and null are missing, and so are the texts and numbers that --missing names", async () => {
  const file = await read(
    write(
      { name: "x", data: [1.5, Number.NaN, null, -999], type: "DOUBLE" },
      { name: "w", data: ["NA", "a", null, "-999"], type: "STRING" },
    ),
    { missing: ["NA", "-999"] },
  );
  expect(cells(columnOf(file, "x"))).toEqual([1.5, null, null, null]);
  expect(cells(columnOf(file, "w"))).toEqual([null, "a", null, null]);
});

test("several row groups follow each other, with a dictionary each", async () => {
  const words = Array.from({ length: 5000 }, (_, i) => `w${Math.floor(i / 100)}`);
  const numbers = Float64Array.from(words, (_, i) => i);
  const file = await read(
    parquetWriteBuffer({
      columnData: [
        { name: "a.b", data: words, type: "STRING" },
        { name: "n", data: numbers, type: "DOUBLE" },
      ],
      rowGroupSize: 700,
    }),
  );
  expect(cells(columnOf(file, "a.b"))).toEqual(words);
  expect(cells(columnOf(file, "n"))).toEqual([...numbers]);
});

test("the index that pandas writes is no column to learn from, and said so", async () => {
  const { doubts } = await read(
    write(
      { name: "x", data: [1, 2], type: "DOUBLE" },
      { name: "__index_level_0__", data: [10n, 20n], type: "INT64" },
    ),
  );
  expect(doubts).toEqual([
    'column "__index_level_0__": this is the index that pandas wrote, hardly a column to learn from; leave it out with --exclude __index_level_0__, or say --numeric or --categorical if it is meant',
  ]);
});

describe("refused are", () => {
  const good = readFileSync(reference("-zstd.parquet"));
  const x = (...data: (number | null)[]): ColumnSource => ({ name: "x", data, type: "DOUBLE" });
  test.each<[string, Uint8Array | ArrayBuffer, TableOptions, string]>([
    ["an empty file", new Uint8Array(), {}, "the file is empty, expected Parquet"],
    ["text", Buffer.from("a,b\n1,2\n"), {}, 'this is not Parquet: it begins with "a,b\\n", expected "PAR1"'],
    [
      "an encrypted file",
      Buffer.from("PARE........PARE"),
      {},
      "the file is encrypted; write it again without encryption",
    ],
    ["a file cut off", good.subarray(0, 2000), {}, "the Parquet data end early; get the file again"],
    ["no rows", write({ name: "x", data: [], type: "DOUBLE" }), {}, "the file has no rows"],
    [
      "Infinity",
      write(x(1, Infinity)),
      {},
      'row 1, column "x": expected a finite number, got Infinity; correct it, or leave the column out with --exclude x',
    ],
    ["a name twice", write(x(1), x(2)), {}, 'two columns are named "x"; give them different names'],
    [
      "a name that is empty",
      write(x(1), { name: "", data: [1], type: "DOUBLE" }),
      {},
      "column 2 of 2 has no name; give it one",
    ],
    [
      "a class that is missing",
      write(x(1, 2), { name: "y", data: ["a", null], type: "STRING" }),
      { target: "y" },
      'row 1, column "y": the class is missing; fill it in, or take such rows out',
    ],
    [
      "text where numbers must be",
      write({ name: "x", data: ["1", "two"], type: "STRING" }),
      { numeric: ["x"] },
      'row 1, column "x": expected a number, got "two"',
    ],
    ["a delimiter", write(x(1)), { delimiter: ";" }, "--delimiter: Parquet files have none; leave it out"],
    [
      "bytes that are no text",
      write({ name: "x", data: [Uint8Array.of(255, 254)], type: "BYTE_ARRAY" }),
      {},
      'row 0, column "x": expected text in UTF-8, got other bytes',
    ],
  ])("%s", async (_, content, options, sentence) => {
    expect(await refusal(content, options)).toBe(sentence);
  });

  test("damaged bytes, wherever they are, with one sentence and no other error", async () => {
    const sentences: string[] = [];
    for (let at = 4; at < good.length - 4; at += 13) {
      const bad = Buffer.from(good);
      bad[at] ^= 0x55;
      const outcome = await read(bad, { target: "ill" }).catch((error: unknown) => error);
      if (outcome instanceof InputError) sentences.push(outcome.message);
      else if (outcome instanceof Error) throw outcome; // else a value changed: Parquet without checksums cannot show it
    }
    expect(sentences.length).toBeGreaterThan(100);
    for (const sentence of sentences) expect(sentence).toMatch(/^[^\n]+$/);
  });
});
