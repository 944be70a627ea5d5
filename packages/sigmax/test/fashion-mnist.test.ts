import { spawnSync } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentsOf, inFolder, removeFolder, run, sigmax, sigmaxJson, temporaryFolder } from "./run.ts";

/** Where the data set is on this machine. `npm test` installs Debian's package where it may. */
const dataFolder = await inFolder(async (folder) => {
  type Listing = { datasets: { path: string | null }[] };
  const { datasets } = await sigmaxJson<Listing>(["datasets"], { folder });
  return datasets[0].path;
});
const isMissing = dataFolder === null;
const why = isMissing ? " (skipped: needs Fashion-MNIST, apt-get install dataset-fashion-mnist)" : "";
const hasNumpy = spawnSync("/usr/bin/python3", ["-c", "import numpy"]).status === 0;
const whyNoNumpy = hasNumpy ? "" : " (skipped: needs NumPy, apt-get install python3-numpy)";

describe.skipIf(isMissing)(`the textbook run${why}`, () => {
  let folder: string;
  let trained: Record<string, unknown>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    trained = await sigmaxJson(["train", "fashion-mnist", "--preset", "d2l", "--out", "f.sigmax"], {
      folder,
    });
  });
  afterAll(() => removeFolder(folder));

  test("reaches the textbook's accuracy on the 10,000 test rows, and no test row trains", () => {
    expect(trained).toMatchObject({
      rows: 10_000,
      trainRows: 60_000,
      evaluatedOn: "test",
      status: "completed",
      model: "f.sigmax",
      report: "f.html",
      options: { solver: "sgd", epochs: 10, batch: 256, learningRate: 0.1, momentum: 0, l2: 0 },
    });
    expect(trained.accuracy).toBeGreaterThanOrEqual(0.82);
    expect(trained.accuracy).toBeLessThanOrEqual(0.85);
    expect(trained.classes).toEqual([
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ]);
  });

  test("is repeated to the last digit by evaluate, on the data set and on its test part", async () => {
    for (const source of ["fashion-mnist", "fashion-mnist:test"]) {
      const evaluated = await sigmaxJson(["evaluate", "f.sigmax", source], { folder });
      expect(evaluated.evaluatedOn).toBe("test");
      for (const figure of ["rows", "accuracy", "logLoss", "brier", "ece", "intervals", "confusion"])
        expect(evaluated[figure]).toEqual(trained[figure]);
    }
  });

  test("gives the same bytes on one thread", async () => {
    const args = ["train", "fashion-mnist", "--preset", "d2l", "--report", "none", "--threads", "1"];
    await sigmaxJson([...args, "--out", "one.sigmax"], { folder });
    const [many, one] = await Promise.all(
      ["f", "one"].map((name) => readFile(join(folder, `${name}.sigmax`))),
    );
    expect(one.equals(many)).toBe(true);
  });

  test.skipIf(!hasNumpy)(`is read by NumPy, which finds the same accuracy${whyNoNumpy}`, async () => {
    const script = fileURLToPath(new URL("read-with-numpy.py", import.meta.url));
    const files = ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
    const args = [script, "f.sigmax", ...files.map((file) => join(dataFolder ?? "", file))];
    const { code, stdout, stderr } = await run("/usr/bin/python3", args, { folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Number(stdout)).toBe(trained.accuracy);
  });

  test("says which rows it has used when asked for others", async () => {
    const { code, stderr } = await sigmax(["evaluate", "f.sigmax", "fashion-mnist", "--rows", "guarantee"], {
      folder,
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "sigmax: --rows guarantee: no rows of fashion-mnist are kept for that; the model has used them so: 60,000 train, 10,000 test; --rows train measures on training rows\n",
    });
    expect(
      await sigmaxJson(["evaluate", "f.sigmax", "fashion-mnist", "--rows", "train"], { folder }),
    ).toMatchObject({
      rows: 60_000,
      evaluatedOn: "train",
    });
  });

  test("trains on a named part too, and then the other part is new to the model", async () => {
    const args = ["train", "fashion-mnist:train", "--epochs", "1", "--split", "none", "--report", "none"];
    expect(await sigmaxJson(args, { folder })).toMatchObject({
      rows: 60_000,
      evaluatedOn: "train",
      model: "fashion-mnist.sigmax",
    });
    for (const source of ["fashion-mnist:test", "fashion-mnist"])
      expect(await sigmaxJson(["evaluate", "fashion-mnist.sigmax", source], { folder })).toMatchObject({
        rows: 10_000,
        evaluatedOn: "new",
      });
  });

  test("Ctrl-C stops it, and the models of before stay", async () => {
    const before = await contentsOf(folder);
    const outcome = await sigmax(["train", "fashion-mnist", "--epochs", "1000", "--out", "f.sigmax"], {
      folder,
      meddle: (child) => setTimeout(() => child.kill("SIGINT"), 3000),
    });
    expect(outcome).toEqual({
      code: 130,
      signal: null,
      stdout: "",
      stderr: "sigmax: stopped; nothing was written\n",
    });
    expect(await contentsOf(folder)).toEqual(before);
  });
});

describe.skipIf(isMissing)(`a download${why}`, () => {
  test("from the publisher is checked, kept in the cache folder and found there the next time", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = join(dataFolder ?? "", basename(String(request.url)));
      asked.push(basename(path));
      if (existsSync(path)) createReadStream(path).pipe(response);
      else response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    // The publisher's name leads to this server.
    const redirect = `const real=globalThis.fetch;globalThis.fetch=(url,options)=>real(new URL(new URL(url).pathname,"http://127.0.0.1:${port}"),options)`;
    await inFolder(async (folder) => {
      const env = {
        SIGMAX_CACHE: join(folder, "cache"),
        SIGMAX_DATASETS: join(folder, "datasets"),
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(redirect)}`,
      };
      const first = await sigmaxJson(["inspect", "fashion-mnist"], { folder, env });
      expect(first).toMatchObject({ parts: [{ rows: 60_000 }, { rows: 10_000 }] });
      expect(asked).toHaveLength(4);
      const cache = join(folder, "cache", "fashion-mnist");
      expect(Object.keys(await contentsOf(folder)).toSorted()).toEqual(
        asked.toSorted().map((file) => join(cache, file)),
      );
      server.close();
      server.closeAllConnections();
      expect(await sigmaxJson(["inspect", "fashion-mnist"], { folder, env })).toEqual(first);
    });
  });
});
