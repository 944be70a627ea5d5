import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import {
  labelSetsOfColumns,
  labelSetsOfList,
  table,
  tableOfColumns,
  takeLabelRows,
  labelStrata,
  takeLabelSets,
  unknownLabels,
} from "./index.ts";

test("columns of 0 and 1 become labels in their order, as numbers, booleans or texts", () => {
  const labels = labelSetsOfColumns({
    web: [1, 0, 1],
    games: [false, true, true],
    mail: ["0", "true", "false"],
  });
  expect(labels).toEqual({
    names: ["web", "games", "mail"],
    rows: 3,
    values: Uint8Array.of(1, 0, 0, 0, 1, 1, 1, 1, 0),
  });
});

test.each([
  [2, "2"],
  ["yes", 'the text "yes"'],
  [null, "a missing value"],
  [0.5, "0.5"],
])("a column of labels that holds %j is refused, and its place is named", (value, came) => {
  expect(() => labelSetsOfColumns({ web: [1, 0], games: [1, value] })).toThrow(
    new InputError(
      `labels: column "games" must hold 0 or 1 (or false or true), since it is one of several targets, got ${came} at row 1`,
    ),
  );
});

test("columns of different lengths are refused, and so are none", () => {
  expect(() => labelSetsOfColumns({ a: [1, 0], b: [1] })).toThrow(
    new InputError('labels: columns must be equally long, but "b" has 1 values and "a" 2'),
  );
  expect(() => labelSetsOfColumns({})).toThrow(InputError);
});

test("a list becomes labels sorted by code point; space, repetition and empty places count nothing", () => {
  expect(labelSetsOfList(["web; games", "", null, "games;;games ;mail", undefined])).toEqual({
    names: ["games", "mail", "web"],
    rows: 5,
    values: Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0),
  });
  expect(labelSetsOfList(["b|a"], { names: ["b", "c", "a"], separator: "|" }).values).toEqual(
    Uint8Array.of(1, 0, 1),
  );
});

test("a label that is not known is refused with its row, or left out and told", () => {
  const lists = ["web", "web;maths", "maths;art;maths"];
  expect(() => labelSetsOfList(lists, { names: ["web"] })).toThrow(
    new InputError('labels: must be among web, got "maths" at row 1'),
  );
  expect(labelSetsOfList(lists, { names: ["web"], unknown: "ignore" }).values).toEqual(
    Uint8Array.of(1, 1, 0),
  );
  expect(unknownLabels(lists, ["web"])).toEqual(
    new Map([
      ["maths", 2],
      ["art", 1],
    ]),
  );
});

test("lists without any label, names that repeat and an empty separator are refused", () => {
  expect(() => labelSetsOfList(["", null])).toThrow(
    new InputError("labels: some row must carry a label, got none"),
  );
  expect(() => labelSetsOfList(["a"], { names: ["a", "b", "a"] })).toThrow(
    new InputError("labels: names must differ, got a, b, a"),
  );
  expect(() => labelSetsOfList(["a"], { separator: "" })).toThrow(InputError);
});

test("labels are taken out of a table: one column is a list, several are 0 or 1, in the order asked for", () => {
  const whole = tableOfColumns({ text: ["x", "y"], tags: ["b;a", null], "2": [0, 1], "10": [true, false] });
  const listed = takeLabelSets(whole, "tags");
  expect(listed.labels).toEqual({ names: ["a", "b"], rows: 2, values: Uint8Array.of(1, 1, 0, 0) });
  expect(listed.table.columns.map(({ name }) => name)).not.toContain("tags");
  const several = takeLabelSets(whole, ["10", "2"]);
  expect(several.labels).toEqual({ names: ["10", "2"], rows: 2, values: Uint8Array.of(1, 0, 0, 1) });
  expect(several.table.columns.map(({ name }) => name)).toEqual(["text", "tags"]);
  const missing = table([
    { kind: "numeric", name: "a", values: Float64Array.of(1, 0), missing: Uint8Array.of(0, 1) },
    { kind: "numeric", name: "b", values: Float64Array.of(1, 0), missing: null },
  ]);
  expect(() => takeLabelSets(missing, ["a", "b"])).toThrow(/got a missing value at row 1/);
  expect(() => takeLabelSets(whole, ["topic"])).toThrow(
    new InputError('table: there is no column "topic" to be a target; the columns are 2, 10, text, tags'),
  );
});

test("rows of labels are taken in the order asked for, as a copy", () => {
  const labels = labelSetsOfColumns({ a: [1, 0, 0], b: [0, 0, 1] });
  expect(takeLabelRows(labels, [2, 0, 2]).values).toEqual(Uint8Array.of(0, 1, 1, 0, 0, 1));
});

test("rows are divided by their rarest label, and labels of few rows join the largest class", () => {
  const names = ["web", "games", "rare"];
  const sets = Array.from({ length: 60 }, (_, row) => [1, Number(row % 3 === 0), Number(row < 3)]);
  const { classes, indices } = labelStrata({ names, rows: 60, values: Uint8Array.from(sets.flat()) });
  expect(classes).toEqual(["web", "games", "rare", "no label"]);
  expect([...indices.subarray(0, 7)]).toEqual([0, 0, 0, 1, 0, 0, 1]); // the rare three join "web"
  const none = labelStrata({ names: ["a"], rows: 20, values: new Uint8Array(20) });
  expect(new Set(none.indices)).toEqual(new Set([1]));
});
