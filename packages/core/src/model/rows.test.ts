import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrix, tableOf, type Row, type Values } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { featureNames, fitEncoding } from "../features/index.ts";
import { createKernels, plainKernels, type LinearLayer } from "../kernels/index.ts";
import { createGenerator } from "../random/index.ts";
import {
  createClassifier,
  sigmoidHead,
  softmaxHead,
  type Classifier,
  type ClassifierParts,
} from "./index.ts";

const training: ClassifierParts["training"] = {
  source: "by hand",
  target: "letter",
  rows: 4,
  status: "completed",
  seed: 0,
  options: {
    solver: "sgd",
    epochs: 1,
    batch: 1,
    learningRate: 0.1,
    schedule: "constant",
    warmUp: 0,
    stepEpochs: 1,
    stepFactor: 0.1,
    momentum: 0,
    l2: 0,
    classWeights: null,
    corrected: false,
  },
  history: [],
  optimum: null,
  version: "0.0.0",
};

function randomLayer(columns: number, outputs: number): LinearLayer {
  const generator = createGenerator(columns);
  return {
    weights: Float32Array.from({ length: outputs * columns }, () => generator.normal()),
    bias: Float32Array.from({ length: outputs }, () => generator.normal()),
  };
}

const patients = [
  { age: 20, sex: "male", dose: null },
  { age: 40, sex: "female", dose: 1 },
  { age: null, sex: null, dose: 3 },
  { age: 60, sex: "male", dose: 2 },
];
const encoding = fitEncoding(tableOf(patients));
const names = featureNames(encoding.columns);
const tableParts: ClassifierParts = {
  classes: ["a", "b", "c"],
  features: { columns: names, image: null, scaling: encoding.scaling, table: encoding.columns },
  body: null,
  layers: [randomLayer(names.length, 3)],
  scores: null,
  head: softmaxHead,
  training,
  inference: null,
  calibration: null,
  ledger: [],
};
const threeOutputs = randomLayer(3, 3);
const matrixParts: ClassifierParts = {
  ...tableParts,
  features: { columns: ["x0", "x1", "x2"], image: null, scaling: { kind: "constant", scale: 255 } },
  layers: [threeOutputs],
};
const standardizedParts: ClassifierParts = {
  ...matrixParts,
  features: {
    ...matrixParts.features,
    scaling: { kind: "columns", center: Float64Array.of(1, 2, 3), scale: Float64Array.of(3, 0.1, 7) },
  },
};

/** For rows that TypeScript would refuse. */
function ask(model: Classifier, row: Row): object {
  return model.probabilities(row);
}

/** One row of `predict`, by class. */
function predicted(model: Classifier, input: Parameters<Classifier["predict"]>[0], row = 0): object {
  const { values, columns } = model.predict(input);
  return Object.fromEntries(model.classes.map((name, k) => [name, values[row * columns + k]]));
}

describe.each([
  ["plain", plainKernels],
  ["simd", createKernels()],
])("rows, on %s kernels:", (_name, kernels) => {
  const tables = createClassifier(tableParts, kernels);
  const matrices = createClassifier(matrixParts, kernels);
  const standardized = createClassifier(standardizedParts, kernels);

  test("a row object has the probabilities that predict gives it in a table, to the last bit", () => {
    patients.forEach((row, i) => {
      const probabilities = tables.probabilities(row);
      expect(Object.keys(probabilities)).toEqual(["a", "b", "c"]);
      expect(probabilities).toEqual(predicted(tables, tableOf(patients), i));
    });
  });

  test("a table is W x + b of its features, by hand", () => {
    const [{ weights, bias }] = tableParts.layers;
    const { values } = tables.logits(tableOf([{ sex: "female", dose: 2, age: null }]));
    // age 0, age is missing 1, sex = female 1, sex = male 0, sex is missing 0, dose 0, dose is missing 0
    for (let k = 0; k < 3; k++)
      expect(values[k]).toBeCloseTo(weights[7 * k + 1] + weights[7 * k + 2] + bias[k], 5);
  });

  test("a large table is the same as its rows one by one", () => {
    const generator = createGenerator(3);
    const rows = Array.from({ length: 40_000 }, () => ({
      age: generator.uniform() < 0.1 ? null : 100 * generator.uniform(),
      sex: ["male", "female", null, "other"][generator.below(4)],
      dose: generator.normal(),
    }));
    const { values } = tables.logits(tableOf(rows));
    for (const row of [0, 1, 37_448, 37_449, 39_999])
      expect(values.subarray(3 * row, 3 * row + 3)).toEqual(tables.logits(tableOf([rows[row]])).values);
  });

  test("arrays of numbers have the probabilities that predict gives them in a matrix, to the last bit", () => {
    const generator = createGenerator(1);
    const numbers = Array.from({ length: 9 }, () => generator.below(256));
    const thirds = Float64Array.from(numbers, (x) => x / 3);
    for (const model of [matrices, standardized])
      for (const values of [Uint8Array.from(numbers), Float32Array.from(numbers), thirds])
        for (const row of [0, 1, 2]) {
          const own = values.slice(3 * row, 3 * row + 3);
          const expected = predicted(model, matrix<Values>(values, 3, 3), row);
          expect(model.probabilities(own)).toEqual(expected);
        }
    for (const model of [matrices, standardized])
      expect(model.probabilities(Array.from(thirds.slice(3, 6)))).toEqual(
        predicted(model, matrix(thirds, 3, 3), 1),
      );
  });

  test("a model of a matrix takes tables and row objects by the names of its columns", () => {
    const row = { x2: 100, other: "text", x0: 7, x1: 200 };
    const expected = predicted(matrices, matrix(Float64Array.of(7, 200, 100), 1, 3));
    expect(matrices.probabilities(row)).toEqual(expected);
    expect(predicted(matrices, tableOf([row]))).toEqual(expected);
    expect(predicted(standardized, tableOf([row]))).toEqual(
      predicted(standardized, matrix(Float64Array.of(7, 200, 100), 1, 3)),
    );
    expect(matrices.compareTable(tableOf([row]))).toEqual({
      absent: [],
      extra: ["other"],
      isReordered: true,
      treated: [],
    });
  });

  test("a missing value is the mean where there is one, else refused", () => {
    const row = { x0: null, x1: 2, x2: 3 };
    expect(standardized.probabilities(row)).toEqual(standardized.probabilities([1, 2, 3]));
    expect(() => matrices.probabilities(row)).toThrow(
      'row: column "x0" must hold a number, got a missing value',
    );
    expect(() => matrices.predict(tableOf([{ x0: 1, x1: 1, x2: 1 }, row]))).toThrow(
      "got a missing value at row 1",
    );
  });

  test("a model of a table of numbers takes them by position, too", () => {
    const { columns, scaling } = fitEncoding(
      tableOf([
        { a: 1, b: null },
        { a: 3, b: 5 },
      ]),
    );
    const model = createClassifier(
      {
        ...tableParts,
        features: {
          columns: featureNames(columns),
          image: null,
          scaling,
          table: columns,
        },
        layers: [randomLayer(3, 3)],
      },
      kernels,
    );
    const expected = predicted(model, tableOf([{ a: 2, b: 4 }]));
    expect(model.probabilities([2, 4])).toEqual(expected);
    expect(model.probabilities(Float32Array.of(2, 4))).toEqual(expected);
    expect(predicted(model, matrix(Uint8Array.of(9, 9, 2, 4), 2, 2), 1)).toEqual(expected);
    expect(() => model.predict(matrix(new Uint8Array(3), 1, 3))).toThrow(
      new InputError("classifier: the model takes 2 columns, got 3"),
    );
  });

  test("an unseen category is none, is counted, and is no error", () => {
    const row = { age: 40, sex: "other", dose: 2 };
    expect(tables.probabilities(row)).toEqual(predicted(tables, tableOf([row])));
    expect(tables.compareTable(tableOf([row, patients[1]])).treated).toEqual([
      { name: "sex", missing: 0, unseen: 1, unseenCategories: ["other"] },
    ]);
  });

  test("calls do not disturb each other, and each answer is its own object", () => {
    const row = Uint8Array.of(1, 2, 3);
    const first = matrices.probabilities(row);
    const copy = { ...first };
    matrices.probabilities(Uint8Array.of(200, 100, 0));
    tables.probabilities(patients[0]);
    matrices.predict(matrix(new Uint8Array(300), 100, 3));
    expect(first).toEqual(copy);
    expect(matrices.probabilities(row)).toEqual(first);
    expect([...row]).toEqual([1, 2, 3]);
  });

  test("classes may have any name", () => {
    const model = createClassifier({ ...matrixParts, classes: ["__proto__", "1", "constructor"] }, kernels);
    const { values } = model.predict(matrix(Uint8Array.of(1, 2, 3), 1, 3));
    const entries = Object.entries(model.probabilities(Uint8Array.of(1, 2, 3)));
    expect(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ["1", values[1]],
      ["__proto__", values[0]],
      ["constructor", values[2]],
    ]);
  });

  test("with the sigmoid head one output gives the probabilities of two classes", () => {
    const { weights, bias } = threeOutputs;
    const layer = { weights: weights.subarray(0, 3), bias: bias.subarray(0, 1) };
    const one = createClassifier(
      { ...matrixParts, classes: ["no", "yes"], head: sigmoidHead, layers: [layer] },
      kernels,
    );
    const input = matrix(Uint8Array.of(9, 50, 200, 1, 2, 3), 2, 3);
    const three = matrices.logits(input).values;
    expect(one.logits(input)).toEqual({
      rows: 2,
      columns: 2,
      values: Float32Array.of(0, three[0], 0, three[3]),
      unit: "logits",
    });
    expect(one.probabilities(Uint8Array.of(1, 2, 3))).toEqual(predicted(one, input, 1));
    expect(() => one.predict({ rows: 2, columns: 3, values: Float32Array.of(1, 2, 3, 4, NaN, 6) })).toThrow(
      "row 1 gives a logit of NaN",
    );
  });

  test("arrays of any numbers, in any bytes, are like their float64 twin", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 3 }), (row) => {
        expect(standardized.probabilities(Int8Array.from(row))).toEqual(
          predicted(standardized, matrix(Float64Array.from(row), 1, 3)),
        );
      }),
    );
  });

  describe("refused are", () => {
    test.each<[string, ArrayLike<number>, string]>([
      ["too few numbers", Uint8Array.of(1, 2), "classifier: the model takes 3 columns, got a row of 2"],
      ["too many", [1, 2, 3, 4], "classifier: the model takes 3 columns, got a row of 4"],
      [
        "NaN",
        [1, NaN, 3],
        "classifier: the columns must be finite numbers that float32 can hold, but row 0 gives a logit of NaN",
      ],
      [
        "numbers beyond float32",
        [1, 1e300, 3],
        "classifier: the columns must be finite numbers that float32 can hold, but row 0 gives a logit of ",
      ],
    ])("%s in a row", (_case, row, message) => {
      expect(() => matrices.probabilities(row)).toThrow(message);
      expect(() => matrices.probabilities(row)).toThrow(InputError);
    });

    test.each([
      ["a text", "abc", 'classifier: a row must be an object or an array of numbers, got the text "abc"'],
      ["null", null, "classifier: a row must be an object or an array of numbers, got null"],
      ["null among numbers", [1, null, 3], "classifier: a row of numbers has null at place 1"],
      ["a hole", [1, , 3], "classifier: a row of numbers has undefined at place 1"], // eslint-disable-line no-sparse-arrays
      ["a bigint", BigInt64Array.of(1n, 2n, 3n), "classifier: a row of numbers has 1 at place 0"],
      [
        "a view without numbers",
        new DataView(new ArrayBuffer(3)),
        "classifier: the model takes 3 columns, got a row of undefined",
      ],
    ])("%s, which TypeScript would not let through", (_case, row: unknown, message) => {
      expect(() => Reflect.apply(ask, null, [matrices, row])).toThrow(new InputError(message));
    });

    test("a row object or a table without a column", () => {
      expect(() => tables.probabilities({ age: 1, sex: "male" })).toThrow(
        new InputError("row: the model takes a column that is not there: dose"),
      );
      expect(() => tables.predict(tableOf([{ sex: "male" }]))).toThrow(
        new InputError("table: the model takes columns that are not there: age, dose"),
      );
    });

    test("numbers alone, where the model also takes texts", () => {
      const message = /^row: the model's column "sex" holds texts/;
      expect(() => tables.probabilities([1, 2, 3])).toThrow(message);
      expect(() => tables.predict(matrix(new Float64Array(3), 1, 3))).toThrow(message);
    });
  });
});
