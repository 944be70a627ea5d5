import { describe, expect, test } from "vitest";
import { tableOf } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { fitClassifier } from "../train/index.ts";
import { readModel, writeModel } from "./index.ts";
import { readTensors } from "./safetensors.ts";
import { seal } from "./sealed.ts";

const rows = Array.from({ length: 40 }, (_, i) => ({
  age: i % 7 === 0 ? null : 20 + i / 3,
  sex: ["female", "männlich \ud83d\ude00", null][i % 3],
  zip: ["01", "1", ""][(i >> 1) % 3],
  ill: i % 2 === 0,
}));
const options = { where: "m.sigmax", kernels: plainKernels };

const model = await fitClassifier(
  { rows, target: "ill" },
  { head: "sigmoid", epochs: 3, kernels: plainKernels },
);
const file = writeModel(model);

describe("the file of a model of a table", () => {
  test("gives back the same columns, the same one row of weights and the same probabilities", () => {
    const read = readModel(file, options);
    expect(read.features).toEqual(model.features);
    expect(read.features.table).toEqual([
      { kind: "numeric", name: "age", hasMissing: true, missingRows: 6 },
      {
        kind: "categorical",
        name: "sex",
        categories: ["female", "männlich \ud83d\ude00"],
        categoryRows: [14, 13],
        hasMissing: true,
        missingRows: 13,
      },
      {
        kind: "categorical",
        name: "zip",
        categories: ["", "01", "1"],
        categoryRows: [12, 14, 14],
        hasMissing: false,
        missingRows: 0,
      },
    ]);
    expect(read.layers).toEqual(model.layers);
    expect(read.head.kind).toBe("sigmoid");
    expect(read.predict(tableOf(rows))).toEqual(model.predict(tableOf(rows)));
    expect(read.probabilities({ age: 33, sex: "other", zip: "1" })).toEqual(
      model.probabilities({ age: 33, sex: "other", zip: "1" }),
    );
    expect(writeModel(read)).toEqual(file);
  });

  test("has one row of weights, and center and scale of each feature", () => {
    const { tensors } = readTensors(file, "m");
    const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      "features.center": [8],
      "features.scale": [8],
      "layers.0.weight": [1, 8],
      "layers.0.bias": [1],
    });
  });
});

/** What a file says when its digest fits, and in its content one text stands for another. */
function refusalOf(from: string, to: string): string {
  const { metadata, tensors } = readTensors(file, "m");
  expect(metadata.sigmax).toContain(from);
  const content: object = JSON.parse(metadata.sigmax.replace(from, to));
  try {
    readModel(seal("sigmax", content, tensors), options);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "accepted";
}

test("the file as it was is accepted by this very test", () => {
  expect(refusalOf("{", "{")).toBe("accepted");
});

const zip =
  '{"kind":"categorical","name":"zip","categories":["","01","1"],"categoryRows":[12,14,14],"hasMissing":false,"missingRows":0}';

test("a file without counts of rows, as they were written before, is accepted", () => {
  expect(
    refusalOf(zip, '{"kind":"categorical","name":"zip","categories":["","01","1"],"hasMissing":false}'),
  ).toBe("accepted");
});

test.each([
  ["no field table", '"table":', '"other":', "features.table should be a list"],
  ["a table that is an object", '"table":[', '"table":{},"other":[', "features.table should be a list"],
  [
    "an unknown kind",
    '"kind":"numeric"',
    '"kind":"date"',
    "features.table.0.kind should be one of numeric, categorical, text",
  ],
  ["a column without a name", '"name":"sex"', '"Name":"sex"', "features.table.1.name should be a text"],
  [
    "no word on missing values",
    '"hasMissing":true',
    '"hasMissing":1',
    "features.table.0.hasMissing should be true or false",
  ],
  [
    "a count that is none",
    '"missingRows":6',
    '"missingRows":-6',
    "features.table.0.missingRows should be a whole number",
  ],
  [
    "too few counts",
    "[12,14,14]",
    "[12,14]",
    "features.table.2.categoryRows should be a number per category",
  ],
  ["no categories", '"categories":', '"other":', "features.table.1.categories should be a list"],
  [
    "a category that is none",
    '["","01"',
    '[null,"01"',
    "features.table.2.categories should be a list of texts",
  ],
  [
    "a category twice",
    '["","01","1"]',
    '["1","01","1"]',
    "features.table.2.categories should be different texts",
  ],
  [
    "features of other columns",
    '"name":"age"',
    '"name":"Age"',
    "features.table should be columns that become the features in its field columns",
  ],
  [
    "a column more",
    `${zip}]`,
    `${zip},{"kind":"numeric","name":"x","hasMissing":false}]`,
    "features.table should be columns that become the features in its field columns",
  ],
  [
    "two columns of one name",
    `${zip}]`,
    `${zip},{"kind":"categorical","name":"zip","categories":[],"hasMissing":false}]`,
    "features.table should be columns of different names",
  ],
  [
    "one scale for all",
    '"scaling":{"kind":"columns"}',
    '"scaling":{"kind":"constant","scale":2}',
    "features.scaling should be by columns, since a table was learned",
  ],
  [
    "an unknown head",
    '"head":"sigmoid"',
    '"head":"constructor"',
    "head should be one of softmax, sigmoid, multilabel",
  ],
])("a file with %s is refused", (_case, from, to, message) => {
  expect(refusalOf(from, to)).toBe(`m.sigmax: damaged: its field ${message}`);
});

test("a head that does not fit the layer or the classes is refused", () => {
  expect(refusalOf('"head":"sigmoid"', '"head":"softmax"')).toBe(
    "m.sigmax: damaged: its field layers.0.outputs should be 2, as the head needs for so many classes",
  );
  expect(refusalOf('"classes":["false",', '"classes":["false","perhaps",')).toBe(
    "m.sigmax: damaged: its field layers.0.outputs should be 0, as the head needs for so many classes",
  );
});
