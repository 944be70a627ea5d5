import { describe, expect, test } from "vitest";
import { refusalOf } from "../../test/refusal.ts";
import { createColumn, finishColumn, type GrowingColumn } from "./columns.ts";
import { readJsonl } from "./jsonl.ts";

type Kinds = Readonly<Record<string, GrowingColumn["kind"]>>;

/** All columns by name; `kinds` are those that the caller names. */
async function read(
  content: string | Uint8Array,
  kinds: Kinds = {},
  pieceBytes = 1 << 20,
): Promise<Record<string, (number | string | null)[]>> {
  const bytes = Buffer.from(content);
  const columns: GrowingColumn[] = [];
  const file = {
    size: bytes.length,
    async *pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    },
  };
  const rows = await readJsonl(file, (name) => {
    const isGiven = Object.hasOwn(kinds, name);
    const column = createColumn(name, isGiven ? kinds[name] : "numeric", isGiven, ["", "NA"]);
    columns.push(column);
    return column;
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

describe("JSON lines", () => {
  test("hold an object each: numbers are numeric, texts and booleans are categories", async () => {
    expect(await read('{"a": 1, "b": "x", "c": true}\n{"a": -2.5e3, "b": "7", "c": false}\n')).toEqual({
      a: [1, -2500],
      b: ["x", "7"],
      c: ["true", "false"],
    });
  });

  test("a field that is null, not there, or a text that stands for it, is missing", async () => {
    const content = '{"a": null, "b": "x"}\n{"b": "NA", "c": 3}\n{"a": 1, "b": "", "c": 4}\n{}\n';
    expect(await read(content)).toEqual({
      a: [null, null, 1, null],
      b: ["x", null, null, null],
      c: [null, 3, 4, null],
    });
  });

  test("may come in any order, with empty lines, CR LF, a byte order mark, and no last line feed", async () => {
    expect(await read('\ufeff\n{"a": 1, "b": 2}\r\n  \n{"b": 4, "a": 3}')).toEqual({ a: [1, 3], b: [2, 4] });
  });

  test("do not depend on the pieces that the file comes in", async () => {
    const content = '{"größe": 1, "猫": "🐈"}\n\n{"größe": 2, "猫": null}\n';
    for (const pieceBytes of [1, 2, 7])
      expect(await read(content, {}, pieceBytes)).toEqual(await read(content));
  });

  test("may be many, and name a column late", async () => {
    const content = Array.from({ length: 3000 }, (_, i) =>
      i < 2500 ? `{"a": ${i}}\n` : `{"b": "t"}\n`,
    ).join("");
    const { a, b } = await read(content);
    expect(a).toEqual(Array.from({ length: 3000 }, (_, i) => (i < 2500 ? i : null)));
    expect(b).toEqual(Array.from({ length: 3000 }, (_, i) => (i < 2500 ? null : "t")));
  });

  test("take the kinds that the caller names", async () => {
    const content = '{"a": 1, "b": "2.5", "c": [1]}\n{"a": "x", "b": 3, "c": {}}\n{"a": true}\n';
    expect(await read(content, { a: "categorical", b: "numeric", c: "skipped" })).toMatchObject({
      a: ["1", "x", "true"],
      b: [2.5, 3, null],
    });
  });

  test("know no columns but their own", async () => {
    expect(await read('{"__proto__": 1, "constructor": "x"}\n')).toEqual(
      Object.fromEntries([
        ["__proto__", [1]],
        ["constructor", ["x"]],
      ]),
    );
  });
});

describe("a refusal names the line:", () => {
  test.each<[string, string | Uint8Array, string | RegExp, Kinds?]>([
    ["an empty file", "", "the file is empty, expected one JSON object a line"],
    ["nothing but empty lines", "\n \n", "the file is empty, expected one JSON object a line"],
    [
      "what is not JSON",
      '{"a": 1}\n\n{"a": }\n',
      /^line 3: expected a JSON object, got what is not JSON \(Unexpected token/,
    ],
    ["a row cut off", '{"a": 1}\n{"a"', /^line 2: expected a JSON object, got what is not JSON \(/],
    [
      "a list of objects",
      '[{"a": 1}]\n',
      'line 1: expected one JSON object a line, like {"width": 1.5, "color": "red"}, got [{"a": 1}]',
    ],
    [
      "a number alone",
      '{"a": 1}\n5\n',
      'line 2: expected one JSON object a line, like {"width": 1.5, "color": "red"}, got 5',
    ],
    [
      "an object in an object",
      '{"a": 1}\n{"a": {"b": 1}}\n',
      'line 2, column "a": expected a number, a text, true, false or null, got an object; make columns of what it holds, or leave it out with --exclude a',
    ],
    [
      "a list in an object",
      '{"a": [1, 2]}\n',
      'line 1, column "a": expected a number, a text, true, false or null, got a list; make columns of what it holds, or leave it out with --exclude a',
    ],
    [
      "a text among numbers",
      '{"a": 1}\n{"a": null}\n{"a": "x"}\n',
      'line 3, column "a": the rows above hold numbers, got "x"; write all alike, or say --categorical a',
    ],
    [
      "a number among texts",
      '{"a": "x"}\n{"a": 1}\n',
      'line 2, column "a": the rows above hold texts, got 1; write all alike, or say --categorical a',
    ],
    [
      "a boolean among numbers",
      '{"a b": 1}\n{"a b": true}\n',
      `line 2, column "a b": the rows above hold numbers, got true; write all alike, or say --categorical 'a b'`,
    ],
    [
      "a number beyond float64",
      '{"a": 1e999}\n',
      'line 1, column "a": expected a finite number, got one beyond float64',
    ],
    [
      "a text for a number",
      '{"a": "x"}\n',
      'line 1, column "a": expected a number, got "x"',
      { a: "numeric" },
    ],
    [
      "a boolean for a number",
      '{"a": true}\n',
      'line 1, column "a": expected a number, got true',
      { a: "numeric" },
    ],
    ["a field without a name", '{"": 1}\n', "line 1: a field has no name; give it one"],
    [
      "bytes that are no UTF-8",
      Buffer.from('{"a": "\xe9"}', "latin1"),
      "line 1: not a text in UTF-8; save the file as UTF-8",
    ],
  ])("%s", async (_, content, sentence, kinds) => {
    expect(await refusalOf(() => read(content, kinds))).toMatch(sentence);
  });
});
