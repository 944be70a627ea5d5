import { describe, expect, test } from "vitest";
import references from "../../test/references/sparse_sigmoids.json" with { type: "json" };
import { labelSetsOfList, tableOf, type Row } from "../data/index.ts";
import { coefficients, contributions } from "../inference/index.ts";
import { createKernels, plainKernels } from "../kernels/index.ts";
import { readModel, writeModel } from "../artifact/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier } from "./index.ts";

const words = ["fast", "server", "puzzle", "arcade", "http", "proxy", "level", "library", "score", "web"];
const generator = createGenerator(4);
/** Texts of eight words; games have one kind of them more often, servers another. */
const rows: Row[] = Array.from({ length: 120 }, (_, i) => {
  const [isGame, isServer] = [i % 2 === 0, i % 3 === 0];
  const draw = (from: readonly string[]): string => from[Math.floor(generator.uniform() * from.length)];
  const text = Array.from({ length: 8 }, (__, j) =>
    draw(j === 0 && isGame ? ["puzzle", "arcade", "level"] : j === 1 && isServer ? ["http", "proxy"] : words),
  ).join(" ");
  const size = generator.normal() + (isServer ? 1 : 0);
  const tags = [...(isGame ? ["games"] : []), ...(isServer ? ["servers"] : [])].join(";");
  return { text, size, kind: isGame ? "game" : "tool", third: ["a", "b", "c"][i % 3], tags };
});
const text = { text: { lengths: [1, 2] } } as const;
const without = (...names: string[]) => {
  const { columns, ...table } = tableOf(rows);
  return { ...table, columns: columns.filter(({ name }) => !names.includes(name)) };
};
const table = without("kind", "third", "tags");
const labels = labelSetsOfList(rows.map(({ tags }) => String(tags)));

describe("texts", () => {
  test("teach several labels, each an optimum of its own; predictions of a row are those of the table", async () => {
    const model = await fitClassifier({ table, labels }, { text });
    expect(model.training).toMatchObject({ status: "certified", options: { solver: "newton", l2: 1 } });
    expect(model.classes).toEqual(["games", "servers"]);
    const { values } = model.predict(table);
    const given = Array.from(values, (p) => Number(p >= 0.5));
    const right = given.filter((each, i) => each === labels.values[i]).length;
    expect(right / given.length).toBeGreaterThan(0.8); // always saying no is right in 58 %
    const { text: own, size } = rows[7];
    expect(Object.values(model.probabilities({ text: own, size }))).toEqual([...values.subarray(14, 16)]);
  });

  test.each(references.fits)(
    "give by default the probabilities of scikit-learn's TfidfVectorizer and one-vs-rest LogisticRegression, C = $c, to 1e-6",
    async ({ c, probabilities }) => {
      const own = tableOf(references.texts.map((each) => ({ text: each })));
      const { labels: names, marks } = references;
      const model = await fitClassifier(
        { table: own, labels: { names, rows: marks.length, values: Uint8Array.from(marks.flat()) } },
        { text, l2: 1 / c },
      );
      const { values } = model.predict(own);
      probabilities.forEach((expected, k) =>
        expected.forEach((p, row) => expect(Math.abs(values[row * names.length + k] - p)).toBeLessThan(1e-6)),
      );
    },
  );

  test("teach two classes by a sigmoid and three by a softmax", async () => {
    for (const target of ["kind", "third"]) {
      const others = ["kind", "third", "tags"].filter((name) => name !== target);
      const own = rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name]) => !others.includes(name))),
      );
      const model = await fitClassifier({ rows: own, target }, { text });
      expect(model.head.kind).toBe(target === "kind" ? "sigmoid" : "softmax");
      expect(model.training.status).toBe("certified");
      const { values, columns } = model.predict(table);
      for (let i = 0; i < values.length; i += columns)
        expect(values.subarray(i, i + columns).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
  });

  test("a label that no row carries gets the log-odds of its counts and no weights, and is said", async () => {
    const names = ["games", "servers", "never"];
    const own = labelSetsOfList(
      rows.map(({ tags }) => String(tags)),
      { names },
    );
    const model = await fitClassifier({ table, labels: own }, { text });
    const { weights, bias } = model.layers[0];
    const width = model.features.columns.length;
    expect(weights.subarray(2 * width).every((weight) => weight === 0)).toBe(true);
    expect(bias[2]).toBeCloseTo(Math.log(0.5 / 120.5), 5);
    expect(model.training.warnings?.[0]).toContain('no training row carries "never"');
  });

  test("plain loops fit and predict the same to rounding", async () => {
    const fast = await fitClassifier({ table, labels }, { text, kernels: createKernels() });
    const plain = await fitClassifier({ table, labels }, { text, kernels: plainKernels });
    const expected = plain.logits(table).values;
    fast.logits(table).values.forEach((z, i) => expect(z).toBeCloseTo(expected[i], 5));
  });

  test("a model file leaves out features without weight, and gives back the same bits", async () => {
    const hashed = { text: { hashed: 2 ** 14 } };
    const model = await fitClassifier({ table, labels }, { text: hashed });
    const file = writeModel(model);
    // two labels of 2¹⁴ weights would take 131,072 bytes beside as many of counts
    expect(file.length).toBeLessThan(2 ** 14 * 8 + 16_000);
    const again = readModel(file);
    expect(again.layers).toEqual(model.layers);
    expect(writeModel(again)).toEqual(file);
    expect(again.predict(table)).toEqual(model.predict(table));
  });

  test("contributions name the words of a row, and sum to its logit", async () => {
    const model = await fitClassifier({ table, labels }, { text });
    const one = tableOf([{ text: "puzzle puzzle unheard", size: 0.5 }]);
    const found = contributions(model, one, { class: "games" });
    expect(found).toMatchObject({ class: "games", against: "without games" });
    expect(found.contributions.map(({ column, count }) => [column, count])).toEqual([
      ["size", undefined],
      ["text: puzzle", 2],
      ["text: puzzle puzzle", 1],
    ]);
    expect(found.contributions[1].logOdds).toBeGreaterThan(0.1);
    expect(found.logit).toBeCloseTo(model.logits(one).values[0], 5);
  });

  test("terms that share a hashed feature share what it adds", async () => {
    const model = await fitClassifier({ table, labels }, { text: { text: { hashed: 1 } } });
    const one = tableOf([{ text: "puzzle puzzle fast", size: 0 }]);
    const { contributions: parts, logit } = contributions(model, one, { class: "games" });
    expect(parts[1].logOdds).toBeCloseTo(2 * parts[2].logOdds, 10);
    expect(logit).toBeCloseTo(model.logits(one).values[0], 5);
  });

  test("classes can be weighted, and their shares come back", async () => {
    const model = await fitClassifier(
      {
        table,
        labels: { classes: ["few", "many"], indices: Int32Array.from(rows, (_, i) => Number(i % 6 > 0)) },
      },
      { text, classWeights: "balanced" },
    );
    expect(model.training.options).toMatchObject({ corrected: true });
    const { values } = model.predict(table);
    const mean = values.reduce((sum, p, i) => sum + (i % 2 === 0 ? p : 0), 0) / rows.length;
    expect(Math.abs(mean - 1 / 6)).toBeLessThan(0.05);
  });

  test.each([
    [
      { solver: "lbfgs" },
      "fitClassifier: solver: columns of texts are fitted exactly, here by newton, got lbfgs",
    ],
    [{ hidden: "8:relu" }, "columns of texts are fitted exactly, or by the plain steps of sgd"],
    [{ solver: "adam" }, "columns of texts are fitted exactly, or by the plain steps of sgd"],
    [{ l2: 0 }, "l2 must be above 0 where columns are of texts"],
    [{ l1Ratio: 0.5 }, "l1Ratio is for columns without texts"],
    [{ penaltyUnits: "original" }, "penaltyUnits: columns beside texts are standardized, got original"],
  ] as const)("%j is refused in a sentence", async (options, sentence) => {
    await expect(fitClassifier({ table, labels }, { text, ...options })).rejects.toThrow(sentence);
  });

  test("what needs dense features says that there are none", async () => {
    const model = await fitClassifier(
      { table, labels: labelSetsOfList(["a", "b", ...Array<string>(118).fill("")]) },
      { text },
    );
    expect(() => model.encode(table)).toThrow(
      "features of a row with texts are sparse; createSparseEncoder makes them",
    );
    expect(() => model.predict({ rows: 1, columns: 2, values: new Float64Array(2) })).toThrow(
      "the model takes texts, which are no numbers",
    );
    expect(() => model.probabilities([1, 2])).toThrow("the model takes texts");
    const classes = await fitClassifier(
      { rows: rows.map(({ text: own, kind }) => ({ text: own, kind })), target: "kind" },
      { text },
    );
    expect(() => coefficients(classes)).toThrow("contributions tells which terms speak for a row");
    await expect(
      fitClassifier(
        {
          features: { rows: 2, columns: 1, values: new Float64Array(2) },
          labels: { classes: ["a", "b"], indices: Int32Array.of(0, 1) },
        },
        { text },
      ),
    ).rejects.toThrow("text names columns of a table, but the rows are a matrix");
  });
});
