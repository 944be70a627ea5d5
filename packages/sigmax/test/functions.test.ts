import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { activations } from "@sigmax/core/functions";
import { parseHTML } from "linkedom/worker";
import { chromium } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { AtlasMeasured } from "../src/report/atlas-data.ts";
import { atlasMeasured } from "../src/report/atlas-measured.ts";
import { measuredWords } from "../src/report/atlas-words.ts";
import { renderAtlas } from "../src/report/atlas.ts";
import { elements, plain, textsOf } from "./page.ts";
import { inFolder, refusal, run, sigmax, sigmaxJson } from "./run.ts";

const executable = "/usr/bin/chromium"; // Debian's package chromium
/** Where Debian's package dataset-fashion-mnist puts it. */
const data = process.env.FASHION_MNIST ?? "/usr/share/datasets/fashion-mnist";
const names = activations.map(({ name }) => name);

describe("sigmax functions", () => {
  test.concurrent("lists all activations with range, derivative, formula and one line of facts", async () => {
    await inFolder(async (folder) => {
      const { code, stdout } = await sigmax(["functions"], { folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^sigmoid +\(0, 1\) +\(0, ¼\] +σ\(x\) = 1 \/ \(1 \+ e\^−x\)\n {4}Turns log-odds /m,
      );
      const listed = stdout.split("\n").flatMap((line) => /^([a-z-]+) {2,}[[({]/.exec(line)?.[1] ?? []);
      expect(listed).toEqual(names);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(105);
    });
  });

  test.concurrent("draws one with its derivative, and says its kinks, strengths, weaknesses and source", async () => {
    await inFolder(async (folder) => {
      const { code, stdout } = await sigmax(["functions", "relu"], { folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^ {2}relu\(x\) = max\(x, 0\)\n {2}relu′\(x\) = 1 for x > 0, else 0$/m);
      expect(stdout).toMatch(
        /^ {2}kinks +At 0 the value is 0; the derivative jumps from 0 to 1 and is taken to be 0\.$/m,
      );
      expect(stdout).toMatch(/^ {2}from +Nair & Hinton, ICML 2010/m);
      expect(stdout).toMatch(/^ {2}\+ As cheap/m);
      expect(stdout).toMatch(/^ {2}− A unit that is closed/m);
      // The value is solid at 0 up to the middle, and at 4 on the right; the derivative dashed at 1 from the middle on.
      expect(stdout).toMatch(/^ {2}0 ┤⠤{32}/m);
      expect(stdout).toMatch(/^ {2}1 ┤ {32}│⠤⠤ ⠤⠤ /m);
      expect(stdout).toMatch(/^ {2}4 ┤ {32}│ +\S\S$/m);
    });
  });

  test.concurrent("says how a hidden layer takes it, with one slope for all units too", async () => {
    await inFolder(async (folder) => {
      const { stdout } = await sigmax(["functions", "prelu"], { folder });
      expect(stdout).toMatch(
        /^ {2}in layers +--hidden 256:prelu \(a slope for each unit\) or 256:prelu-layer \(one for all\)$/m,
      );
    });
  });

  test.concurrent("gives the list and one function as JSON, with points to draw", async () => {
    await inFolder(async (folder) => {
      const list = await sigmaxJson<{ functions: { name: string }[] }>(["functions"], { folder });
      expect(list.functions.map(({ name }) => name)).toEqual(names);
      const one = await sigmaxJson<{ function: { points: object[] } }>(["functions", "prelu"], { folder });
      expect(one).toMatchObject({
        function: { name: "prelu", parameter: { symbol: "a", start: 0.25 }, derivativeRange: "{0.25, 1}" },
        atlas: null,
      });
      expect(one.function.points).toContainEqual({ x: -2, value: -0.5, derivative: 0.25 });
      expect(one.function.points).toHaveLength(65);
    });
  });

  test.concurrent("--out writes the atlas, of all or of one", async () => {
    await inFolder(async (folder) => {
      expect(await sigmax(["functions", "--out", "atlas.html"], { folder })).toMatchObject({
        code: 0,
        stdout: "Atlas  atlas.html\n",
      });
      const page = await readFile(join(folder, "atlas.html"), "utf8");
      expect(textsOf("h1", page)).toEqual(["Atlas of activation functions"]);
      expect(await sigmaxJson(["functions", "elu", "--out", "elu.html"], { folder })).toMatchObject({
        atlas: "elu.html",
      });
      expect(textsOf("h2", await readFile(join(folder, "elu.html"), "utf8"))).toEqual(["ELU"]);
    });
  });

  test.concurrent.each([
    [["eluu"], 'functions: there is no function "eluu"; did you mean "elu"?'],
    [["Leaky-Relu"], 'functions: there is no function "Leaky-Relu"; did you mean "leaky-relu"?'],
    [["SiLU"], 'functions: there is no function "SiLU"; did you mean "swish"?'],
    [["cosine"], `functions: there is no function "cosine"; expected one of ${names.join(", ")}, attention`],
    [["elu", "relu"], "expected 1 argument, got one more: relu"],
    [["--out", "no/atlas.html"], "no/atlas.html: cannot be written: there is no folder no"],
    [["eluu", "--out", "atlas.html"], 'functions: there is no function "eluu"; did you mean "elu"?'],
  ])("sigmax functions %j is refused in one sentence", async (args, sentence) => {
    await inFolder(async (folder) => {
      expect(await refusal(["functions", ...args], { folder })).toBe(sentence);
      expect(await refusal(["functions", ...args, "--json"], { folder })).toBe(sentence);
    });
  });

  test.concurrent("--help ends well and gives an example", async () => {
    await inFolder(async (folder) => {
      const { code, stdout } = await sigmax(["functions", "--help"], { folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Example: sigmax functions elu$/m);
    });
  });
});

const measured: AtlasMeasured = {
  source: "fashion-mnist",
  trainRows: 60_000,
  testRows: 10_000,
  classes: 10,
  layers: 20,
  units: 64,
  recipe: "SGD, learning rate 0.01",
  epochs: 3,
  seeds: [1, 2, 3],
  version: "0",
  activations: [
    {
      name: "sigmoid",
      initialization: "glorot",
      learningRate: 0.1,
      gradientNorms: {
        start: [1e-14, ...Array<number>(18).fill(1e-6), 0.5],
        end: Array<number>(20).fill(0.1),
      },
      deadShares: [0, 0, 0, 0],
      losses: [2.31, 2.305, 2.304],
      accuracy: 0.1,
      accuracyRange: [0.1, 0.1],
    },
    {
      name: "relu",
      initialization: "he",
      learningRate: 0.01,
      gradientNorms: { start: Array<number>(20).fill(0.25), end: Array<number>(20).fill(0.1) },
      deadShares: [0, 0.01, 0.02, 0.125],
      losses: [0.9, 0.5, Number.NaN],
      accuracy: 0.85,
      accuracyRange: [0.831, 0.862],
    },
  ],
};

describe("the atlas", () => {
  test("has a section for each function with formula, graph, facts, strengths and weaknesses, and runs nothing", () => {
    const page = renderAtlas(activations, null);
    const { document } = parseHTML(page);
    for (const { name, title, strengths, weaknesses, source } of activations) {
      expect(elements(document, `#${name} math`)).toHaveLength(2);
      expect(elements(document, `#${name} svg`).map((svg) => svg.getAttribute("aria-label"))[0]).toContain(
        title,
      );
      const said = elements(document, `#${name}`).map(plain).join();
      for (const text of [...strengths, ...weaknesses, source]) expect(said).toContain(text);
      expect(elements(document, `a[href="#${name}"]`)).toHaveLength(1);
    }
    expect(elements(document, "script")).toEqual([]);
    expect(page).toContain("default-src 'none'");
    expect(textsOf("h3", page)).not.toContain("Measured");
  });

  test("shows what was measured where it was: in a table, best first, and at the function in words and figures", () => {
    const page = renderAtlas(activations, measured);
    expect(textsOf("#measured tbody tr", page)).toEqual([
      "ReLU 85.0 % 83.1 – 86.2 % diverged 12.5 % 1.000 he 0.01",
      "Sigmoid 10.0 % 10.0 – 10.0 % 2.304 0 % 2.0 × 10⁻¹⁴ glorot 0.1",
    ]);
    expect(textsOf("#measured p", page)[0]).toMatch(
      /^A plain network of 20 hidden layers of 64 units, without normalization or shortcuts, was trained on 60,000 rows of fashion-mnist for 3 epochs \(SGD, learning rate 0\.01\)/,
    );
    expect(textsOf("#sigmoid p", page)[1]).toBe(
      "In 20 layers, after 3 epochs at learning rate 0.1, 10.0 % of the test rows are right. It has not begun to learn: the training loss, 2.304, is that of guessing. Before the first step hardly any gradient reaches the first layer: its norm there is 1.0 × 10⁻¹⁴, in the last hidden layer 0.500. No unit is dead at the start or at the end.",
    );
    expect(textsOf("#relu p", page)[1]).toMatch(
      /^In 20 layers, after 3 epochs at learning rate 0\.01, 85\.0 % of the test rows are right \(83\.1 – 86\.2 % by seed\)\. The loss diverges\. .* the gradient reaches all layers: .* At the start 0 % of the units are dead, at the end 12\.5 %\.$/,
    );
    const { document } = parseHTML(page);
    expect(elements(document, "#relu svg")).toHaveLength(4);
    expect(elements(document, "#sigmoid svg")).toHaveLength(3); // no picture of no dead unit
    expect(elements(document, "#tanh svg")).toHaveLength(1);
  });

  test("says in words how soon a function learns", () => {
    const [sigmoid] = measured.activations;
    const said = (losses: readonly number[]): string => measuredWords({ ...sigmoid, losses }, measured)[1];
    expect(said([2, 1.5, 1.2])).toBe("The training loss, 1.200 at the end, never falls below 1.");
    expect(said([1.4, 0.9, 0.6])).toBe("The training loss is below 1 from epoch 2 on, and 0.600 at the end.");
    expect(said([0.9, 1.1, 0.6])).toBe("The training loss is below 1 from epoch 3 on, and 0.600 at the end.");
    expect(said([1.4, 0.9, 1.2])).toBe("The training loss, 1.200 at the end, does not stay below 1.");
  });

  test("says in words whether units died or opened again", () => {
    const [, relu] = measured.activations;
    const said = (deadShares: readonly number[]): string =>
      measuredWords({ ...relu, deadShares }, measured)[3].replaceAll(/\s/g, " ");
    expect(said([0.1, 0.2])).toBe("At the start 10.0 % of the units are dead, at the end 20.0 %.");
    expect(said([0.1, 0.05])).toBe(
      "At the start 10.0 % of the units are dead, at the end 5.0 %: some opened again.",
    );
  });

  test("what ships was measured of every function that a hidden layer can have", () => {
    const shipped = atlasMeasured?.activations ?? [];
    expect(shipped.map(({ name }) => name)).toEqual(names);
    for (const { gradientNorms, deadShares, losses, accuracy, accuracyRange } of shipped) {
      expect(gradientNorms.start).toHaveLength(20);
      expect(gradientNorms.end).toHaveLength(20);
      expect(deadShares).toHaveLength(losses.length + 1);
      expect(accuracyRange[0]).toBeLessThanOrEqual(accuracy);
      expect(accuracyRange[1]).toBeGreaterThanOrEqual(accuracy);
    }
  });

  test.skipIf(!existsSync(data))("its first figures come out again, digit for digit", async () => {
    const script = fileURLToPath(new URL("../../../scripts/measure-activations.mjs", import.meta.url));
    await inFolder(async (folder) => {
      const { code, stdout } = await run(process.execPath, [script, "--check", "relu,swish"], { folder });
      expect(stdout).toBe("the figures of relu,swish are those of the file\n");
      expect(code).toBe(0);
    });
  });

  describe.runIf(existsSync(executable))("in a browser", () => {
    test(
      "fits a phone and a desk, light and dark, and complains of nothing",
      { timeout: 60_000 },
      async () => {
        await inFolder(async (folder) => {
          await mkdir(join(folder, "page"));
          const path = join(folder, "page", "atlas.html");
          await writeFile(path, renderAtlas(activations, measured));
          const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
          try {
            for (const width of [320, 390, 1100])
              for (const colorScheme of ["light", "dark"] as const) {
                const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
                const complaints: string[] = [];
                page.on("console", (message) => complaints.push(message.text()));
                page.on("pageerror", (error) => complaints.push(error.message));
                await page.goto(`file://${path}`);
                const wide = await page.evaluate("document.documentElement.scrollWidth");
                expect(wide).toBeLessThanOrEqual(width);
                expect(complaints).toEqual([]);
                await page.close();
              }
          } finally {
            await browser.close();
          }
        });
      },
    );
  });
});
