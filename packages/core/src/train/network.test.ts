import { describe, expect, test } from "vitest";
import { InputError } from "../errors/index.ts";
import { createGenerator } from "../random/index.ts";
import { fitClassifier, type Checkpoint, type FitOptions, type TrainingData } from "./index.ts";

/** Two classes that no line divides: one in each pair of opposite quadrants. */
function quadrants(rows: number, seed = 1): TrainingData & { features: { values: Float64Array } } {
  const generator = createGenerator(seed);
  const values = Float64Array.from({ length: 2 * rows }, () => generator.normal());
  return {
    features: { rows, columns: 2, values },
    labels: {
      classes: ["same", "other"],
      indices: Int32Array.from({ length: rows }, (_, i) => Number(values[2 * i] * values[2 * i + 1] < 0)),
    },
  };
}

/** Three rings around the origin. */
function rings(rows: number): TrainingData {
  const generator = createGenerator(3);
  const values = Float64Array.from({ length: 2 * rows }, () => generator.normal());
  return {
    features: { rows, columns: 2, values },
    labels: {
      classes: ["inner", "middle", "outer"],
      indices: Int32Array.from({ length: rows }, (_, i) => {
        const square = values[2 * i] ** 2 + values[2 * i + 1] ** 2;
        return square < 0.8 ? 0 : square < 2.2 ? 1 : 2;
      }),
    },
  };
}

const accuracyOf = ({ training }: Awaited<ReturnType<typeof fitClassifier>>): number =>
  training.history.at(-1)?.accuracy ?? 0;

const refusal = async (options: FitOptions, data: TrainingData = quadrants(60)): Promise<string> => {
  try {
    await fitClassifier(data, options);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
};

describe("hidden layers", () => {
  test("learn what no linear model can, with the options they have by themselves", async () => {
    const data = quadrants(400);
    const linear = await fitClassifier(data, { solver: "sgd" });
    const network = await fitClassifier(data, { hidden: "16:relu" });
    expect(accuracyOf(linear)).toBeLessThan(0.7);
    expect(accuracyOf(network)).toBeGreaterThan(0.95);
    expect(network.training.status).toBe("completed");
    expect(network.training.options).toMatchObject({
      solver: "adam",
      hidden: "16:relu",
      learningRate: 0.002,
      l2: 1,
    });
    expect(network.body?.layers.map(({ kind }) => kind)).toEqual(["dense", "activation"]);
    expect(network.body?.parameters).toHaveLength(2 * 16 + 16);
    expect(network.layers[0].weights).toHaveLength(16);
  });

  test.each([
    "sigmoid",
    "tanh",
    "relu",
    "leaky-relu",
    "prelu",
    "prelu-layer",
    "elu",
    "softplus",
    "swish",
    "swish-learned",
    "gelu",
    "maxout",
    "maxout3",
    "sparsemax",
    "softmax",
  ])("of %s learn rings", async (activation) => {
    const model = await fitClassifier(rings(300), {
      hidden: `24:${activation}`,
      epochs: 150,
      learningRate: 0.02,
      l2: 0,
    });
    expect(accuracyOf(model)).toBeGreaterThan(0.85);
  });

  test("of identity are a linear model", async () => {
    expect(
      accuracyOf(await fitClassifier(quadrants(300), { hidden: "8:identity", epochs: 20 })),
    ).toBeLessThan(0.7);
  });

  test.each([
    { solver: "sgd", momentum: 0.9, nesterov: true, learningRate: 0.05 },
    { solver: "sgd", clipNorm: 1 },
    { solver: "adamw", weightDecay: 0.1, learningRate: 0.01 },
    { solver: "adam", labelSmoothing: 0.05, learningRate: 0.01 },
    { dropout: 0.1, learningRate: 0.01 },
    { layerNorm: true, learningRate: 0.01 },
    { residual: true, learningRate: 0.01 },
  ] satisfies FitOptions[])("learn with %j", async (options) => {
    const model = await fitClassifier(quadrants(300), { hidden: "16:relu,16:relu", epochs: 60, ...options });
    expect(accuracyOf(model)).toBeGreaterThan(0.9);
    expect(model.training.options).toMatchObject(options);
  });
});

describe("a fit of a network", () => {
  const options: FitOptions = {
    hidden: "8:prelu,8:relu",
    dropout: 0.2,
    layerNorm: true,
    epochs: 6,
    batch: 16,
    seed: 5,
  };

  test("is the same for the same seed, and another for another", async () => {
    const [a, b, c] = await Promise.all(
      [options, options, { ...options, seed: 6 }].map((each) => fitClassifier(quadrants(100), each)),
    );
    expect(b.body?.parameters).toEqual(a.body?.parameters);
    expect(b.layers).toEqual(a.layers);
    expect(b.training).toEqual(a.training);
    expect(c.layers).not.toEqual(a.layers);
  });

  test.each([
    options,
    { ...options, solver: "sgd", momentum: 0.9 },
    { ...options, solver: "adamw", patience: 2, epochs: 12, learningRate: 0.05 },
  ] satisfies FitOptions[])(
    "goes on from the checkpoint of any epoch with the same bits: %j",
    async (own) => {
      const checkpoints: Checkpoint[] = [];
      const data = quadrants(100);
      const whole = await fitClassifier(data, {
        ...own,
        onCheckpoint: (each) => void checkpoints.push(each),
      });
      expect(checkpoints.length).toBe(whole.training.history.length);
      for (const checkpoint of checkpoints) {
        const resumed = await fitClassifier(data, { ...own, checkpoint });
        expect(resumed.body?.parameters).toEqual(whole.body?.parameters);
        expect(resumed.layers).toEqual(whole.layers);
        expect(resumed.training).toEqual(whole.training);
      }
    },
  );

  test("stops when it is told to, with what it has", async () => {
    const signal = { aborted: false };
    const model = await fitClassifier(quadrants(100), {
      ...options,
      signal,
      onProgress: ({ epoch, share }) => void (signal.aborted = epoch === 3 && share === 1),
    });
    expect(model.training.status).toBe("cancelled");
    expect(model.training.history).toHaveLength(3);
  });

  test("says that it diverged when the rate is too high", async () => {
    const { training } = await fitClassifier(quadrants(100), {
      hidden: "8:relu",
      solver: "sgd",
      learningRate: 1e30,
      epochs: 5,
    });
    expect(training.status).toBe("diverged");
  });

  test("tells its progress with the model as it is, and meters at the end of an epoch", async () => {
    let layers = 0;
    let last: { weights: Float32Array; bias: Float32Array } | null = null;
    let body: Float32Array | undefined;
    const model = await fitClassifier(quadrants(100), {
      ...options,
      onProgress(at) {
        if (at.share === 1) layers = at.layers?.length ?? 0;
        last = at.layer();
        body = at.body()?.parameters;
      },
    });
    expect(layers).toBe(3);
    expect(last).toEqual(model.layers[0]);
    expect(body).toEqual(model.body?.parameters);
  });

  test("weights of rows count as rows do", async () => {
    const data = quadrants(64);
    const once = await fitClassifier(data, { ...options, dropout: 0 });
    const weighted = await fitClassifier(
      { ...data, sampleWeights: new Float64Array(64).fill(1) },
      { ...options, dropout: 0 },
    );
    expect(weighted.layers).toEqual(once.layers);
    const double = await fitClassifier(
      { ...data, sampleWeights: new Float64Array(64).fill(2) },
      { ...options, dropout: 0 },
    );
    expect(double.layers).not.toEqual(once.layers);
  });

  test("class weights move the intercepts back", async () => {
    const raw = await fitClassifier(quadrants(100), {
      ...options,
      classWeights: { same: 5 },
      correctShares: false,
    });
    const corrected = await fitClassifier(quadrants(100), { ...options, classWeights: { same: 5 } });
    expect(corrected.layers[0].weights).toEqual(raw.layers[0].weights);
    expect(corrected.layers[0].bias[0]).toBeCloseTo(raw.layers[0].bias[0] + Math.log(5), 5);
  });
});

describe("linear models by other steps", () => {
  test.each([
    { solver: "adam", learningRate: 0.05 },
    { solver: "adamw", learningRate: 0.05, weightDecay: 0 },
    { solver: "sgd", momentum: 0.9, nesterov: true },
    { solver: "sgd", clipNorm: 10, learningRate: 1 },
  ] satisfies FitOptions[])("%j come near the exact optimum", async (own) => {
    const generator = createGenerator(2);
    const values = Float64Array.from({ length: 600 }, () => generator.normal());
    const data: TrainingData = {
      features: { rows: 200, columns: 3, values },
      labels: {
        classes: ["a", "b"],
        indices: Int32Array.from({ length: 200 }, (_, i) => Number(values[3 * i] + generator.normal() > 0)),
      },
    };
    const l2 = own.solver === "adamw" ? 0 : 1;
    const exact = await fitClassifier(data, { l2, covariance: "none" });
    const near = await fitClassifier(data, { ...own, l2, epochs: 400, batch: 200, schedule: "cosine" });
    expect(near.body).toBeNull();
    near.layers[0].weights.forEach((w, j) => expect(w).toBeCloseTo(exact.layers[0].weights[j], 2));
  });

  test("plain steps through the network's kernels are those of the linear ones, but for rounding", async () => {
    const data = quadrants(120);
    const own = { solver: "sgd", head: "softmax", epochs: 5, momentum: 0.5, batch: 32 } as const;
    const plain = await fitClassifier(data, own);
    const other = await fitClassifier(data, { ...own, clipNorm: 1e9 });
    other.layers[0].weights.forEach((w, j) => expect(w).toBeCloseTo(plain.layers[0].weights[j], 5));
    expect(other.training.history[4].loss).toBeCloseTo(plain.training.history[4].loss, 5);
  });
});

describe("early stopping", () => {
  const options: FitOptions = { hidden: "32:relu", patience: 3, epochs: 200, learningRate: 0.02, seed: 1 };

  test("goes back to the epoch with the lowest loss on validation rows", async () => {
    const model = await fitClassifier(quadrants(150), options);
    const { history, status } = model.training;
    expect(status).toBe("stopped-early");
    const losses = history.map(({ validationLoss = Infinity }) => validationLoss);
    const best = losses.indexOf(Math.min(...losses));
    expect(history.length).toBe(best + 1 + 3);
    const until = await fitClassifier(quadrants(150), { ...options, patience: 200 });
    expect(until.training.history.slice(0, history.length)).toEqual(history);
  });

  test("marks the validation rows in the ledger, where it speaks of these rows", async () => {
    const data = quadrants(150);
    const rowRoles = new Uint8Array(200).fill(4).fill(1, 0, 150);
    const model = await fitClassifier(
      { ...data, ledger: [{ source: "s", sha256: "ab", rowRoles }] },
      options,
    );
    const roles = [...model.ledger[0].rowRoles];
    expect(roles.filter((role) => role === 5)).toHaveLength(15);
    expect(roles.filter((role) => role === 1)).toHaveLength(135);
    expect(roles.slice(150)).toEqual(Array.from({ length: 50 }, () => 4));
    const other = await fitClassifier(
      { ...data, ledger: [{ source: "s", sha256: "ab", rowRoles: rowRoles.slice(1) }] },
      options,
    );
    expect(other.ledger[0].rowRoles.includes(5)).toBe(false);
  });
});

describe("what cannot be is refused in a sentence", () => {
  test.each<[FitOptions, string]>([
    [{ hidden: "8:relu", dropout: 1 }, "fitClassifier: dropout must be a share in [0, 1), got 1"],
    [{ hidden: "8:relu", dropout: Number.NaN }, "fitClassifier: dropout must be a share in [0, 1), got NaN"],
    [
      { dropout: 0.1 },
      "fitClassifier: dropout is an option of hidden layers, and there are none; give hidden, or leave it out",
    ],
    [
      { hidden: "8:relu", solver: "newton" },
      "fitClassifier: hidden is an option of sgd, adam and adamw, not of newton",
    ],
    [{ hidden: "8:silu" }, 'fitClassifier: hidden: there is no activation "silu"; did you mean "swish"?'],
    [
      { hidden: "8:Leaky" },
      'fitClassifier: hidden: there is no activation "Leaky"; did you mean "leaky-relu"?',
    ],
    [
      { hidden: "8:relu", l1Ratio: 0.5 },
      "fitClassifier: hidden is an option of sgd, adam and adamw, l1Ratio one of the exact solvers; give one or the other",
    ],
    [
      { hidden: "8:relu", covariance: "sandwich" },
      "fitClassifier: covariance: a network keeps that of its last layer, by Laplace's approximation, and no sandwich one; take laplace, auto or none",
    ],
    [{ hidden: "8:relu", clipNorm: 0 }, "fitClassifier: clipNorm must be a positive number, got 0"],
    [{ hidden: "8:relu", labelSmoothing: 1 }, "fitClassifier: labelSmoothing must be in [0, 1), got 1"],
    [
      { hidden: "8:relu", patience: 0 },
      "fitClassifier: patience must be a whole number of epochs, 1 or more, got 0",
    ],
    [
      { hidden: "8:relu", validate: 0.2 },
      "fitClassifier: validate holds rows back for patience, which is not given; give both, or neither",
    ],
    [
      { hidden: "8:relu", patience: 3, validate: 1 },
      "fitClassifier: validate must be a share in (0, 1), got 1",
    ],
    [
      { solver: "adam", weightDecay: 0.1 },
      "fitClassifier: weightDecay is an option of adamw, not of adam; l2 is the penalty there",
    ],
    [
      { solver: "adam", momentum: 0.9 },
      "fitClassifier: momentum is an option of sgd, not of adam, which has its own",
    ],
    [
      { hidden: "8:relu", nesterov: true },
      "fitClassifier: nesterov is a kind of momentum; it needs solver sgd and a momentum above 0",
    ],
    [
      { hidden: "8:relu,4:relu", residual: true },
      "fitClassifier: residual: a skip connection goes around a hidden layer that is as wide as what goes into it, and 8:relu,4:relu on 2 features has none; make two layers equally wide, or leave it out",
    ],
  ])("%j", async (options, sentence) => {
    expect(await refusal(options)).toBe(sentence);
  });

  test("a network larger than memory, before anything is laid out", async () => {
    expect(await refusal({ hidden: "100000:relu,100000:relu" })).toMatch(
      /^fitClassifier: hidden: the network is larger than memory: it has 100005\d{5} parameters, and to train it takes 149\.\d GiB \(149\.\d for parameters, gradients and adam's memory, .* of at most 4; take narrower layers$/,
    );
  });

  test.each<[FitOptions, string]>([
    [{ hidden: "4:relu,1:softmax" }, "layer 2: a softmax of one unit is always 1"],
    [{ hidden: "1:sparsemax" }, "layer 1: a sparsemax of one unit is always 1"],
    [{ hidden: "1:elu", layerNorm: true }, "layer 1: layer normalization of one unit is always 0"],
  ])("a layer of one unit that is the same for all rows: %j", async (options, why) => {
    expect(await refusal(options)).toBe(
      `fitClassifier: hidden: ${why}, so nothing could be learned; take more units`,
    );
    await expect(
      fitClassifier(quadrants(60), { hidden: "1:tanh,1:softmax", residual: true, epochs: 1 }),
    ).resolves.toBeDefined();
  });

  test("units that are all dead at the start", async () => {
    const data: TrainingData = {
      features: { rows: 3, columns: 1, values: Float64Array.of(1, 2, 3) },
      labels: { classes: ["a", "b"], indices: Int32Array.of(0, 1, 1) },
    };
    const outcomes = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((seed) =>
        fitClassifier(data, { hidden: "1:relu", seed, scaling: 1, epochs: 1 }).then(
          () => "fine",
          (error: Error) => error.message,
        ),
      ),
    );
    expect(outcomes).toContain("fine");
    expect(outcomes).toContain(
      "fitClassifier: hidden: all units of a layer are dead at the start: what comes out of the hidden layers is the same for all of 3 rows, so nothing could be learned; take more units, leaky-relu or elu instead of relu, or another seed",
    );
  });

  test("a checkpoint of another architecture", async () => {
    const checkpoints: Checkpoint[] = [];
    await fitClassifier(quadrants(60), {
      hidden: "8:relu",
      epochs: 1,
      onCheckpoint: (each) => void checkpoints.push(each),
    });
    const [checkpoint] = checkpoints;
    expect(await refusal({ hidden: "9:relu", epochs: 1, checkpoint })).toBe(
      "checkpoint: it is of another run: hidden was 8:relu there and is 9:relu here; use the same, or begin anew with another checkpoint",
    );
    expect(await refusal({ solver: "sgd", epochs: 1, checkpoint })).toContain(
      "it is of another run: hidden was 8:relu there and is none here",
    );
  });

  test("too few rows of a class to hold some back", async () => {
    const data: TrainingData = {
      features: { rows: 5, columns: 1, values: Float64Array.of(1, 2, 3, 4, 5) },
      labels: { classes: ["a", "b"], indices: Int32Array.of(0, 0, 0, 0, 1) },
    };
    expect(await refusal({ hidden: "4:relu", patience: 2 }, data)).toMatch(
      /^fitClassifier: validate: class "b" has 1 row, but 2 parts/,
    );
  });
});
