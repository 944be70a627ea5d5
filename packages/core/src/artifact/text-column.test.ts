import { expect, test } from "vitest";
import { tableOf } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { featureNames, fitEncoding, type TextColumns } from "../features/index.ts";
import { plainKernels } from "../kernels/index.ts";
import { fitClassifier } from "../train/index.ts";
import { readModel, writeModel } from "./index.ts";
import { readTensors } from "./safetensors.ts";
import { seal, unseal } from "./sealed.ts";

const rows = [
  { age: 3, title: "red fox", body: "the fox jumps", ill: true },
  { age: 4, title: "Café 🦊 red", body: "\ud800 the dog", ill: false },
  { age: 5, title: "dog", body: null, ill: true },
];
const options = { where: "m.sigmax", kernels: plainKernels };
const base = await fitClassifier(
  { rows, target: "ill" },
  { head: "sigmoid", epochs: 1, kernels: plainKernels },
);

/** A model whose weights are of these columns of texts; what they are does not matter here. */
function fileOf(text: TextColumns, exclude: readonly string[] = []): Uint8Array {
  const table = tableOf(rows);
  const columns = table.columns.filter(({ name }) => name !== "ill" && !exclude.includes(name));
  const encoding = fitEncoding({ ...table, columns }, { text });
  const names = featureNames(encoding.columns);
  const weights = Float32Array.from(names, (_, j) => j);
  return writeModel({
    ...base,
    features: { columns: names, image: null, scaling: encoding.scaling, table: encoding.columns },
    layers: [{ weights, bias: Float32Array.of(1) }],
  });
}

test("a model file gives back columns of texts, counted and hashed, as they were learned", () => {
  const text = {
    title: { terms: "characters", lengths: [1, 2] },
    body: { hashed: 8, sublinear: true },
  } as const;
  const file = fileOf(text);
  const table = tableOf(rows);
  const columns = table.columns.filter(({ name }) => name !== "ill");
  const { features } = readModel(file, options);
  expect(features.table).toEqual(fitEncoding({ ...table, columns }, { text }).columns);
  expect(features.columns).toEqual(featureNames(features.table ?? []));
  expect(writeModel(readModel(file, options))).toEqual(file);
});

test("hashed terms take no room by name, and texts alone need no other column", () => {
  const file = fileOf({ title: { hashed: 2 ** 12 } }, ["age", "body"]);
  const { tensors } = readTensors(file, "m");
  expect(tensors["features.center"].shape).toEqual([0]);
  expect(tensors["features.0.texts"].shape).toEqual([4096]);
  const { content } = unseal(file, "sigmax", "a Sigmax model", "m");
  expect(JSON.stringify(content).length).toBeLessThan(3000);
  expect(readModel(file, options).features.columns.length).toBe(4096);
});

test.each<[string, (column: Record<string, unknown>) => object, string]>([
  [
    "terms twice",
    (column) => ({ ...column, terms: ["dog", "dog", "fox", "red"] }),
    "terms should be different texts",
  ],
  [
    "terms and hashing",
    (column) => ({ ...column, terms: null }),
    "terms should be a list of texts, or null where they are hashed",
  ],
  [
    "a term too few",
    (column) => ({ ...column, terms: ["dog"] }),
    "features should be one per term, or as many as are hashed to",
  ],
  [
    "fewer texts than have a term",
    (column) => ({ ...column, texts: 1 }),
    "texts should be as many as have any term, or more",
  ],
  [
    "settings that cannot be",
    (column) => ({ ...column, settings: { ...Object(column.settings), minTexts: 0 } }),
    "settings should be what a column of texts can have (text: minTexts must be a whole number, 1 or more, got 0)",
  ],
])("a damaged column of texts is refused: %s", (_, damage, message) => {
  const { content, tensors } = unseal(fileOf(["title"], ["age", "body"]), "sigmax", "a Sigmax model", "m");
  const { features, ...others } = JSON.parse(JSON.stringify(content));
  const damaged = { ...others, features: { ...features, table: features.table.map(damage) } };
  expect(() => readModel(seal("sigmax", damaged, tensors), options)).toThrow(
    new InputError(`m.sigmax: damaged: its field features.table.0.${message}`),
  );
});
