import { describe, expect, test } from "vitest";
import { labelsOf, matrix, type Labels, type Matrix } from "../data/index.ts";
import { InputError } from "../errors/index.ts";
import { createKernels, plainKernels } from "../kernels/index.ts";
import type { Classifier } from "../model/index.ts";
import { createGenerator } from "../random/index.ts";
import { version } from "../version.ts";
import { fitClassifier, type FitOptions, type FitProgress, type TrainingData } from "./index.ts";

const kernels = createKernels();

/** Points of a normal cloud, each 1 with probability 1 / (1 + exp(−(2x₀ − x₁ + 0.5))). */
function cloud(rows: number, seed: number): { features: Matrix<Float64Array>; labels: Labels } {
  const generator = createGenerator(seed);
  const values = Float64Array.from({ length: 2 * rows }, () => generator.normal());
  const names = Array.from({ length: rows }, (_, i) => {
    const z = 2 * values[2 * i] - values[2 * i + 1] + 0.5;
    return generator.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
  });
  return { features: matrix(values, rows, 2), labels: labelsOf(names) };
}

const small = cloud(100, 1);
const fit = (data: TrainingData, options: FitOptions = {}): Promise<Classifier> =>
  fitClassifier(data, { kernels, solver: "sgd", head: "softmax", ...options });

/** What a softmax of two classes says of the second against the first: weights and intercept of its log-odds. */
function logOdds({ layers: [{ weights, bias }] }: Classifier): number[] {
  const columns = weights.length / 2;
  return [...Array.from({ length: columns }, (_, j) => weights[columns + j] - weights[j]), bias[1] - bias[0]];
}

const norm = ({ layers: [{ weights }] }: Classifier): number => Math.hypot(...weights);

describe("what is learned", () => {
  test("is the boundary that the rows were drawn from", async () => {
    const model = await fit(cloud(4000, 2), { l2: 0, scaling: 1, epochs: 40, batch: 500, seed: 3 });
    // The standard errors of these three are below 0.07 with 4,000 rows (inverse Fisher information): four of them.
    const [a, b, c] = logOdds(model);
    expect(Math.abs(a - 2)).toBeLessThan(0.28);
    expect(Math.abs(b + 1)).toBeLessThan(0.28);
    expect(Math.abs(c - 0.5)).toBeLessThan(0.28);
    expect(model.training.status).toBe("completed");
  });

  test("separates what can be separated: three corners, whatever their units", async () => {
    const generator = createGenerator(4);
    const corners = [
      [0, 0],
      [1000, 0],
      [0, 0.001],
    ];
    const rows = Array.from({ length: 300 }, (_, i) => {
      const [x, y] = corners[i % 3];
      return [x + 100 * generator.normal(), y + 0.0001 * generator.normal()];
    });
    const labels = labelsOf(rows.map((_, i) => "abc"[i % 3]));
    const features = matrix(Float64Array.from(rows.flat()), 300, 2);
    const { values } = (await fit({ features, labels })).predict(features);
    labels.indices.forEach((k, row) => expect(values[3 * row + k]).toBeGreaterThan(0.5));
  });

  test("does not depend on the unit of a standardized column", async () => {
    const { features, labels } = small;
    const inFeet = matrix(
      features.values.map((x) => x * 1024 + 2 ** 20),
      100,
      2,
    ); // powers of two, so that rounding is all the same
    const a = (await fit({ features, labels }, { epochs: 3 })).predict(features).values;
    const b = (await fit({ features: inFeet, labels }, { epochs: 3 })).predict(inFeet).values;
    a.forEach((p, i) => expect(Math.abs(p - b[i])).toBeLessThan(1e-6));
  });

  test("is the same for bytes, float32 and float64 of the same numbers", async () => {
    const generator = createGenerator(5);
    const bytes = Uint8Array.from({ length: 300 }, () => generator.below(256));
    const labels = labelsOf(Array.from({ length: 100 }, () => generator.below(3)));
    const layerOf = async (values: Uint8Array | Float32Array | Float64Array) =>
      (await fit({ features: { rows: 100, columns: 3, values }, labels }, { epochs: 2 })).layers;
    const layers = await layerOf(bytes);
    expect(await layerOf(Float32Array.from(bytes))).toEqual(layers);
    expect(await layerOf(Float64Array.from(bytes))).toEqual(layers);
  });

  test("shrinks with the penalty, while the intercepts stay free to tell how frequent the classes are", async () => {
    const data = cloud(400, 6);
    const models = await Promise.all([0, 10, 100, 1000].map((l2) => fit(data, { l2, epochs: 50 })));
    const norms = models.map(norm);
    for (let i = 1; i < norms.length; i++) expect(norms[i]).toBeLessThan(0.9 * norms[i - 1]);

    const labels = labelsOf(Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? "rare" : "usual")));
    const crushed = await fit({ features: data.features, labels }, { l2: 2000, epochs: 400, batch: 400 });
    expect(norm(crushed)).toBeLessThan(0.02);
    expect(logOdds(crushed)[2]).toBeCloseTo(Math.log(3), 2); // usual against rare
  });

  test("is nearly the same with the plain kernels as with SIMD", async () => {
    const options = { momentum: 0.5, epochs: 20, batch: 32, seed: 8 };
    const [simd, plain] = await Promise.all([
      fit(small, options),
      fit(small, { ...options, kernels: plainKernels }),
    ]);
    expect(simd.layers).not.toEqual(plain.layers); // float32 against float64 inside: two computations, not one
    const [a, b] = [simd, plain].map(({ layers: [{ weights, bias }] }) => [...weights, ...bias]);
    a.forEach((w, i) => expect(Math.abs(w - b[i])).toBeLessThan(1e-5));
    expect(simd.training.history.at(-1)?.loss).toBeCloseTo(plain.training.history.at(-1)?.loss ?? NaN, 6);
  });

  test("leaves the rows, the labels and the options as they were", async () => {
    const features = matrix(small.features.values.slice(), 100, 2);
    const labels = { classes: small.labels.classes, indices: small.labels.indices.slice() };
    await fit({ features, labels }, Object.freeze({ epochs: 2 }));
    expect(features).toEqual(small.features);
    expect(labels).toEqual(small.labels);
  });
});

describe("the seed", () => {
  test("decides every bit, also with kernels made anew", async () => {
    const options = { seed: 11, epochs: 5, momentum: 0.9 };
    const a = await fit(small, options);
    const b = await fit(small, { ...options, kernels: createKernels() });
    expect(b.layers).toEqual(a.layers);
    expect(b.training).toEqual(a.training);
    expect((await fitClassifier(small, { solver: "sgd", head: "softmax", ...options })).layers).toEqual(
      a.layers,
    );
  });

  test("is 0 unless given, and another one gives other bits", async () => {
    const [none, zero, one] = await Promise.all([
      fit(small),
      fit(small, { seed: 0 }),
      fit(small, { seed: 1 }),
    ]);
    expect(zero.layers).toEqual(none.layers);
    expect(one.layers).not.toEqual(none.layers);
  });

  test("draws the start from N(0, 0.01²), intercepts 0, and another order for every epoch", async () => {
    const generator = createGenerator(12);
    const columns = 500;
    const features = matrix(
      Uint8Array.from({ length: 40 * columns }, () => generator.below(256)),
      40,
      columns,
    );
    const labels = labelsOf(Array.from({ length: 40 }, (_, i) => i % 10));
    const { layers, training } = await fit({ features, labels }, { signal: { aborted: true } });
    const weights = Float64Array.from(layers[0].weights);
    const { bias } = layers[0];
    expect(training).toMatchObject({ status: "cancelled", history: [] });
    expect([...bias]).toEqual(Array(10).fill(0));
    const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
    const deviation = Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
    expect(Math.abs(mean)).toBeLessThan(5 * (0.01 / Math.sqrt(5000)));
    expect(Math.abs(deviation / 0.01 - 1)).toBeLessThan(5 / Math.sqrt(2 * 5000));
    // With a rate too small to move a weight, an epoch's loss is the same but for the order of its sum.
    const losses: number[] = [];
    const still = { learningRate: 1e-30, l2: 0, epochs: 8, batch: 7 };
    await fit({ features, labels }, { ...still, onProgress: ({ loss }) => losses.push(loss) });
    expect(new Set(losses).size).toBeGreaterThan(1);
    for (const loss of losses) expect(loss).toBeCloseTo(losses[0], 5);
  });
});

describe("the course of a run", () => {
  test("is told after every stretch: shares grow to 1 in each epoch, and end in the history's figures", async () => {
    // So many weights that an epoch is several stretches.
    const generator = createGenerator(13);
    const [rows, columns, classes] = [2600, 400, 500];
    const features = matrix(
      Uint8Array.from({ length: rows * columns }, () => generator.below(256)),
      rows,
      columns,
    );
    const labels = labelsOf(Array.from({ length: rows }, (_, i) => i % classes));
    const told: FitProgress[] = [];
    const { training, layers } = await fit(
      { features, labels },
      { epochs: 2, scaling: 255, onProgress: (progress) => told.push(progress) },
    );
    for (const epoch of [1, 2]) {
      const shares = told.filter((progress) => progress.epoch === epoch).map(({ share }) => share);
      expect(shares.length).toBeGreaterThan(1);
      expect(shares[0]).toBeGreaterThan(0);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    }
    expect(told.every(({ epoch }, i) => i === 0 || epoch >= told[i - 1].epoch)).toBe(true);
    expect(told.every(({ epochs }) => epochs === 2)).toBe(true);
    const ends = told.filter(({ share }) => share === 1);
    expect(ends.map(({ epoch, loss, accuracy }) => ({ epoch, loss, accuracy }))).toEqual(training.history);
    expect(training.history[0].loss).toBeCloseTo(Math.log(classes), 0);
    expect(told.at(-1)?.layer()).toEqual(layers[0]);
  });

  test("gives copies of the weights on the way, which later steps do not change", async () => {
    const seen: { layer: Classifier["layers"][0]; bytes: string }[] = [];
    await fit(small, {
      epochs: 3,
      onProgress(progress) {
        const layer = progress.layer();
        seen.push({ layer, bytes: layer.weights.join() });
      },
    });
    expect(seen).toHaveLength(3);
    for (const { layer, bytes } of seen) expect(layer.weights.join()).toBe(bytes);
    expect(seen[0].bytes).not.toBe(seen[2].bytes);
  });

  test("brings the loss down", async () => {
    const { history } = (await fit(cloud(1000, 14), { epochs: 10 })).training;
    expect(history[0].loss).toBeLessThan(Math.log(2));
    expect(history[9].loss).toBeLessThan(history[0].loss);
    expect(history[9].accuracy).toBeGreaterThan(0.75);
  });

  test("ends as cancelled when the signal says so, with the weights and the epochs until then", async () => {
    const signal = { aborted: false };
    let last: Classifier["layers"][0] | undefined;
    const model = await fit(small, {
      epochs: 50,
      signal,
      onProgress({ epoch, layer }) {
        signal.aborted = epoch === 3;
        last = layer();
      },
    });
    expect(model.training.status).toBe("cancelled");
    expect(model.training.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(model.layers[0]).toEqual(last);
  });

  test("leaves room for timers: an AbortController stops it from outside", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    const { training } = await fit(cloud(1000, 15), { epochs: 100_000, signal: abort.signal });
    expect(training.status).toBe("cancelled");
    expect(training.history.length).toBeLessThan(100_000);
  });

  test("ends as diverged when the learning rate is far too high, and its history is finite", async () => {
    const model = await fit(small, { learningRate: 1e30, epochs: 30 });
    const { status, history } = model.training;
    expect(status).toBe("diverged");
    expect(history.length).toBeLessThan(30);
    expect(history.every(({ loss, accuracy }) => Number.isFinite(loss) && Number.isFinite(accuracy))).toBe(
      true,
    );
  });
});

/** The options a run of so many rows takes when it is told none. */
async function optionsFor(rows: number): Promise<Classifier["training"]["options"]> {
  const features = matrix(new Uint8Array(rows), rows, 1);
  const labels: Labels = { classes: ["a", "b"], indices: new Int32Array(rows) };
  return (await fit({ features, labels }, { signal: { aborted: true } })).training.options;
}

describe("the record", () => {
  test("tells the run: the data's names, the rows, every option, the version", async () => {
    const { training, features, classes, ledger, head } = await fit(
      {
        ...small,
        columns: ["x", "y"],
        image: { height: 1, width: 2 },
        source: "cloud",
        target: "side",
        ledger: [{ source: "cloud", sha256: "0", rowRoles: new Uint8Array(100).fill(1) }],
      },
      { epochs: 2, batch: 7, learningRate: 0.3, momentum: 0.4, l2: 0.5, seed: 6, scaling: 2 },
    );
    expect(training).toMatchObject({
      source: "cloud",
      target: "side",
      rows: 100,
      status: "completed",
      seed: 6,
      options: { solver: "sgd", epochs: 2, batch: 7, learningRate: 0.3, momentum: 0.4, l2: 0.5 },
      version,
    });
    expect(features).toEqual({
      columns: ["x", "y"],
      image: { height: 1, width: 2 },
      scaling: { kind: "constant", scale: 2 },
    });
    expect(classes).toEqual(["0", "1"]);
    expect(ledger).toHaveLength(1);
    expect(head.kind).toBe("softmax");
  });

  test("tells the defaults that were taken: 3,000 steps within 10 to 200 epochs, batches of 32 below 10,000 rows", async () => {
    expect(await optionsFor(100)).toMatchObject({
      batch: 32,
      epochs: 200,
      learningRate: 0.1,
      momentum: 0,
      l2: 1,
    });
    expect(await optionsFor(960)).toMatchObject({ batch: 32, epochs: 100 });
    expect(await optionsFor(10_000)).toMatchObject({ batch: 256, epochs: 75 });
    expect(await optionsFor(100_000)).toMatchObject({ batch: 256, epochs: 10 });
  });

  test("names columns by their place, and knows no source, unless told", async () => {
    const { features, training, ledger } = await fit(small, { epochs: 1 });
    expect(features).toMatchObject({ columns: ["0", "1"], image: null, scaling: { kind: "columns" } });
    expect(training).toMatchObject({ source: "", target: "" });
    expect(ledger).toEqual([]);
  });
});

/** Labels of three classes. */
function indices(...list: number[]): Labels {
  return { classes: ["a", "b", "c"], indices: Int32Array.from(list) };
}

describe("refused before anything is computed", () => {
  test.each<[FitOptions, string]>([
    [{ batch: 0 }, "batch must be a whole number of rows, 1 or more, got 0"],
    [{ batch: -1 }, "batch must be a whole number of rows, 1 or more, got -1"],
    [{ batch: 1.5 }, "batch must be a whole number of rows, 1 or more, got 1.5"],
    [{ batch: NaN }, "batch must be a whole number of rows, 1 or more, got NaN"],
    [{ epochs: 0 }, "epochs must be a whole number, 1 or more, got 0"],
    [{ epochs: 2.5 }, "epochs must be a whole number, 1 or more, got 2.5"],
    [{ epochs: Infinity }, "epochs must be a whole number, 1 or more, got Infinity"],
    [{ learningRate: 0 }, "learningRate must be a positive number, got 0"],
    [{ learningRate: -0.1 }, "learningRate must be a positive number, got -0.1"],
    [{ learningRate: Infinity }, "learningRate must be a positive number, got Infinity"],
    [{ learningRate: NaN }, "learningRate must be a positive number, got NaN"],
    [{ momentum: 1 }, "momentum must be in [0, 1), got 1"],
    [{ momentum: -0.5 }, "momentum must be in [0, 1), got -0.5"],
    [{ momentum: NaN }, "momentum must be in [0, 1), got NaN"],
    [{ l2: -1 }, "l2 must be 0 or a positive number, got -1"],
    [{ l2: Infinity }, "l2 must be 0 or a positive number, got Infinity"],
    [{ l2: NaN }, "l2 must be 0 or a positive number, got NaN"],
    [{ seed: -1 }, "seed must be a whole number in [0, 2^53), got -1"],
    [{ seed: 2 ** 53 }, "seed must be a whole number in [0, 2^53), got 9007199254740992"],
    [{ seed: 0.5 }, "seed must be a whole number in [0, 2^53), got 0.5"],
    [{ scaling: 0 }, 'scaling must be "standardize" or a positive number, got 0'],
    [{ scaling: -255 }, 'scaling must be "standardize" or a positive number, got -255'],
    [{ scaling: NaN }, 'scaling must be "standardize" or a positive number, got NaN'],
  ])("the options %j", async (options, message) => {
    await expect(fit(small, options)).rejects.toThrow(new InputError(`fitClassifier: ${message}`));
  });

  const { features, labels } = small;
  const none = matrix(new Float64Array(), 0, 2);
  const three = matrix(Float32Array.of(1, 2, 3), 3, 1);

  test.each<[string, TrainingData, string]>([
    [
      "fewer labels than rows",
      { features: three, labels: indices(0, 1) },
      "fitClassifier: needs one label per row, got 2 labels for 3 rows",
    ],
    [
      "more labels than rows",
      { features: three, labels },
      "fitClassifier: needs one label per row, got 100 labels for 3 rows",
    ],
    [
      "no rows",
      { features: none, labels: indices() },
      "fitClassifier: needs rows and columns, got 0 rows and 2 columns",
    ],
    [
      "no columns",
      { features: matrix(new Float64Array(), 3, 0), labels: indices(0, 1, 2) },
      "fitClassifier: needs rows and columns, got 3 rows and 0 columns",
    ],
    [
      "one class",
      { features: three, labels: { classes: ["a"], indices: new Int32Array(3) } },
      'fitClassifier: needs two classes or more, got only "a"',
    ],
    [
      "no class",
      { features: three, labels: { classes: [], indices: new Int32Array(3) } },
      "fitClassifier: needs two classes or more, got none",
    ],
    [
      "a label that is no class",
      { features: three, labels: indices(0, 3, 1) },
      "fitClassifier: labels must be integers in [0, 3), got 3 at row 1",
    ],
    [
      "a negative label",
      { features: three, labels: indices(0, 1, -1) },
      "fitClassifier: labels must be integers in [0, 3), got -1 at row 2",
    ],
    [
      "names for other columns",
      { features, labels, columns: ["x"] },
      "fitClassifier: needs one name per column, got 1 names for 2 columns",
    ],
    [
      "an image of another size",
      { features, labels, image: { height: 2, width: 2 } },
      "fitClassifier: an image of 2 × 2 has 4 pixels, got 2 columns",
    ],
    [
      "NaN",
      { features: { rows: 3, columns: 1, values: Float32Array.of(1, NaN, 3) }, labels: indices(0, 1, 2) },
      "matrix: values must be finite numbers, got NaN at row 1, column 0",
    ],
    [
      "values that do not fill the rows",
      { features: { rows: 3, columns: 2, values: new Uint8Array(5) }, labels: indices(0, 1, 2) },
      "matrix: 3 rows of 2 columns need 6 values, got 5",
    ],
    [
      "numbers that cannot be standardized",
      { features: matrix(Float64Array.of(1e300, 0, -1e300), 3, 1), labels: indices(0, 1, 2) },
      "fitStandardization: column 0 holds numbers too large to square",
    ],
  ])("%s", async (_name, data, message) => {
    await expect(fit(data)).rejects.toThrow(new InputError(message));
  });
});

test("one row, one column, a class without rows and a batch beyond the rows are no obstacle", async () => {
  const labels: Labels = { classes: ["a", "b", "c"], indices: Int32Array.of(1) };
  const model = await fit({ features: matrix(Uint8Array.of(7), 1, 1), labels }, { batch: 1000 });
  const [a, b, c] = model.predict(matrix(Uint8Array.of(7), 1, 1)).values;
  expect(b).toBeGreaterThan(0.9);
  expect(a + b + c).toBeCloseTo(1, 15);
});
