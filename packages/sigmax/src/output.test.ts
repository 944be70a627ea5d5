import { expect, test } from "vitest";
import { printable, table } from "./output.ts";

test("what steers a terminal is shown as a sign, and a text stays on its line", () => {
  expect(printable("\u001B[31mred")).toBe("�[31mred");
  expect(printable("a\r\nb\u009B")).toBe("a�b�");
  expect(printable("größe 体重")).toBe("größe 体重");
});

test("columns stand one below the other, whatever script a cell is in", () => {
  expect(
    table([
      ["猫", "1"],
      ["cat", "2"],
      ["e\u0301", "3"],
      ["🐟", "4"],
      ["a\nb", "5"],
    ]),
  ).toEqual(["猫   1", "cat  2", "e\u0301    3", "🐟   4", "a�b  5"]);
});
