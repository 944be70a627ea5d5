import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, removeFolder, sigmax, sigmaxJson, temporaryFolder } from "./run.ts";

interface Trained {
  readonly status: string;
  readonly warnings: readonly string[];
  readonly logLoss: number;
  readonly options: Readonly<Record<string, unknown>>;
  readonly history: readonly {
    readonly epoch: number;
    readonly loss: number;
    readonly validationLoss?: number;
    readonly layers?: readonly {
      readonly name: string;
      readonly gradientNorm: number;
      readonly dead: number | null;
    }[];
  }[];
}

/** A folder with a network on the digits, its report, and what training said. */
let folder: string;
let trained: Trained;

beforeAll(async () => {
  folder = await temporaryFolder();
  const options = ["--epochs", "15", "--learning-rate", "0.005", "--patience", "4"];
  trained = await sigmaxJson<Trained>(
    ["train", "digits", "--hidden", "24:prelu,16:relu", "--split", "0.7/0.1/0.1/0.1", ...options],
    { folder },
  );
}, 60_000);
afterAll(() => removeFolder(folder));

test("a network trains with its options, and tells of each layer at each epoch", () => {
  expect(trained.options).toMatchObject({
    solver: "adam",
    hidden: "24:prelu,16:relu",
    schedule: "cosine",
    patience: 4,
  });
  const { layers = [], validationLoss } = trained.history[0];
  expect(layers.map(({ name }) => name)).toEqual(["24:prelu", "16:relu", "output"]);
  expect(layers.map(({ dead }) => dead === null)).toEqual([true, false, true]);
  expect(validationLoss).toBeGreaterThan(0);
});

test("the report shows the layers and leaves out what belongs to columns", () => {
  const html = readFileSync(join(folder, "digits.html"), "utf8");
  expect(html).toContain('<section id="network"');
  expect(html).toContain("Learned shape");
  expect(html).not.toContain('<section id="weights"');
  expect(html).not.toContain('<section id="reasons"');
});

test("inspect shows layers, parameters, bytes, learned slopes and validation rows", async () => {
  const { stdout } = await sigmax(["inspect", "digits.sigmax"], { folder });
  expect(stdout).toContain("layer 0      dense, 64 → 24: 64 · 24 + 24 = 1,560 parameters, 6,240 bytes");
  expect(stdout).toContain("layer 1      prelu, 24: 24 parameters, 96 bytes");
  expect(stdout).toContain("layer 3      relu, 16");
  expect(stdout).toContain("layer 4      linear, 16 → 10: 16 · 10 + 10 = 170 parameters, 680 bytes");
  expect(stdout).toMatch(/learned {6}prelu, 24 slopes: mean [\d.]+, from -?[\d.]+ to [\d.]+/);
  expect(stdout).toMatch(/[\d,]+ train, \d+ calibrate, \d+ guarantee, \d+ test, \d+ validate/);
});

test("where validation rows chose the epoch, all that is told of the end is told of that one", async () => {
  const args = ["train", "breast-cancer", "--hidden", "16:prelu", "--patience", "3", "--epochs", "60"];
  const { history, logLoss } = await sigmaxJson<Trained>([...args, "--out", "kept.sigmax"], { folder });
  const losses = history.map(({ validationLoss = Infinity }) => validationLoss);
  const kept = history[losses.indexOf(Math.min(...losses))];
  expect(kept.epoch).toBeLessThan(history.length);
  const html = readFileSync(join(folder, "kept.html"), "utf8").replaceAll(/\s+/g, " ");
  expect(html).toContain(
    `In epoch ${kept.epoch}, whose weights the model has, the loss was ${kept.loss.toFixed(3)} on training rows and ${logLoss.toFixed(3)} on test rows.`,
  );
  expect(html).toContain("410 rows; 45 more chose the epoch");
  const { stdout } = await sigmax(["inspect", "kept.sigmax"], { folder });
  expect(stdout).toContain(`weights of epoch ${kept.epoch}: loss ${kept.loss.toFixed(4)}, accuracy`);
  const [, mean, least, most] = /slopes: mean ([\d.]+), from (\S+) to (\S+)/.exec(stdout)!;
  const [, ...shown] = /([\d.]+) \((−?[\d.]+) to ([\d.]+)\) ?<\/td>/.exec(html)!;
  expect(shown.map((text) => Number(text.replace("−", "-")))).toEqual([mean, least, most].map(Number));
});

test("evaluate, calibrate and predict take a network", async () => {
  const rows = async (...args: string[]): Promise<number> =>
    (await sigmaxJson<{ rows: number }>(["evaluate", "digits.sigmax", "digits", ...args], { folder })).rows;
  expect(await rows()).toBeGreaterThan(100);
  expect(await rows("--rows", "validate")).toBeGreaterThan(100);
  const calibrate = ["calibrate", "digits.sigmax", "digits", "--coverage", "0.9", "--out", "c.sigmax"];
  expect(await sigmax([...calibrate, "--report", "c.html"], { folder })).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect(readFileSync(join(folder, "c.html"), "utf8")).toContain('<section id="network"');
  const predict = ["predict", "c.sigmax", "digits", "--out", "p.csv"];
  expect(await sigmax(predict, { folder })).toMatchObject({ code: 0, stderr: "" });
});

test("a row of a network is shown with its intervals, their weakness, and no share of a column", async () => {
  const { code, stdout } = await sigmax(["predict", "digits.sigmax", "digits", "--explain", "0"], { folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}0 +\d+\.\d % {2}\d+\.\d % to \d+\.\d %$/m);
  expect(stdout).toContain("What each column added is not told");
  expect(stdout).toContain("they are too narrow.");
});

test("layers that repeat are counted; where gradients vanish nothing else is blamed", async () => {
  const hidden = Array.from({ length: 20 }, () => "16:sigmoid").join(",");
  const args = ["train", "iris", "--hidden", hidden, "--epochs", "30", "--report", "none"];
  const { stdout } = await sigmax(args, { folder });
  expect(stdout).toContain("iris: network of 20 × 16:sigmoid, then softmax regression");
  expect(stdout).toContain("Warning: gradients vanish on their way back");
  expect(stdout).not.toContain("learning rate may be too high");
});

test("of many layers the report draws six, each with a line of its own, and numbers them all", async () => {
  const hidden = Array.from({ length: 12 }, () => "8:elu").join(",");
  await sigmax(["train", "iris", "--hidden", hidden, "--epochs", "2", "--out", "deep.sigmax"], { folder });
  const html = readFileSync(join(folder, "deep.html"), "utf8");
  expect(html).toContain("12 × 8:elu");
  expect(html).toContain('<th scope="row">13\u00a0output</th>');
  const strokes = html.match(/stroke:var\(--\w+\);stroke-width:2;stroke-dasharray:[\w ]+/g) ?? [];
  expect(strokes).toHaveLength(6);
  expect(new Set(strokes).size).toBe(6);
});

test("an option of hidden layers without any is refused as a command line writes it", async () => {
  expect(await refusal(["train", "iris", "--dropout", "0.5"], { folder })).toBe(
    "--dropout is an option of hidden layers, and there are none; give --hidden, or leave it out",
  );
});

describe("a network is refused", () => {
  test("that is larger than memory, with its size, before it starts", async () => {
    expect(await refusal(["train", "iris", "--hidden", "60000:relu,60000:relu"], { folder })).toMatch(
      /^--hidden: the network is larger than memory: it has 3600\d+ parameters, and to train it takes 53\.\d GiB/,
    );
  });

  test("that diverges", async () => {
    const args = ["train", "iris", "--hidden", "8:relu", "--solver", "sgd", "--epochs", "5"];
    expect(await refusal([...args, "--learning-rate", "1e20"], { folder })).toMatch(
      /^the loss stopped being a number in epoch 1, so nothing was written: the learning rate .* is too high, try --learning-rate 0.1$/,
    );
    const adam = ["train", "iris", "--hidden", "8:relu", "--epochs", "5", "--learning-rate", "1e30"];
    expect(await refusal(adam, { folder })).toMatch(/ is too high, try --learning-rate 0\.002$/);
  });

  test("intervals of one that keeps no covariance", async () => {
    const bare = ["train", "iris", "--hidden", "4:relu", "--epochs", "2", "--covariance", "none"];
    await sigmaxJson([...bare, "--report", "none", "--out", "bare.sigmax"], { folder });
    expect(await refusal(["predict", "bare.sigmax", "iris", "--intervals"], { folder })).toBe(
      "--intervals: bare.sigmax keeps no covariance of its coefficients; train it without --covariance none, and it has that of its last layer",
    );
  });
});

test("a batch of more rows than there are takes all, and says so; rows that validate are not there", async () => {
  const args = ["train", "iris", "--hidden", "8:relu", "--epochs", "5", "--report", "none"];
  const { warnings } = await sigmaxJson<Trained>([...args, "--batch", "500"], { folder });
  const validated = await sigmaxJson<Trained>([...args, "--batch", "110", "--patience", "2"], { folder });
  expect(validated.warnings).toContain(
    "a batch of 110 rows is more than the 108 training rows that validation leaves, so every step took all of them",
  );
  expect(warnings).toContain(
    "a batch of 500 rows is more than the 120 training rows, so every step took all of them",
  );
});
