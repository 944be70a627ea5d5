import { expect, test } from "vitest";
import { rowWriter, type OutputColumn } from "./row-writer.ts";

const columns = (count: number): OutputColumn[] =>
  Array.from({ length: count }, (_, j) => ({ name: `c${j}`, kind: "number", isOptional: false }));

test.each(["t.csv", "t.jsonl"])(
  "%s: the wider the rows, the fewer make a piece of text, so that thousands of classes fit a string",
  async (path) => {
    const rowsAtOnce = async (count: number): Promise<number> =>
      (await rowWriter(path, columns(count))).rowsAtOnce;
    expect(await rowsAtOnce(12)).toBe(4096);
    expect(await rowsAtOnce(6000)).toBe(166);
    expect(await rowsAtOnce(2_000_000)).toBe(1);
  },
);

test("a piece of CSV has a line for each row, quoted where it must be, and nothing for what is missing", async () => {
  const write = await rowWriter("t.csv", [{ name: "a,b", kind: "text", isOptional: true }, ...columns(1)]);
  expect(write.begin()).toBe('"a,b",c0\n');
  const block = {
    rows: 2,
    columns: () => [['say "no"', null], Float64Array.of(0.5, NaN)],
    objectAt: () => ({}),
  };
  expect(write.block(block)).toBe('"say ""no""",0.5\n,\n');
});
