import { expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { checkForm } from "./data-form.ts";
import { fitClassifier } from "./fit.ts";

const features = { rows: 2, columns: 1, values: Float32Array.of(1, 2) };
const labels = { classes: ["no", "yes"], indices: Int32Array.of(0, 1) };
const forms = "{ features, labels }, { table, labels }, { rows, target } or { columns, target }";

test.each([
  ["nothing", undefined, `the data must be ${forms}, got undefined`],
  ["a list", [[1, 2]], `the data must be ${forms}, got a list`],
  ["an empty object", {}, `the data must be ${forms}, got an empty object`],
  ["labels alone", { labels }, `the data must be ${forms}, got an object of labels`],
  [
    "features that are rows of numbers",
    { features: [[1], [2]], labels },
    "features must be a matrix { rows, columns, values } over a typed array, got a list",
  ],
  [
    "features over a list",
    { features: { ...features, values: [1, 2] }, labels },
    "features must be a matrix { rows, columns, values } over a typed array, got an object",
  ],
  ["no table", { table: null, labels }, "table must be a table { rows, columns }, got null"],
  [
    "a target beside a matrix",
    { features, target: ["no", "yes"] },
    "labels must be { classes, indices } (labelsOf makes them of names) or { names, rows, values }, got undefined",
  ],
  [
    "names for labels",
    { features, labels: ["no", "yes"] },
    "labels must be { classes, indices } (labelsOf makes them of names) or { names, rows, values }, got a list",
  ],
  [
    "rows in text",
    { rows: "a,b", target: "b" },
    'rows must be a list of objects with a field per column, got the text "a,b"',
  ],
  [
    "no columns",
    { columns: null, target: "b" },
    "columns must be an object with a list per column, got null",
  ],
  [
    "no target",
    { rows: [{ a: 1 }] },
    "target must be the name of a column, or a list of names, got undefined",
  ],
])("%s is refused in one sentence, before anything is read", async (_, data, message) => {
  const refusal = new InputError(`fitClassifier: ${message}`);
  expect(() => checkForm(data)).toThrow(refusal);
  await expect(Reflect.apply(fitClassifier, null, [data])).rejects.toThrow(refusal);
});

test.each([
  { features, labels },
  { features, labels: { names: ["a"], rows: 2, values: Uint8Array.of(0, 1) } },
  { table: { rows: 2, columns: [] }, labels },
  { rows: [], target: "b" },
  { columns: {}, target: ["b", "c"] },
])("each of the four forms passes: %o", (data) => {
  expect(() => checkForm(data)).not.toThrow();
});
