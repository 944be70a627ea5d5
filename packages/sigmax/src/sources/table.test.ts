import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { refusalOf } from "../../test/refusal.ts";
import { missingTexts, readTable, type TableFile, type TableOptions } from "./table.ts";

const folder = mkdtempSync(join(tmpdir(), "sigmax-table-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  content: string | Uint8Array,
  options: TableOptions = {},
  name = "t.csv",
): Promise<TableFile> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readTable(path, options);
}

/** The sentence that a table is refused with, without its path. */
async function refusal(
  content: string | Uint8Array,
  options: TableOptions = {},
  name = "t.csv",
): Promise<string> {
  const where = `${join(folder, name)}: `;
  const sentence = await refusalOf(() => read(content, options, name));
  expect(sentence.startsWith(where)).toBe(true);
  return sentence.slice(where.length);
}

/** Column by column: kind, and values with null where they are missing. */
function contents({ table }: TableFile): Record<string, [kind: string, ...values: unknown[]]> {
  return Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      column.kind === "numeric"
        ? ["numeric", ...Array.from(column.values, (value, row) => (column.missing?.[row] ? null : value))]
        : ["categorical", ...Array.from(column.codes, (code) => column.categories[code] ?? null)],
    ]),
  );
}

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => `${line(i)}\n`).join("");

describe("a column's kind is inferred from all rows:", () => {
  test("numbers throughout are numeric, any other text makes categories", async () => {
    const file = await read("n,c,y\n1,red,u\n,blue,v\n-2.5,,u\n", { target: "y" });
    expect(contents(file)).toEqual({
      n: ["numeric", 1, null, -2.5],
      c: ["categorical", "red", "blue", null],
    });
    expect(file.table.rows).toBe(3);
    expect(file.doubts).toEqual([]);
  });

  test("a text below thousands of numbers makes them all texts again, as they were written", async () => {
    const codes = ["1.0", "01", "1", "A7", ""];
    const file = await read(`c,n\n${lines(5000, (i) => `${codes[i < 4000 ? i % 3 : i % 5]},${i}`)}`);
    const { c, n } = contents(file);
    expect(c).toEqual([
      "categorical",
      ...Array.from({ length: 5000 }, (_, i) => codes[i < 4000 ? i % 3 : i % 5] || null),
    ]);
    expect(n.slice(0, 3)).toEqual(["numeric", 0, 1]);
  });

  test("a column without any value is numeric and nothing but missing, and doubted", async () => {
    const file = await read("a,b\n1,\n2,NA\n");
    expect(contents(file).b).toEqual(["numeric", null, null]);
    expect(file.doubts).toEqual(['column "b": no row has a value; leave it out with --exclude b']);
  });

  test("no missing value, no marks", async () => {
    const { table } = await read("a\n1\n2\n");
    expect(table.columns[0]).toEqual({
      kind: "numeric",
      name: "a",
      values: Float64Array.of(1, 2),
      missing: null,
    });
  });

  test.each(["", ...missingTexts])("%j stands for a missing value", async (text) => {
    expect(contents(await read(`a,b\n1,x\n${text}, ${text}\n"${text}",y\n`))).toEqual({
      a: ["numeric", 1, null, null],
      b: ["categorical", "x", null, "y"],
    });
  });

  test("others do when they are named, and then the usual ones do not", async () => {
    const file = await read("a,b\n1,NA\n-,?\n,-\n", { missing: ["-"] });
    expect(contents(file)).toEqual({ a: ["numeric", 1, null, null], b: ["categorical", "NA", "?", null] });
  });
});

describe("the caller may say", () => {
  const table = "a,b,c,y\n1,2,x,u\n3,4,z,v\n";

  test("which columns to read, in the order of the file", async () => {
    expect(Object.keys(contents(await read(table, { features: ["c", "a"], target: "y" })))).toEqual([
      "a",
      "c",
    ]);
    expect(Object.keys(contents(await read(table, { exclude: ["b", "y"] })))).toEqual(["a", "c"]);
  });

  test("that numbers are categories", async () => {
    const file = await read(table, { categorical: ["a"] });
    expect(contents(file).a).toEqual(["categorical", "1", "3"]);
    expect(file.doubts).toEqual([]);
  });

  test("that texts are numbers, and then the first that is none is refused", async () => {
    expect(await refusal(table, { numeric: ["c"] })).toBe('line 2, column "c": expected a number, got "x"');
    expect(await refusal("a\n1\n\n\n-Infinity\n", { numeric: ["a"] })).toBe(
      'line 5, column "a": expected a number, got "-Infinity"',
    );
    expect(contents(await read("a\n1\nNaN\n", { numeric: ["a"] })).a).toEqual(["numeric", 1, null]);
  });

  test("what a number and a field look like", async () => {
    expect(contents(await read("a;b\n1,5;x\n", { decimal: "," }))).toEqual({
      a: ["numeric", 1.5],
      b: ["categorical", "x"],
    });
    expect(contents(await read("a:b\n1:x\n", { delimiter: ":" }))).toEqual({
      a: ["numeric", 1],
      b: ["categorical", "x"],
    });
  });

  test("what kinds a model knows, of columns that need not be there", async () => {
    const kinds = new Map([
      ["a", "categorical"],
      ["b", "numeric"],
      ["gone", "numeric"],
    ] as const);
    expect(contents(await read("a,b,c\n1,2,3\n", { kinds }))).toEqual({
      a: ["categorical", "1"],
      b: ["numeric", 2],
      c: ["numeric", 3],
    });
    expect(await refusal("a,b\n1,x\n", { kinds })).toBe('line 2, column "b": expected a number, got "x"');
  });

  test("that nothing is read of columns left out, whatever they hold", async () => {
    const bytes = Buffer.from('a,b\n1,\xff\n2,"\xff, \0"\n', "latin1");
    expect(contents(await read(bytes, { exclude: ["b"] }))).toEqual({ a: ["numeric", 1, 2] });
  });
});

describe("labels", () => {
  test("are the target's texts; numbers are sorted by value, others by code point", async () => {
    const file = await read("x,y\n1,10\n2,9\n3,10\n4,-1\n", { target: "y" });
    expect(file.labels).toEqual({ classes: ["-1", "9", "10"], indices: Int32Array.of(2, 1, 2, 0) });
    expect(Object.keys(contents(file))).toEqual(["x"]);
    const named = await read("x,y\n1,b\n2,B\n3,ä\n", { target: "y" });
    expect(named.labels?.classes).toEqual(["B", "b", "ä"]);
  });

  test("follow the order of the classes that the caller names, some of which may not occur", async () => {
    const { labels } = await read("x,y\n1,b\n2,a\n", { target: "y", classes: ["c", "b", "a"] });
    expect(labels).toEqual({ classes: ["c", "b", "a"], indices: Int32Array.of(1, 2) });
  });

  test("are null without a target", async () => {
    expect((await read("x,y\n1,b\n")).labels).toBeNull();
  });

  test("must be in every row", async () => {
    expect(await refusal("x,y\n1,a\n2,\n", { target: "y" })).toBe(
      'line 3, column "y": the class is missing; fill it in, or take such rows out',
    );
    expect(await refusal("x,y\n1,a\n2,?\n\n3,NA\n4,\n", { target: "y" })).toBe(
      'line 3, column "y": the class is missing, and in 2 more rows; fill it in, or take such rows out',
    );
    expect(await refusal("x,y\n1,a;b\n2,\n", { target: "y" })).toBe(
      'line 3, column "y": the class is missing; fill it in, or take such rows out, or, if it lists labels, give --labels ";"',
    );
  });

  test("must be among the classes that the caller names", async () => {
    expect(await refusal("x,y\n1,a\n2,b\n3,d\n4,c\n", { target: "y", classes: ["a", "b"] })).toBe(
      'line 4, column "y": expected one of a, b, got "d"',
    );
  });
});

describe("columns that are hardly meant as they stand are read, and doubted:", () => {
  test("numbers with a decimal comma", async () => {
    const file = await read("a;b\n3;1\n3,14;2\n-0,5;3\n");
    expect(contents(file).a).toEqual(["categorical", "3", "3,14", "-0,5"]);
    expect(file.doubts).toEqual([
      'line 3, column "a": expected a decimal point, got "3,14"; read numbers with a decimal comma with --decimal ,',
    ]);
    expect((await read("a;b\n3,14;1\nx;2\n")).doubts).toEqual([]);
  });

  test("numbers but for a few texts", async () => {
    const table = (texts: number): string => `id,a\n${lines(100, (i) => `${i},${i < texts ? "1o5" : i}`)}`;
    expect((await read(table(10))).doubts).toEqual([
      'line 2, column "a": expected a number, as in 90 of 100 rows, got "1o5"; correct it, name it with --missing if it stands for a missing value, or say --categorical a',
    ]);
    expect((await read(table(11))).doubts).toEqual([]);
    expect((await read(table(1), { categorical: ["a"] })).doubts).toEqual([]);
    expect((await read(table(1), { missing: ["1o5"] })).doubts).toEqual([]);
    expect((await read(`a\n${lines(20, String)}Infinity\n`)).doubts[0]).toMatch(
      /^line 22, column "a": expected a number, as in 20 of 21 rows, got "Infinity";/,
    );
  });

  test("10,000 categories", async () => {
    const table = `"the id",a\n${lines(20_000, (i) => `p${i >> 1},${i % 7}`)}`;
    expect((await read(table)).doubts).toEqual([
      `column "the id": 10,000 different texts are too many for categories; leave it out with --exclude 'the id', count its words with --text 'the id', or say --categorical 'the id' if they are meant`,
    ]);
    expect((await read(table, { exclude: ["the id"] })).doubts).toEqual([]);
    expect((await read(table, { categorical: ["the id"] })).doubts).toEqual([]);
  });

  test("a text of its own in every row", async () => {
    const table = (rows: number): string => `name,a\n${lines(rows, (i) => `n${i},1`)}`;
    expect((await read(table(10))).doubts).toEqual([
      'column "name": no text comes twice, so it tells nothing of other rows; leave it out with --exclude name, or count its words with --text name',
    ]);
    expect((await read(table(9))).doubts).toEqual([]);
    expect((await read(`${table(10)}n3,1\n`)).doubts).toEqual([]);
  });

  test("a target of measurements", async () => {
    const few = `a,y\n${lines(40, (i) => `1,${i % 30}.5`)}`;
    expect((await read(few, { target: "y" })).doubts).toEqual([
      'column "y": 30 different values in 40 rows are no classes; name another target, or the classes with --classes',
    ]);
    const many = `a,y\n${lines(3000, (i) => `1,${i % 1500}`)}`;
    expect((await read(many, { target: "y" })).doubts).toEqual([
      'column "y": 1,500 different values in 3,000 rows are no classes; name another target, or the classes with --classes',
    ]);
    expect((await read(`a,y\n${lines(10, (i) => `1,${i / 8}`)}`, { target: "y" })).doubts).toHaveLength(1);
    expect((await read(`a,y\n${lines(9, (i) => `1,${i / 8}`)}`, { target: "y" })).doubts).toEqual([]);
  });
});

describe("a refusal names the file, and the option at fault:", () => {
  const table = "width,height,kind\n1,2,a\n3,4,b\n";
  test.each<[string, TableOptions, string]>([
    ["no such target", { target: "knd" }, 'there is no column "knd"; did you mean "kind"?'],
    [
      "no such target, far off",
      { target: "color" },
      'there is no column "color"; there are width, height, kind',
    ],
    [
      "no such feature",
      { features: ["widh"] },
      '--features: there is no column "widh"; did you mean "width"?',
    ],
    [
      "nothing to exclude",
      { exclude: ["x"] },
      '--exclude: there is no column "x"; there are width, height, kind',
    ],
    [
      "no such numbers",
      { numeric: ["heigth"] },
      '--numeric: there is no column "heigth"; did you mean "height"?',
    ],
    [
      "no such categories",
      { categorical: ["Kind"] },
      '--categorical: there is no column "Kind"; did you mean "kind"?',
    ],
    ["nothing left", { exclude: ["width", "height", "kind"] }, "--features and --exclude leave no column"],
    [
      "nothing left beside the target",
      { target: "kind", features: [] },
      "--features and --exclude leave no column",
    ],
    [
      "the target among the features",
      { target: "kind", features: ["kind"] },
      '--features: "kind" is the target, expected other columns',
    ],
    [
      "the target left out",
      { target: "kind", exclude: ["kind"] },
      '--exclude: "kind" is the target, expected other columns',
    ],
    [
      "the target as numbers",
      { target: "kind", numeric: ["kind"] },
      '--numeric: "kind" is the target, expected other columns',
    ],
    [
      "both kinds",
      { numeric: ["width"], categorical: ["width"] },
      '--numeric and --categorical: a column is one or the other, got "width" in both',
    ],
    [
      "a long delimiter",
      { delimiter: "::" },
      '--delimiter: expected one character, such as ; or a tab, got "::"',
    ],
    [
      "a letter as delimiter",
      { delimiter: "e" },
      '--delimiter: expected one character, such as ; or a tab, got "e"',
    ],
  ])("%s", async (_, options, sentence) => {
    expect(await refusal(table, options)).toBe(sentence);
  });

  test("nothing beside the target", async () => {
    expect(await refusal("y\na\n", { target: "y" })).toBe("there is no column beside the target");
  });

  test("a ragged row, an empty file, a header only, names that repeat or are empty", async () => {
    expect(await refusal("a,b\n1,2\n3\n")).toBe("line 3 has 1 field, the header has 2");
    expect(await refusal("")).toBe("the file is empty, expected a header and rows");
    expect(await refusal("a,b\n")).toBe("there are no rows below the header");
    expect(await refusal("a,a\n1,2\n")).toBe('two columns are named "a"');
    expect(await refusal("a,\n1,2\n")).toBe("line 1: column 2 of 2 has no name; give it one");
  });

  test("options of CSV for JSON lines", async () => {
    expect(await refusal('{"a": 1}\n', { decimal: "," }, "t.jsonl")).toBe(
      "--decimal: JSON lines have theirs; leave it out",
    );
  });
});

describe("by the ending of its name a table is", () => {
  test("set apart by tabs", async () => {
    expect(contents(await read("a,b\tc\n1\t2\n", {}, "t.tsv"))).toEqual({
      "a,b": ["numeric", 1],
      c: ["numeric", 2],
    });
  });

  test("in JSON lines", async () => {
    const file = await read(
      '{"a": 1, "b": "x", "y": true}\n{"a": 2, "y": false}\n',
      { target: "y" },
      "t.jsonl",
    );
    expect(contents(file)).toEqual({ a: ["numeric", 1, 2], b: ["categorical", "x", null] });
    expect(file.labels).toEqual({ classes: ["false", "true"], indices: Int32Array.of(1, 0) });
  });

  test("either of them packed by gzip, whatever it is called", async () => {
    const packed = gzipSync("a,b\n1,3\n2,x\n");
    for (const name of ["t.csv.gz", "t.csv"])
      expect(contents(await read(packed, {}, name))).toEqual({
        a: ["numeric", 1, 2],
        b: ["categorical", "3", "x"],
      });
    expect(contents(await read(gzipSync('{"a": 1}'), {}, "t.ndjson.gz"))).toEqual({ a: ["numeric", 1] });
  });
});

test.each([
  ["t.csv", "x,c\n-999,a\n1.5,-999\n-999.0,b\n"],
  ["t.jsonl", '{"x": -999, "c": "a"}\n{"x": 1.5, "c": "-999"}\n{"x": -999.0, "c": "b"}\n'],
])(
  "a number that stands for a missing value is missing in %s, however it is written",
  async (name, content) => {
    const file = await read(content, { missing: ["-999", "none"] }, name);
    expect(contents(file)).toEqual({
      x: ["numeric", null, 1.5, null],
      c: ["categorical", "a", null, "b"],
    });
  },
);
