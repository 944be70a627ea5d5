import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FitComparison } from "@sigmax/core/evaluate";
import type { HeadLaw, HeadPractice } from "@sigmax/core/laboratory";
import { describe, expect, test } from "vitest";
import { inFolder, refusal, sigmax, sigmaxJson } from "./run.ts";

interface Printed extends FitComparison {
  readonly varied: string;
  readonly heads?: { readonly laws: readonly HeadLaw[]; readonly practice: HeadPractice };
  readonly verdicts: readonly string[];
}

describe("sigmax compare --heads", () => {
  test.concurrent("shows the laws to 1e-12, then two heads that differ by the penalty alone", () =>
    inFolder(async (folder) => {
      const args = [
        "compare",
        "breast-cancer",
        "--heads",
        "sigmoid,softmax",
        "--folds",
        "5",
        "--repeats",
        "2",
      ];
      const { heads, fits, verdicts } = await sigmaxJson<Printed>(args, { folder });
      expect(heads?.laws).toHaveLength(10);
      for (const { difference } of heads?.laws ?? []) expect(difference).toBeLessThanOrEqual(1e-12);
      expect(fits.map(({ name }) => name)).toEqual(["sigmoid", "softmax", "softmax, 2λ"]);
      expect(fits[1].byFold).toHaveLength(10);
      expect(Math.abs(fits[1].differences?.logLoss.mean ?? 0)).toBeGreaterThan(1e-3);
      expect(Math.abs(fits[2].differences?.logLoss.mean ?? 1)).toBeLessThan(1e-6);
      expect(verdicts[1]).toMatch(/^softmax, 2λ is the same model as sigmoid/);
    }));

  test.concurrent("says it in words, with a plot, and the same run gives the same text", () =>
    inFolder(async (folder) => {
      const args = [
        "compare",
        "breast-cancer",
        "--heads",
        "sigmoid,softmax",
        "--folds",
        "4",
        "--repeats",
        "1",
      ];
      const [one, two] = [await sigmax(args, { folder }), await sigmax(args, { folder })];
      expect(one).toEqual(two);
      expect(one.code).toBe(0);
      expect(one.stdout).toMatch(
        /^ {2}SGD: softmax with learning rate η is sigmoid with 2η +\d\.\d\s×\s10⁻¹/m,
      );
      expect(one.stdout).toContain("All of them hold to 10⁻¹².");
      expect(one.stdout).toContain("Tails: 1 − σ(z) is 0 from z = 37 on (from 17 in float32)");
      expect(one.stdout).toContain("corrected resampled t, Nadeau & Bengio 2003");
      expect(one.stdout).toMatch(/^ {2}softmax, 2λ +●/m);
      expect(one.stdout).toContain("what tells the heads apart is λ alone");
    }));

  test.concurrent("by minibatches the matched softmax has half the rate, and the page shows every figure", () =>
    inFolder(async (folder) => {
      const args = ["compare", "breast-cancer", "--vary", "head=sigmoid,softmax", "--solver", "sgd"];
      const few = ["--epochs", "5", "--folds", "3", "--repeats", "1", "--report", "page.html"];
      const { fits } = await sigmaxJson<Printed>([...args, ...few], { folder });
      expect(fits[2].name).toBe("softmax, η/2, 2λ");
      expect(Math.abs(fits[2].differences?.logLoss.mean ?? 1)).toBeLessThan(0.005);
      const page = await readFile(join(folder, "page.html"), "utf8");
      expect(page).toContain("What is exactly the same");
      expect(page.match(/<svg role="img"/g)).toHaveLength(4);
      expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    }));

  test.concurrent("the matched softmax is named for what is doubled, and with a body of attention there is none", () =>
    inFolder(async (folder) => {
      const few = ["--epochs", "1", "--folds", "2", "--repeats", "1"];
      const args = ["compare", "breast-cancer", "--heads", "sigmoid,softmax", ...few];
      const { fits } = await sigmaxJson<Printed>([...args, "--solver", "adamw"], { folder });
      expect(fits[2].name).toBe("softmax, η/2, 2ω");
      const { stdout } = await sigmax([...args, "--body", "attention", "--width", "8"], { folder });
      expect(stdout).toContain("With a body of attention the log-odds of the softmax learn twice as fast");
      expect(stdout).not.toContain("η/2, ");
    }));
});

describe("sigmax compare --vary", () => {
  test.concurrent("takes numbers, words and names of ours and of others, for any number of classes", () =>
    inFolder(async (folder) => {
      const few = ["--folds", "3", "--repeats", "1"];
      const penalties = await sigmaxJson<Printed>(["compare", "iris", "--vary", "l2=0.1,1,10", ...few], {
        folder,
      });
      expect(penalties.fits.map(({ name }) => name)).toEqual(["l2 0.1", "l2 1", "l2 10"]);
      expect(penalties.differenceConfidence).toBeCloseTo(0.975, 12);
      expect(penalties.verdicts[1]).toMatch(/^l2 10 is worse than l2 0\.1: its log-loss is higher by 0\.\d+/);
      const solvers = ["compare", "iris", "--vary", "optimizer=newton,lbfgs", ...few];
      const { varied, verdicts } = await sigmaxJson<Printed>(solvers, { folder });
      expect(varied).toBe("solver");
      expect(verdicts).toEqual([
        "lbfgs is the same model as newton: in no fold is the log-loss further apart than 10⁻⁵.",
      ]);
    }));

  test.concurrent("what is not varied stays as the flags say", () =>
    inFolder(async (folder) => {
      const args = ["compare", "iris", "--vary", "learning-rate=0.01,0.1", "--epochs", "3", "--l2", "0"];
      const { fits } = await sigmaxJson<Printed>([...args, "--folds", "3", "--repeats", "1"], { folder });
      expect(fits[1].differences?.logLoss.mean).toBeLessThan(-0.1);
    }));
});

describe("networks", () => {
  const few = ["--epochs", "6", "--folds", "3", "--repeats", "1"];

  test.concurrent("activations are compared in the layers given, or in one of 32 units", () =>
    inFolder(async (folder) => {
      const args = ["compare", "iris", ...few];
      const usual = await sigmaxJson<Printed>([...args, "--vary", "activation=relu,elu"], { folder });
      const { stdout } = await sigmax([...args, "--vary", "activation=relu,elu"], { folder });
      expect(stdout).toMatch(/^Each activation in one hidden layer of 32 units\.\nCompared on 150 rows/);
      const hidden = await sigmaxJson<Printed>([...args, "--vary", "hidden=32:relu,32:elu"], { folder });
      expect(usual.fits.map(({ name }) => name)).toEqual(["relu", "elu"]);
      expect(hidden.fits.map(({ name }) => name)).toEqual(["hidden 32:relu", "hidden 32:elu"]);
      expect(usual.fits.map(({ byFold }) => byFold)).toEqual(hidden.fits.map(({ byFold }) => byFold));
      const layers = ["--hidden", "8:tanh,4:tanh"];
      const given = await sigmaxJson<Printed>([...args, "--vary", "activation=relu,elu", ...layers], {
        folder,
      });
      const deep = ["--vary", "hidden=8:relu+4:relu,8:elu+4:elu"];
      const written = await sigmaxJson<Printed>([...args, ...deep], { folder });
      expect(given.fits.map(({ byFold }) => byFold)).toEqual(written.fits.map(({ byFold }) => byFold));
    }));

  test.concurrent("none is the linear model, and heads on hidden layers have no rate that makes them one", () =>
    inFolder(async (folder) => {
      const none = ["compare", "breast-cancer", "--vary", "hidden=none,4:relu", ...few];
      const { fits, verdicts } = await sigmaxJson<Printed>(none, { folder });
      expect(verdicts[1]).toBe(
        "The network does not earn its keep here: take the linear model, which has a weight for each column to read.",
      );
      const linear = ["compare", "breast-cancer", "--vary", "l2=1,2", ...few];
      const expected = await sigmaxJson<Printed>(linear, { folder });
      expect(fits[0].byFold).toEqual(expected.fits[0].byFold);
      const heads = ["compare", "breast-cancer", "--heads", "sigmoid,softmax", "--hidden", "4:relu", ...few];
      const found = await sigmaxJson<Printed>(heads, { folder });
      expect(found.fits).toHaveLength(2);
      expect(found.verdicts[1]).toContain("no one rate for all makes the heads the same");
    }));

  test.concurrent("a body of attention is held against none, which has no use for its options", () =>
    inFolder(async (folder) => {
      const args = [
        "compare",
        "breast-cancer",
        "--vary",
        "body=none,attention",
        "--width",
        "8",
        "--depth",
        "1",
      ];
      const { fits, verdicts } = await sigmaxJson<Printed>([...args, ...few], { folder });
      expect(fits.map(({ name }) => name)).toEqual(["body none", "attention"]);
      expect(verdicts[1]).toContain("The network does not earn its keep here: take the linear model");
    }));

  test.concurrent("a network earns its keep where the linear model is surely worse", () =>
    inFolder(async (folder) => {
      const rows = Array.from({ length: 200 }, (_, i) => [((i * 7) % 20) - 9.5, ((i * 11) % 18) - 8.5]);
      const lines = rows.map(([a, b]) => `${a},${b},${a * b > 0 ? "same" : "opposite"}\n`);
      await writeFile(join(folder, "signs.csv"), `a,b,signs\n${lines.join("")}`);
      const args = ["compare", "signs.csv", "--target", "signs", "--vary", "hidden=none,8:relu"];
      const run = ["--epochs", "60", "--learning-rate", "0.02", "--folds", "3", "--repeats", "1"];
      const { verdicts } = await sigmaxJson<Printed>([...args, ...run], { folder });
      expect(verdicts[1]).toBe(
        "The network earns its keep here, at the price that no weight belongs to a column any more.",
      );
    }));

  test.concurrent("Adam's softmax with half the rate is the sigmoid but for its start", () =>
    inFolder(async (folder) => {
      const args = ["compare", "breast-cancer", "--heads", "sigmoid,softmax", "--solver", "adam"];
      const run = ["--epochs", "30", "--folds", "3", "--repeats", "1"];
      const { fits } = await sigmaxJson<Printed>([...args, ...run], { folder });
      const [softmax, matched] = fits.slice(1).map((fit) => Math.abs(fit.differences?.logLoss.mean ?? 1));
      expect(softmax).toBeGreaterThan(0.02);
      expect(matched).toBeLessThan(0.005);
    }));
});

describe("is refused in one sentence", () => {
  test.concurrent.each([
    [[], "expected --heads sigmoid,softmax or --vary option=a,b: what is to be compared"],
    [
      ["--heads", "sigmoid,softmax"],
      "--heads: one sigmoid output or two softmax outputs is a question for two classes, iris has 3",
    ],
    [["--heads", "sigmoid,softmac"], "--heads: expected sigmoid and softmax, got softmac"],
    [
      ["--heads", "sigmoid"],
      "--heads: expected two or more different names with commas between, got sigmoid",
    ],
    [
      ["--heads", "sigmoid,softmax", "--vary", "l2=1,2"],
      "--heads and --vary: expected one of the two, got both",
    ],
    [
      ["--heads", "sigmoid,softmax", "--head", "softmax"],
      "--heads and --head: expected one of the two, got both",
    ],
    [["--vary", "l2=1,2", "--l2", "5"], "--vary l2 and --l2: expected one of the two, got both"],
    [
      ["--vary", "momentom=0,0.9"],
      '--vary: train has no option "momentom" to compare fits by; did you mean "momentum"?',
    ],
    [
      ["--vary", "solver=sgd"],
      "--vary: expected two values or more with commas between (solver=a,b), got solver=sgd",
    ],
    [["--vary", "l2"], "--vary: expected two values or more with commas between (l2=a,b), got l2"],
    [["--vary", "l2=1,2,1"], "--vary: l2 has the value 1 twice"],
    [
      ["--vary", "solver=newton,lbgfs"],
      '--vary solver=lbgfs: expected auto, sgd, adam, adamw, newton, lbfgs, got lbgfs; did you mean "lbfgs"?',
    ],
    [
      ["--vary", "activation=relu,ellu"],
      '--vary activation=ellu: there is no activation "ellu"; did you mean "elu"?',
    ],
    [["--vary", "dropout=0,1"], "--vary dropout=1: expected a share from 0 to below 1, got 1"],
    [["--vary", "l2=1,-1"], "--vary l2=-1: expected 0, a positive number or auto, got -1"],
    [
      ["--vary", "hidden=none,0:relu"],
      '--vary hidden=0:relu: layer 1 must have a whole number of units from 1 to 16777216, got "0:relu"',
    ],
    [
      ["--vary", "solver=adam,lbfgs", "--epochs", "2"],
      "--vary solver=lbfgs: --epochs is an option of sgd, adam and adamw, not of lbfgs",
    ],
    [["--vary", "l2=1,2", "--folds", "1"], "--folds: expected a whole number, 2 or more, got 1"],
    [
      ["--vary", "l2=1,2", "--folds", "60"],
      '--folds: class "setosa" has 50 training rows, too few for 60 folds; take fewer, or leave the class out',
    ],
    [
      ["--vary", "learning-rate=0.1,1e30", "--epochs", "3"],
      "--vary learning-rate=1e30: without fold 1 the loss stopped being a number; take a lower learning rate",
    ],
  ])("iris %j", async (args, sentence) => {
    await inFolder(async (folder) => {
      expect(await refusal(["compare", "iris", ...args], { folder })).toBe(sentence);
    });
  });

  test.concurrent("an option without a place in the list names those that have one", () =>
    inFolder(async (folder) => {
      expect(await refusal(["compare", "iris", "--vary", "colour=red,blue"], { folder })).toMatch(
        /^--vary: train has no option "colour" to compare fits by; it has .*solver, .*learning-rate/,
      );
    }));

  test.concurrent("one class, and too few rows", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "one.csv"), "x,y\n1,a\n2,a\n");
      expect(await refusal(["compare", "one.csv", "--target", "y", "--vary", "l2=1,2"], { folder })).toBe(
        'one.csv: expected rows of two classes or more, all are of "a"',
      );
      await writeFile(join(folder, "few.csv"), "x,y\n1,a\n2,b\n3,a\n4,b\n");
      expect(
        await refusal(["compare", "few.csv", "--target", "y", "--heads", "sigmoid,softmax"], { folder }),
      ).toBe(
        '--folds: class "a" has 2 training rows, too few for 10 folds; take fewer, or leave the class out',
      );
    }));
});
