import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, test } from "vitest";
import { createGenerator } from "../src/random/index.ts";
import { createKernels, createTeam, type SoftmaxRunData, type Team } from "../src/kernels/index.ts";
import { fitClassifier } from "../src/train/index.ts";
// Workers are files of their own, so this is the built package: `npm run build` first.
import { createThreads } from "@sigmax/core/node";

const kernels = createKernels();

function randomData(rows: number, columns: number, classes: number, isBytes: boolean): SoftmaxRunData {
  const generator = createGenerator(rows + columns + classes);
  const values = isBytes ? new Uint8Array(rows * columns) : new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = isBytes ? generator.below(256) : generator.normal();
  return {
    values,
    columns,
    scale: isBytes ? 1 / 255 : 1,
    labels: Int32Array.from({ length: rows }, () => generator.below(classes)),
    sampleWeights: rows === 1000 ? Float32Array.from({ length: rows }, () => generator.uniform()) : null,
    classes,
    layer: {
      weights: Float32Array.from({ length: classes * columns }, () => 0.01 * generator.normal()),
      bias: new Float32Array(classes),
    },
    velocity: { weights: new Float32Array(classes * columns), bias: new Float32Array(classes) },
  };
}

/** Weights, bias, loss and right answers after two epochs. */
async function train(data: SoftmaxRunData, batch: number, team?: Team): Promise<unknown> {
  const run = await kernels.createSoftmaxRun(data, team);
  const rows = data.labels.length;
  const options = { learningRates: new Float32Array(1000).fill(0.3), momentum: 0.9, decay: 0.01 };
  const totals = [await run.steps(0, rows, batch, options), await run.steps(0, rows, batch, options)];
  return { totals, ...run.layer() };
}

async function withThreads<T>(count: number, use: (team: Team) => Promise<T>): Promise<T> {
  const team = createThreads(count);
  try {
    return await use(team);
  } finally {
    team.close();
  }
}

describe("the bits do not depend on the number of threads", () => {
  test.each([
    { rows: 1, columns: 1, classes: 2, batch: 1, isBytes: true },
    { rows: 5, columns: 3, classes: 3, batch: 2, isBytes: false },
    { rows: 65, columns: 17, classes: 7, batch: 65, isBytes: true },
    { rows: 1000, columns: 20, classes: 11, batch: 96, isBytes: false },
    { rows: 1000, columns: 784, classes: 10, batch: 256, isBytes: true },
    { rows: 3000, columns: 5, classes: 4, batch: 3000, isBytes: false }, // 47 blocks: several waves
    { rows: 200, columns: 30, classes: 1000, batch: 200, isBytes: false },
  ])(
    "$rows × $columns → $classes, batch $batch, bytes: $isBytes",
    async ({ rows, columns, classes, batch, isBytes }) => {
      const data = randomData(rows, columns, classes, isBytes);
      const alone = await train(data, batch);
      for (const count of [1, 2, 3, 7])
        expect(await withThreads(count, (team) => train(data, batch, team))).toEqual(alone);
    },
  );
});

describe("fitClassifier with threads", () => {
  const input = randomData(300, 6, 3, false);
  const data = {
    features: { rows: 300, columns: 6, values: input.values },
    labels: { classes: ["a", "b", "c"], indices: input.labels },
  };

  test("gives the same model, and one team serves several fits", async () => {
    const options = { seed: 3, epochs: 4 };
    const alone = await fitClassifier(data, options);
    await withThreads(2, async (team) => {
      for (let i = 0; i < 2; i++) {
        const model = await fitClassifier(data, { ...options, team });
        expect(model.layers).toEqual(alone.layers);
      }
    });
  });

  test("gives the same network, with dropout and early stopping", async () => {
    const options = {
      hidden: "24:prelu,16:maxout",
      dropout: 0.2,
      layerNorm: true,
      patience: 3,
      epochs: 8,
    } as const;
    const alone = await fitClassifier(data, options);
    for (const count of [1, 2, 3])
      await withThreads(count, async (team) => {
        const model = await fitClassifier(data, { ...options, team });
        expect(model.body).toEqual(alone.body);
        expect(model.layers).toEqual(alone.layers);
        expect(model.training).toEqual(alone.training);
      });
  });

  test("a team of unstated size is left out where steps are too small", async () => {
    let said = 0;
    const count = (): void => void said++;
    const team: Team = { size: 2, isOptional: true, start: count, tell: async () => count() };
    await fitClassifier(data, { epochs: 1, team });
    expect(said).toBe(0);
  });

  test("what is said before the last thing is done waits for it", async () => {
    const said: string[] = [];
    const pending: (() => void)[] = [];
    const team = createTeam(2, false, (rank, done) => ({
      post(message) {
        said.push(message.kind === "job" ? `job ${message.address} ${rank}` : `${message.kind} ${rank}`);
        pending.push(done);
      },
      stop: () => undefined,
    }));
    const finish = async (): Promise<void> => {
      for (const done of pending.splice(0)) done();
      await new Promise((resolve) => setTimeout(resolve));
    };
    const job = (address: number) => team.tell({ kind: "job", name: "productAll", address });
    const all = [
      team.tell({ kind: "steps", run: 0, first: 0, rows: 0, batch: 1 }).then(() => job(2)), // said last
      job(0),
      job(1),
    ];
    expect(said).toEqual(["steps 0", "steps 1"]);
    for (let address = 0; address < 3; address++) {
      await finish();
      expect(said.slice(2 + 2 * address)).toEqual([`job ${address} 0`, `job ${address} 1`]);
    }
    await finish();
    await Promise.all(all);
    expect(said).toHaveLength(8);
  });

  test("a thread that dies while the other waits for it ends the fit with an error, not a hang", async () => {
    const script = (rank: number): string => `
      const { parentPort } = require("node:worker_threads");
      import(${JSON.stringify(import.meta.resolve("@sigmax/core/kernels"))}).then(({ createMember }) => {
        const obey = createMember(${rank}, 2);
        parentPort.on("message", (message) => {
          if (message.kind === "steps" && ${rank} === 1) process.exit(7);
          obey(message);
          parentPort.postMessage("done");
        });
      });`;
    const team = createTeam(2, false, (rank, done, lost) => {
      const worker = new Worker(script(rank), { eval: true });
      worker.on("message", done);
      worker.on("exit", (code) => lost(`it ended with code ${code}`));
      return { post: (message) => worker.postMessage(message), stop: () => void worker.terminate() };
    });
    const fitting = fitClassifier(data, { epochs: 1, team });
    await expect(fitting).rejects.toThrow("a training thread was lost: it ended with code 7");
    await expect(team.tell({ kind: "steps", run: 0, first: 0, rows: 0, batch: 1 })).rejects.toThrow("lost");
  });

  test("two exact fits at once, and runs of other kinds, share a team and give what each gives alone", async () => {
    const fits = [4, 5].map((columns) => {
      const { values, labels } = randomData(2 ** 18 + 1, columns, 2, false);
      const features = { rows: labels.length, columns, values };
      const rows = { features, labels: { classes: ["no", "yes"], indices: labels } };
      return (team?: Team) => fitClassifier(rows, { scaling: 1, covariance: "none", team });
    });
    const steps = randomData(1000, 20, 11, false);
    const alone = [
      ...(await Promise.all(fits.map((fit) => fit()))).map((model) => model.layers),
      await train(steps, 96),
    ];
    const together = await withThreads(2, async (team) => {
      const [first, second, third] = await Promise.all([
        fits[0](team),
        fits[1](team),
        train(steps, 96, team),
      ]);
      return [first.layers, second.layers, third];
    });
    expect(together).toEqual(alone);
  });

  test("a team that is closed in the middle of a run rejects it", async () => {
    const team = createThreads(2);
    const fitting = fitClassifier(data, { epochs: 1_000_000, team });
    setTimeout(() => team.close(), 200);
    await expect(fitting).rejects.toThrow("the team of threads is closed");
  });

  test.each([0, -1, 1.5, Number.NaN])("%s threads are refused", (count) => {
    expect(() => createThreads(count)).toThrow(`count must be a whole number, 1 or more, got ${count}`);
  });
});

test("new processes agree too: code that two threads compile at once loses nothing", async () => {
  const script = `
    import { fitClassifier } from ${JSON.stringify(import.meta.resolve("@sigmax/core"))};
    import { sha256 } from ${JSON.stringify(import.meta.resolve("@sigmax/core/artifact"))};
    import { createThreads } from ${JSON.stringify(import.meta.resolve("@sigmax/core/node"))};
    const values = Uint8Array.from({ length: 2000 * 100 }, (_, i) => (i * 7919) % 251);
    const indices = Int32Array.from({ length: 2000 }, (_, i) => (i * i) % 7);
    const data = { features: { rows: 2000, columns: 100, values }, labels: { classes: [..."abcdefg"], indices } };
    const team = process.argv[1] === "1" ? undefined : createThreads(Number(process.argv[1]));
    const model = await fitClassifier(data, { scaling: 255, epochs: 2, batch: 256, team });
    team?.close();
    console.log(sha256(new Uint8Array(model.layers[0].weights.buffer)));`;
  const run = promisify(execFile);
  const hashes = new Set<string>();
  for (const threads of ["1", "2", "2", "2", "2", "3"])
    hashes.add((await run(process.execPath, ["--input-type=module", "--eval", script, threads])).stdout);
  expect(hashes.size).toBe(1);
});

test.each([
  ["started and told nothing", "team.start();"],
  ["told something", "await fitClassifier(data, { epochs: 1, team });"],
])("a process ends by itself beside a team that is open, %s", async (_, work) => {
  const script = `
    import { fitClassifier } from ${JSON.stringify(import.meta.resolve("@sigmax/core"))};
    import { createThreads } from ${JSON.stringify(import.meta.resolve("@sigmax/core/node"))};
    const features = { rows: 4, columns: 1, values: Float32Array.of(1, 2, 3, 4) };
    const data = { features, labels: { classes: ["no", "yes"], indices: Int32Array.of(0, 1, 0, 1) } };
    const team = createThreads(2);
    ${work}
    console.log("done");`;
  const run = promisify(execFile);
  const options = { timeout: 20_000 }; // then it is killed, and that is an error
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], options);
  expect(stdout).toBe("done\n");
});

describe("another process that keeps a core busy", () => {
  let alone = 0;
  const data = randomData(4000, 784, 10, true);
  const seconds = async (team: Team): Promise<number> => {
    const run = await kernels.createSoftmaxRun(data, team);
    const options = { learningRates: new Float32Array(16).fill(0.1), momentum: 0, decay: 0 };
    await run.steps(0, 4000, 256, options);
    const start = performance.now();
    for (let i = 0; i < 5; i++) await run.steps(0, 4000, 256, options);
    return (performance.now() - start) / 1000;
  };
  beforeAll(async () => {
    alone = await withThreads(2, seconds);
  });

  test("slows training, but never collapses it", async () => {
    const busy = new Worker("for (;;);", { eval: true });
    try {
      const beside = await withThreads(2, seconds);
      // With pure spinning a step waits for the scheduler's tick: a hundred times slower. Half a core lost is at most 2 to 4 times.
      expect(beside).toBeLessThan(20 * alone + 0.5);
    } finally {
      await busy.terminate();
    }
  });
});
