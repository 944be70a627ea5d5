import fc from "fast-check";
import papaparse from "papaparse";
import { describe, expect, test } from "vitest";
import { createColumn, finishColumn, type GrowingColumn } from "./columns.ts";
import { readCsv, type CsvDialect } from "./csv.ts";
import { numberOf } from "./decimal.ts";

const missing = ["", "NA"];

/** A file in memory, in pieces of so many bytes. */
function fileOf(content: string | Uint8Array, pieceBytes = 1 << 20) {
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    async *pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
}

interface ReadOptions extends Partial<CsvDialect> {
  readonly pieceBytes?: number;
  readonly kind?: GrowingColumn["kind"];
  readonly isGiven?: boolean;
}

/** All columns by name: numbers, texts, and null where a value is missing. */
async function read(
  content: string | Uint8Array,
  { pieceBytes, kind = "numeric", isGiven = false, delimiter, decimal = "." }: ReadOptions = {},
): Promise<Record<string, (number | string | null)[]>> {
  let columns: GrowingColumn[] = [];
  const rows = await readCsv(fileOf(content, pieceBytes), { delimiter, decimal }, (header) => {
    columns = header.map((name) => createColumn(name, kind, isGiven, missing));
    return columns;
  });
  return Object.fromEntries(
    columns.map((column) => {
      const done = finishColumn(column, rows);
      const values =
        done.kind === "numeric"
          ? Array.from(done.values, (value, row) => (done.missing?.[row] === 1 ? null : value))
          : Array.from(done.codes, (code) => (code < 0 ? null : done.categories[code]));
      return [done.name, values];
    }),
  );
}

const asTexts = { kind: "categorical", isGiven: true } as const;
const asNumbers = { kind: "numeric", isGiven: true } as const;

describe("a file", () => {
  test("has a header and rows; numbers become numbers, texts texts", async () => {
    expect(await read("a,b\n1,x\n-2.5e3,y\n")).toEqual({ a: [1, -2500], b: ["x", "y"] });
  });

  test("may lack the last line feed, end lines in CR LF, and begin with a byte order mark", async () => {
    const expected = { a: [1, 2], b: ["x", "y"] };
    expect(await read("a,b\n1,x\n2,y")).toEqual(expected);
    expect(await read("a,b\r\n1,x\r\n2,y\r\n")).toEqual(expected);
    expect(await read("a,b\r\n1,x\n2,y\r\n")).toEqual(expected);
    expect(await read("\ufeffa,b\n1,x\n2,y\n")).toEqual(expected);
    expect(await read('\ufeff"a","b"\n1,x\n2,y\n')).toEqual(expected);
  });

  test("may hold empty lines, which are no rows", async () => {
    expect(await read("\n\r\na,b\n\n1,x\n\r\n\n2,y\n\n")).toEqual({ a: [1, 2], b: ["x", "y"] });
  });

  test("may have one column and one row", async () => {
    expect(await read("a\n1\n")).toEqual({ a: [1] });
  });

  test("keeps what stands in quotation marks: delimiters, line breaks, blanks, quotation marks", async () => {
    expect(await read('a,b\n"1","x, y"\n2,"one\ntwo\r\nthree"\n3,"say ""no"""\n4," z "\n5,""""\n')).toEqual({
      a: [1, 2, 3, 4, 5],
      b: ["x, y", "one\ntwo\r\nthree", 'say "no"', " z ", '"'],
    });
  });

  test("does without blanks around a field, quoted or not", async () => {
    expect(await read(' a , "b" \n 1 , x y\t\n2.5 ,"z" \n')).toEqual({ a: [1, 2.5], b: ["x y", "z"] });
  });

  test("takes a quotation mark inside a field as it is", async () => {
    expect(await read('a,b\n1,5" pipe\n2,say "no"\n')).toEqual({ a: [1, 2], b: ['5" pipe', 'say "no"'] });
  });

  test("reads any characters", async () => {
    expect(await read("größe,種類\n1,猫\n2,🐈\u200d⬛\n")).toEqual({
      größe: [1, 2],
      種類: ["猫", "🐈\u200d⬛"],
    });
  });

  test("finds the delimiter that stands most often in the header, outside quotation marks", async () => {
    const expected = { a: [1], b: ["x"], c: [2] };
    for (const delimiter of [",", ";", "\t", "|"]) {
      expect(await read(`a,b,c\n1,x,2\n`.replaceAll(",", delimiter))).toEqual(expected);
      expect(await read(`a,b,c\n1,x,2\n`.replaceAll(",", delimiter), { delimiter })).toEqual(expected);
    }
    expect(await read('"length, cm";"width, cm";b\n1;2;x\n')).toEqual({
      "length, cm": [1],
      "width, cm": [2],
      b: ["x"],
    });
    expect(await read("a b\n1 x\n 2\ty\n", { delimiter: " " })).toEqual({ a: [1, null], b: ["x", "2\ty"] });
    expect(await read("a\tb\n1\tx y\n\t \n")).toEqual({ a: [1, null], b: ["x y", null] });
  });

  test("may write its numbers with a decimal comma, quoted where the delimiter is one too", async () => {
    expect(await read("a;b\n3,14;1\n-0,5;2e1\n", { decimal: "," })).toEqual({ a: [3.14, -0.5], b: [1, 20] });
    expect(await read('a,b\n"3,14",1\n2,5\n', { decimal: "," })).toEqual({ a: [3.14, 2], b: [1, 5] });
  });

  test("has missing values: an empty field, or a text that stands for it", async () => {
    expect(await read('a,b\n1,x\n,\n NA ,"NA"\n"",y\n')).toEqual({
      a: [1, null, null, null],
      b: ["x", null, null, "y"],
    });
  });

  test("of nothing but missing values at first may turn out to be of texts", async () => {
    expect(await read("a,b\nNA,NA\n,\nx,1\n")).toEqual({ a: [null, null, "x"], b: [null, null, 1] });
  });

  test("keeps the texts of a column of categories as they are", async () => {
    expect(await read("a\n1\n1.0\n01\n", asTexts)).toEqual({ a: ["1", "1.0", "01"] });
  });

  test("makes room for any number of rows", async () => {
    const numbers = Array.from({ length: 30_000 }, (_, i) => i / 8);
    const texts = numbers.map((x) => (x % 3 === 0 ? "" : `t${x % 7}`));
    const content = `n,t\n${numbers.map((x, i) => `${x},${texts[i]}`).join("\n")}\n`;
    for (const pieceBytes of [1 << 20, 10_000])
      expect(await read(content, { pieceBytes })).toEqual({
        n: numbers,
        t: texts.map((text) => text || null),
      });
  });
});

describe("what is read", () => {
  /** Texts that try everything a field can hold. */
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab1.-e, ;"\n\r é猫'), maxLength: 8 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom("", "NA", "1", "Infinity", "1e999", "0x1", '"', "\r\n"),
  );
  const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const rows = fc.integer({ min: 1, max: 4 }).chain((columns) =>
    fc.array(fc.array(fc.tuple(text, fc.boolean()), { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 6,
    }),
  );
  /** CSV in which a field stands in quotation marks where it must, and some others do. */
  const csv = fc.tuple(rows, fc.constantFrom("\n", "\r\n")).map(([table, lineEnd]) => {
    const lines = table.map((fields) =>
      fields
        .map(([field, isQuoted]) =>
          isQuoted || field === "" || /[",;|\r\n\t]|^\s|\s$/.test(field) ? quoted(field) : field,
        )
        .join(","),
    );
    const header = table[0].map((_, j) => `c${j}`).join(",");
    return [header, ...lines].join(lineEnd) + lineEnd;
  });

  test("is what papaparse and Number make of it, bit for bit", async () => {
    await fc.assert(
      fc.asyncProperty(csv, async (content) => {
        const { data, errors } = papaparse.parse<string[]>(content.trimEnd(), { delimiter: "," });
        fc.pre(errors.length === 0);
        const [header, ...records] = data;
        fc.pre(records.every((record) => record.length === header.length));
        const texts = await read(content, { ...asTexts, delimiter: "," });
        const numbers = await read(content, { delimiter: "," });
        header.forEach((name, j) => {
          const fields = records.map((record) => record[j]);
          const known = fields.map((field) => (missing.includes(field) ? null : field));
          expect(texts[name]).toEqual(known);
          const isNumeric = known.every((field) => field === null || !Number.isNaN(numberOf(field)));
          const hasNumber = known.some((field) => field !== null);
          const expected = known.map((field) => (field === null ? null : Number(field)));
          expect(isNumeric && hasNumber ? numbers[name] : expected).toEqual(expected);
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("does not depend on the pieces that the file comes in", async () => {
    await fc.assert(
      fc.asyncProperty(csv, fc.integer({ min: 1, max: 9 }), async (content, pieceBytes) => {
        expect(await read(content, { ...asTexts, pieceBytes })).toEqual(await read(content, asTexts));
        expect(await read(content, { pieceBytes })).toEqual(await read(content));
      }),
      { numRuns: 500 },
    );
  });
});

describe("a refusal names the line in the file:", () => {
  test.each<[string, string | Uint8Array, string, ReadOptions?]>([
    ["an empty file", "", "the file is empty, expected a header and rows"],
    ["nothing but empty lines", "\n\r\n\n", "the file is empty, expected a header and rows"],
    ["a header only", "a,b\n", "there are no rows below the header"],
    ["a header only, cut off", "a,b", "there are no rows below the header"],
    ["a field too many", "a,b\n1,2\n3,4,5\n", "line 3 has 3 fields, the header has 2"],
    ["a field too few", "a,b,c\n1,2,3\n4,5\n", "line 3 has 2 fields, the header has 3"],
    ["a field too few, of many", "a,b,c\n1,2,3\n4\n", "line 3 has 1 field, the header has 3"],
    ["a comma at the line's end", "a,b\n1,2,\n", "line 2 has 3 fields, the header has 2"],
    ["blanks alone", "a,b\n1,2\n  \n", "line 3 has 1 field, the header has 2"],
    [
      "a ragged row below a break in quotes",
      'a,b\n"x\ny\r\nz",1\n\n2\n',
      "line 6 has 1 field, the header has 2",
    ],
    [
      "a ragged row whose last field goes on below",
      'a,b\n1,2\n3,4,"x\ny"\n',
      "line 3 has 3 fields, the header has 2",
    ],
    ["an open quotation mark", 'a,b\n1,2\n3,"x\ny\n', "line 3: a quotation mark has no partner"],
    ["an open quotation mark in the header", 'a,"b\n1,2\n', "line 1: a quotation mark has no partner"],
    [
      "a text behind a quoted one",
      'a,b\n1,"x"y\n',
      'line 2, column "b": a quoted text must end where its field does, and quotation marks in it be doubled',
    ],
    [
      "a text for a number",
      "a,b\n1,2\n\n3,x y\n",
      'line 4, column "b": expected a number, got "x y"',
      asNumbers,
    ],
    [
      "a text for a number below a break in quotes",
      'a,b\n"1\n",2\n',
      'line 3, column "a": expected a number, got "1 "',
      asNumbers,
    ],
    [
      "Infinity for a number",
      "a\n1\nInfinity\n",
      'line 3, column "a": expected a number, got "Infinity"',
      asNumbers,
    ],
    [
      "a number beyond float64",
      "a\n1\n-1e999\n",
      'line 3, column "a": expected a number, got "-1e999"',
      asNumbers,
    ],
    [
      "NaN, where it does not stand for missing",
      "a\nNaN\n",
      'line 2, column "a": expected a number, got "NaN"',
      asNumbers,
    ],
    [
      "a decimal comma",
      "a;b\n1;3,14\n",
      'line 2, column "b": expected a number, got "3,14"; --decimal , reads numbers with a decimal comma',
      asNumbers,
    ],
    ["a column without a name", "a,,b\n1,2,3\n", "line 1: column 2 of 3 has no name; give it one"],
    [
      "a first column without a name",
      '"",a\n1,2\n',
      "line 1: column 1 of 2 has no name; give it one, or leave it out if it numbers the rows",
    ],
    ["two columns of one name", "a,b, a\n1,2,3\n", 'two columns are named "a"'],
    ["two columns of one number", "5,1,5\n1,2,3\n", 'two columns are named "5"; is the header missing?'],
    [
      "bytes that are no UTF-8",
      Buffer.from("a,b\n1,caf\xe9\n", "latin1"),
      'line 2, column "b": not a text in UTF-8; save the file as UTF-8',
    ],
    [
      "a header that is no UTF-8",
      Buffer.from([0x61, 0xff, 0x0a]),
      "line 1: not a text in UTF-8; save the file as UTF-8",
    ],
    ["zero bytes", "a,b\n1,\0\n", 'line 2, column "b": not a text in UTF-8; save the file as UTF-8'],
    ["UTF-16", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), "the text is in UTF-16; save it as UTF-8"],
    [
      "carriage returns alone",
      "a,b\r1,2\r3,4\r",
      "line 1: lines must end in a line feed, got a carriage return alone, as on old Macs; save the file anew",
    ],
  ])("%s", async (_, content, sentence, options) => {
    for (const pieceBytes of [1 << 20, 1, 3])
      await expect(read(content, { ...options, pieceBytes })).rejects.toThrow(
        expect.objectContaining({ name: "InputError", message: sentence }),
      );
  });

  test("a quotation mark that swallows the file does not swallow the memory", async () => {
    const piece = Buffer.alloc(1 << 20, "x,y\n");
    let pieces = 0;
    const endless = {
      size: null,
      async *pieces(): AsyncGenerator<Buffer> {
        yield Buffer.from('a,b\n1,2\n3,"');
        for (; ; pieces++) yield piece;
      },
    };
    const reading = readCsv(endless, { delimiter: undefined, decimal: "." }, (header) =>
      header.map((name) => createColumn(name, "numeric", false, missing)),
    );
    await expect(reading).rejects.toThrow(
      "line 3: a row of more than 64 MB; does a quotation mark lack its partner?",
    );
    expect(pieces).toBeLessThan(66);
  });

  test("a column of a million different texts and more is given up before they fill the memory", async () => {
    const lines = (from: number): Buffer =>
      Buffer.from(Array.from({ length: 1000 }, (_, i) => `person ${from + i}\n`).join(""));
    const file = {
      size: null,
      async *pieces(): AsyncGenerator<Buffer> {
        yield Buffer.from("name\n");
        for (let from = 0; from < 2_000_000; from += 1000) yield lines(from);
      },
    };
    const reading = readCsv(file, { delimiter: undefined, decimal: "." }, (header) =>
      header.map((name) => createColumn(name, "categorical", true, missing)),
    );
    await expect(reading).rejects.toThrow(
      'column "name": more than 1,000,000 different texts are no categories; leave the column out with --exclude name',
    );
  });
});
