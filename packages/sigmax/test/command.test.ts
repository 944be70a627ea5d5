import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bin, contentsOf, inFolder, oneSentence, pictures, run, sigmax, sigmaxJson } from "./run.ts";

/** Gives a command a terminal; part of util-linux. */
const hasScript = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

const shared = [
  "rows",
  "classes",
  "accuracy",
  "logLoss",
  "brier",
  "ece",
  "intervals",
  "perClass",
  "confusion",
];

/** The fields that `train` and `evaluate` promise for their JSON, each with its type. */
const promisedFields = {
  rows: expect.any(Number),
  evaluatedOn: expect.any(String),
  classes: expect.arrayContaining([expect.any(String)]),
  accuracy: expect.any(Number),
  logLoss: expect.any(Number),
  brier: expect.any(Number),
  ece: expect.any(Number),
  intervals: {
    accuracy: [expect.any(Number), expect.any(Number)],
    logLoss: [expect.any(Number), expect.any(Number)],
    brier: [expect.any(Number), expect.any(Number)],
    ece: [expect.any(Number), expect.any(Number)],
  },
  seconds: {
    load: expect.any(Number),
    fit: expect.any(Number),
    evaluate: expect.any(Number),
    total: expect.any(Number),
  },
  status: "certified",
};

describe("train", () => {
  // Held-out rows; a linear classifier does about this well on each of them.
  test.concurrent.each([
    ["iris", { rows: 30, columns: 4, classes: 3, outputs: 3, accuracy: 0.9 }],
    ["breast-cancer", { rows: 114, columns: 30, classes: 2, outputs: 1, accuracy: 0.94 }],
    ["digits", { rows: 359, columns: 64, classes: 10, outputs: 10, accuracy: 0.93 }],
  ])("learns %s, and evaluate repeats its figures to the last digit", async (name, expected) => {
    await inFolder(async (folder) => {
      const trained = await sigmaxJson(["train", name], { folder });
      expect(trained).toMatchObject({
        ...promisedFields,
        rows: expected.rows,
        evaluatedOn: "test",
        model: `${name}.sigmax`,
        report: `${name}.html`,
      });
      expect(trained.classes).toHaveLength(expected.classes);
      expect(trained.accuracy).toBeGreaterThan(expected.accuracy);
      expect(Object.keys(await contentsOf(folder)).toSorted()).toEqual(
        [`${name}.html`, `${name}.sigmax`].map((file) => join(folder, file)),
      );
      expect(await readFile(join(folder, `${name}.html`), "utf8")).toMatch(/^<!doctype html>/i);

      const evaluated = await sigmaxJson(["evaluate", `${name}.sigmax`, name], { folder });
      expect(evaluated).toMatchObject({ ...promisedFields, evaluatedOn: "test", report: null, source: name });
      expect(pick(evaluated, shared)).toEqual(pick(trained, shared));

      const inspected = await sigmaxJson(["inspect", `${name}.sigmax`], { folder });
      const { columns, outputs } = expected;
      expect(inspected).toMatchObject({
        kind: "model",
        columns,
        layers: [{ inputs: columns, outputs, parameters: outputs * (columns + 1) }],
        training: { source: name, status: "certified" },
      });
    });
  });

  test.concurrent("gives the binary Brier score, half of the other, for two classes only", async () => {
    await inFolder(async (folder) => {
      const two = await sigmaxJson(["train", "breast-cancer", "--report", "none"], { folder });
      expect(two.brierBinary).toBe(Number(two.brier) / 2);
      const three = await sigmaxJson(["train", "iris", "--report", "none"], { folder });
      expect(three).not.toHaveProperty("brierBinary");
    });
  });

  test.concurrent("writes the same bytes for the same command, and others for another seed", async () => {
    await inFolder(async (folder) => {
      const trainAs = (name: string, ...options: string[]): Promise<unknown> =>
        sigmaxJson(["train", "digits", "--epochs", "3", "--report", "none", "--out", name, ...options], {
          folder,
        });
      await Promise.all([
        trainAs("a"),
        trainAs("b"),
        trainAs("c", "--seed", "1"),
        trainAs("d", "--threads", "1"),
      ]);
      const [a, b, c, d] = await Promise.all(
        ["a", "b", "c", "d"].map((name) => readFile(join(folder, name))),
      );
      expect(b.equals(a)).toBe(true);
      expect(c.equals(a)).toBe(false);
      expect(d.equals(a)).toBe(true); // however many threads
    });
  });

  test.concurrent("says in words what it did and where the files are", async () => {
    await inFolder(async (folder) => {
      const { code, stdout, stderr } = await sigmax(["train", "iris", "--out", "flowers.sigmax"], { folder });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(
        /^iris: softmax regression on 120 rows, 4 columns, 3 classes; exact, by newton$/m,
      );
      expect(stdout).toMatch(/^On 30 test rows:$/m);
      expect(stdout).toMatch(/^ {2}accuracy +9\d\.\d %  \d\d\.\d % to \d\d\.\d %$/m);
      expect(stdout).toMatch(/^Model {3}flowers\.sigmax$/m);
      expect(stdout).toMatch(/^Report {2}flowers\.html$/m);
    });
  });

  test.concurrent("--quiet says nothing, and writes the files", async () => {
    await inFolder(async (folder) => {
      const outcome = await sigmax(["train", "iris", "--quiet", "--report", "r.html"], { folder });
      expect(outcome).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
      expect(Object.keys(await contentsOf(folder)).toSorted()).toEqual(
        ["iris.sigmax", "r.html"].map((file) => join(folder, file)),
      );
    });
  });

  test.concurrent("--split none trains on all rows and says that the figures are of training rows", async () => {
    await inFolder(async (folder) => {
      const args = ["train", "iris", "--split", "none", "--report", "none"];
      const trained = await sigmaxJson(args, { folder });
      expect(trained).toMatchObject({ rows: 150, trainRows: 150, evaluatedOn: "train", report: null });
      const { stdout } = await sigmax(["evaluate", "iris.sigmax", "iris", "--rows", "train"], { folder });
      expect(stdout).toMatch(
        /^On 150 training rows \(the model has seen them, so these figures flatter it\):$/m,
      );
    });
  });

  test.concurrent("--split of four shares keeps rows for later, each for one purpose", async () => {
    await inFolder(async (folder) => {
      const args = ["train", "iris", "--split", "0.7/0.1/0.1/0.1", "--report", "none"];
      expect(await sigmaxJson(args, { folder })).toMatchObject({ rows: 15, trainRows: 105 });
      const rows = async (kind: string): Promise<unknown> =>
        (await sigmaxJson(["evaluate", "iris.sigmax", "iris", "--rows", kind], { folder })).rows;
      expect(await Promise.all(["train", "calibrate", "guarantee", "test", "all"].map(rows))).toEqual([
        105, 15, 15, 15, 150,
      ]);
      const { ledger } = await sigmaxJson(["inspect", "iris.sigmax"], { folder });
      expect(ledger).toMatchObject([{ uses: ["105 train", "15 calibrate", "15 guarantee", "15 test"] }]);
    });
  });

  test.concurrent("--test tests on one file and trains on all rows of the other", async () => {
    await inFolder(async (folder) => {
      const [header, ...lines] = (await readFile(new URL("../data/iris.csv", import.meta.url), "utf8"))
        .trim()
        .split("\n");
      const write = (name: string, keep: (line: string, i: number) => boolean): Promise<void> =>
        writeFile(join(folder, name), `${[header, ...lines.filter(keep)].join("\n")}\n`);
      await write("old.csv", (_, i) => i % 3 !== 0);
      await write("new.csv", (_, i) => i % 3 === 0);
      const args = ["train", "old.csv", "--target", "species", "--test", "new.csv"];
      const trained = await sigmaxJson(args, { folder });
      expect(trained).toMatchObject({ rows: 50, trainRows: 100, evaluatedOn: "test", model: "old.sigmax" });
      const evaluated = await sigmaxJson(["evaluate", "old.sigmax", "new.csv"], { folder });
      expect(pick(evaluated, [...shared, "evaluatedOn"])).toEqual(pick(trained, [...shared, "evaluatedOn"]));
      expect(
        await sigmaxJson(["evaluate", "old.sigmax", "old.csv", "--rows", "train"], { folder }),
      ).toMatchObject({
        rows: 100,
        evaluatedOn: "train",
      });
    });
  });

  test.concurrent("takes a pair of IDX files, whatever their first label is", async () => {
    await inFolder(async (folder) => {
      const { images, labels } = pictures(90, 1); // labels 1, 2, 3
      await writeFile(join(folder, "x-images-idx3-ubyte.gz"), images);
      await writeFile(join(folder, "x-labels-idx1-ubyte.gz"), labels);
      const trained = await sigmaxJson(["train", "x-images-idx3-ubyte.gz"], { folder });
      expect(trained).toMatchObject({
        classes: ["1", "2", "3"],
        rows: 18,
        accuracy: 1,
        model: "x-images-idx3-ubyte.sigmax",
      });
      const both = "x-images-idx3-ubyte.gz,x-labels-idx1-ubyte.gz";
      const evaluated = await sigmaxJson(["evaluate", "x-images-idx3-ubyte.sigmax", both], { folder });
      expect(pick(evaluated, shared)).toEqual(pick(trained, shared));
    });
  });

  test.concurrent("takes names for the numbers in a file of labels", async () => {
    await inFolder(async (folder) => {
      const { images, labels } = pictures(90);
      await writeFile(join(folder, "x-images-idx3-ubyte.gz"), images);
      await writeFile(join(folder, "x-labels-idx1-ubyte.gz"), labels);
      const args = ["train", "x-images-idx3-ubyte.gz", "--classes", "cat,dog,owl", "--out", "m.sigmax"];
      const trained = await sigmaxJson(args, { folder });
      expect(trained.classes).toEqual(["cat", "dog", "owl"]);
      const evaluated = await sigmaxJson(["evaluate", "m.sigmax", "x-images-idx3-ubyte.gz"], { folder });
      expect(pick(evaluated, shared)).toEqual(pick(trained, shared));
    });
  });

  test.concurrent("keeps the weights of at most 200 epochs for the report's curves of test rows", async () => {
    await inFolder(async (folder) => {
      const trained = await sigmaxJson(["train", "iris", "--epochs", "1001"], { folder });
      expect(trained.history).toHaveLength(1001);
      const html = await readFile(join(folder, "iris.html"), "utf8");
      const [learning] = /<section id="learning".*?<\/section>/s.exec(html) ?? [""];
      const curves = [...learning.matchAll(/stroke="var\(--(train|right)\)"[^>]*><path d="([^"]*)"/g)];
      expect(curves.map(([, kind, path]) => [kind, path.split("L").length])).toEqual([
        ["train", 1001],
        ["right", 167], // every sixth, counted back from the last
        ["train", 1001],
        ["right", 167],
      ]);
    });
  });
});

describe("Ctrl-C", () => {
  const long = ["train", "digits", "--epochs", "1000000", "--out", "m.sigmax"];

  test.concurrent.each([
    ["once", 1],
    ["three times in a row", 3],
  ])("pressed %s while it trains ends with 130 and one sentence, and touches no file", async (_, times) => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, "m.sigmax"), "precious");
      const before = await contentsOf(folder);
      const outcome = await sigmax(long, {
        folder,
        meddle: (child) =>
          setTimeout(() => {
            for (let i = 0; i < times; i++) child.kill("SIGINT");
          }, 2000),
      });
      expect(outcome).toMatchObject({ code: 130, stdout: "" });
      expect(oneSentence(outcome.stderr)).toBe("stopped; nothing was written");
      expect(await contentsOf(folder)).toEqual(before);
    });
  });
});

test("a run that is stopped names its checkpoint once", () =>
  inFolder(async (folder) => {
    const outcome = await sigmax(["train", "digits", "--epochs", "1000000", "--checkpoint", "c.ckpt"], {
      folder,
      meddle: (child) => {
        const timer = setInterval(() => existsSync(join(folder, "c.ckpt")) && child.kill("SIGINT"), 50);
        child.once("exit", () => clearInterval(timer));
      },
    });
    expect(outcome.code).toBe(130);
    expect(oneSentence(outcome.stderr)).toBe("stopped; c.ckpt had been written");
  }));

describe.skipIf(!hasScript)("in a terminal", () => {
  test.concurrent("a bar shows how far the training is, and leaves no trace", async () => {
    await inFolder(async (folder) => {
      const { code, shown } = await inTerminal("train iris --epochs 20000 --report none", folder);
      expect(code).toBe(0);
      expect(shown).toMatch(/\r━*─* epoch \d+ of 20000, loss 0\.\d{4}, accuracy \d\d\.\d %<erase>/);
      expect(shown).toMatch(/\r<erase>iris: softmax regression/);
    });
  });

  test.concurrent("Ctrl-C leaves one sentence in the place of the bar", async () => {
    await inFolder(async (folder) => {
      const { code, shown } = await inTerminal("train iris --epochs 10000000", folder, 2000);
      expect(code).toBe(130);
      expect(shown).toMatch(/\r<erase>sigmax: stopped; nothing was written\r\n$/);
      expect(await contentsOf(folder)).toEqual({});
    });
  });
});

describe.skipIf(!existsSync("/dev/full"))("a full disk", () => {
  test.concurrent("under stdout is said in one sentence", async () => {
    await inFolder(async (folder) => {
      const args = ["-c", `"${process.execPath}" "${bin}" datasets > /dev/full`];
      expect(await run("sh", args, { folder })).toMatchObject({
        code: 2,
        stderr: "sigmax: the output cannot be written: the disk is full\n",
      });
    });
  });
});

describe("a reader that closes the pipe early", () => {
  test.concurrent("is no failure, and the files are written", async () => {
    await inFolder(async (folder) => {
      const { code, stderr } = await sigmax(["train", "iris"], {
        folder,
        meddle: (child) => child.stdout?.destroy(),
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(Object.keys(await contentsOf(folder))).toHaveLength(2);
    });
  });
});

describe("inspect", () => {
  test.concurrent("shows the rows, columns and class balance of a source", async () => {
    await inFolder(async (folder) => {
      expect(await sigmaxJson(["inspect", "breast-cancer"], { folder })).toMatchObject({
        kind: "source",
        target: "diagnosis",
        columns: 30,
        image: null,
        parts: [
          {
            name: "all",
            rows: 569,
            classes: [
              { class: "malignant", rows: 212 },
              { class: "benign", rows: 357 },
            ],
          },
        ],
      });
      const { stdout } = await sigmax(["inspect", "digits"], { folder });
      expect(stdout).toMatch(/^ {2}columns {2}8 × 8 pixels$/m);
      expect(stdout).toMatch(/^Rows: 1,797$/m);
    });
  });

  test.concurrent("shows in words what a model is and which rows it has used", async () => {
    await inFolder(async (folder) => {
      await sigmax(["train", "iris", "--report", "none"], { folder });
      const { code, stdout } = await sigmax(["inspect", "iris.sigmax"], { folder });
      expect(code).toBe(0);
      expect(stdout).toMatch(/classes +3: setosa, versicolor, virginica$/m);
      expect(stdout).toMatch(/linear, 4 → 3: 4 · 3 \+ 3 = 15 parameters, 120 bytes$/m);
      expect(stdout).toMatch(/rows +iris: 120 train, 30 test \(SHA-256 [0-9a-f]{12}…\)$/m);
    });
  });
});

describe("datasets", () => {
  test.concurrent("lists each named set with its licence and whether it is here", async () => {
    await inFolder(async (folder) => {
      const { datasets } = await sigmaxJson(["datasets"], { folder, env: nowhere(folder) });
      expect(datasets).toMatchObject([
        { name: "fashion-mnist", license: "MIT", isPresent: false, path: null },
        { name: "digits", license: "CC BY 4.0", isPresent: true },
        { name: "iris", license: "CC BY 4.0", isPresent: true },
        { name: "breast-cancer", license: "CC BY 4.0", isPresent: true },
      ]);
      const { stdout } = await sigmax(["datasets"], { folder, env: nowhere(folder) });
      expect(stdout).toMatch(/^fashion-mnist +60,000 \+ 10,000 × 784 +10 +MIT +no /m);
    });
  });
});

describe("help", () => {
  test.concurrent.each(["train", "evaluate", "inspect", "datasets"])(
    "sigmax %s --help ends well and gives an example",
    async (command) => {
      await inFolder(async (folder) => {
        const { code, stdout, stderr } = await sigmax([command, "--help"], { folder });
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toMatch(new RegExp(`^Example: sigmax ${command}`, "m"));
        expect(stdout).toContain("--json");
      });
    },
  );

  test.concurrent("sigmax --help lists the commands, and --version is the packages' version", async () => {
    await inFolder(async (folder) => {
      const { code, stdout } = await sigmax(["--help"], { folder });
      expect(code).toBe(0);
      for (const command of ["train", "evaluate", "inspect", "datasets"])
        expect(stdout).toMatch(new RegExp(`^ {2}${command} +[A-Z]`, "m"));
      expect(stdout).toMatch(/^Example: sigmax /m);
      const { version }: { version: string } = JSON.parse(
        await readFile(new URL("../package.json", import.meta.url), "utf8"),
      );
      expect(await sigmax(["--version"], { folder })).toMatchObject({ code: 0, stdout: `${version}\n` });
    });
  });
});

describe("a data set that is not on the machine", () => {
  test.concurrent("and cannot be fetched gives one sentence with the other ways to get it", async () => {
    await inFolder(async (folder) => {
      // Stands for a network that refuses: what Node's fetch does then.
      const refuse = `globalThis.fetch=()=>Promise.reject(new TypeError("fetch failed",{cause:new Error("connect ECONNREFUSED")}))`;
      const env = {
        ...nowhere(folder),
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(refuse)}`,
      };
      const outcome = await sigmax(["train", "fashion-mnist", "--json"], { folder, env });
      expect(outcome).toMatchObject({ code: 2, stdout: "" });
      expect(oneSentence(outcome.stderr)).toBe(
        `fashion-mnist: not on this machine, and its publisher could not be reached (connect ECONNREFUSED); on Debian, apt-get install dataset-fashion-mnist; elsewhere, put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz into ${join(folder, "cache", "fashion-mnist")}`,
      );
      expect(await contentsOf(folder)).toEqual({});
    });
  });
});

/** Runs the command under `script`, which gives it a terminal; presses Ctrl-C after so many milliseconds. */
async function inTerminal(
  args: string,
  folder: string,
  pressAfter?: number,
): Promise<{ code: number | null; shown: string }> {
  const { code, stdout } = await run("script", ["-qec", `${process.execPath} ${bin} ${args}`, "/dev/null"], {
    folder,
    meddle(child) {
      if (pressAfter !== undefined) setTimeout(() => child.stdin?.write("\u0003"), pressAfter);
    },
  });
  return { code, shown: stdout.replaceAll("\u001b[K", "<erase>") };
}

/** Folders for data sets with nothing in them. */
function nowhere(folder: string): Record<string, string> {
  return { SIGMAX_CACHE: join(folder, "cache"), SIGMAX_DATASETS: join(folder, "datasets") };
}

function pick(record: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}
