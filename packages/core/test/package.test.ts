import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { version } from "../src/version.ts";

// The packages as a stranger gets them: packed, and core installed into an empty folder without a network.

const packages = {
  core: fileURLToPath(new URL("..", import.meta.url)),
  sigmax: fileURLToPath(new URL("../../sigmax", import.meta.url)),
};
type PackageName = keyof typeof packages;

interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
  readonly manifest: Record<string, Record<string, string>>;
}

let home = "";
let packed: Record<PackageName, Packed>;

beforeAll(async () => {
  for (const folder of Object.values(packages))
    if (!existsSync(join(folder, "dist"))) throw new Error(`${folder} is not built: npm run build`);
  home = await mkdtemp(join(tmpdir(), "sigmax-package-"));
  const [core, sigmax] = await Promise.all([pack("core"), pack("sigmax")]);
  packed = { core, sigmax };
  await writeFile(join(home, "package.json"), '{ "private": true, "type": "module" }');
  await npm(home, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", core.tarball);
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function pack(name: PackageName): Promise<Packed> {
  const to = join(home, name);
  await mkdir(to);
  const [{ filename, files }] = JSON.parse(
    await npm(packages[name], "pack", "--json", "--ignore-scripts", "--pack-destination", to),
  );
  return {
    tarball: join(to, filename),
    files: files.map(({ path }: { path: string }) => path),
    manifest: JSON.parse(await readFile(join(packages[name], "package.json"), "utf8")),
  };
}

/** Runs npm as from a shell: without the settings that an npm around these tests hands down. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const { stdout } = await promisify(execFile)("npm", args, {
    cwd,
    env,
    shell: process.platform === "win32",
  });
  return stdout;
}

/** Runs a module in the folder where core is installed; what it prints is JSON. */
async function run<Printed>(name: string, source: string): Promise<Printed> {
  const path = join(home, name);
  await writeFile(path, source);
  const { stdout } = await promisify(execFile)(process.execPath, [path], { cwd: home });
  return JSON.parse(stdout);
}

describe("the manifests", () => {
  test("have the version that model files record", () => {
    expect(packed.core.manifest.version).toBe(version);
    expect(packed.sigmax.manifest.version).toBe(version);
    expect(packed.sigmax.manifest.dependencies["@sigmax/core"]).toBe(version);
  });

  test("give core no dependency of any kind", () => {
    const kinds = ["dependencies", "peerDependencies", "optionalDependencies", "bundleDependencies"];
    expect(kinds.filter((kind) => kind in packed.core.manifest)).toEqual([]);
  });

  test.each(["core", "sigmax"] as const)("of %s satisfy publint", async (name) => {
    const bytes = await readFile(packed[name].tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test.each(["core", "sigmax"] as const)(
    "of %s pack the built files and the license, no tests and no notes of the compiler",
    (name) => {
      const { files } = packed[name];
      expect(files).toContain("LICENSE");
      expect(files).toContain(name === "core" ? "dist/index.js" : "dist/main.js");
      expect(files.filter((path) => /\.test\.|tsbuildinfo|^(src|test|assembly)\//.test(path))).toEqual([]);
    },
  );
});

describe("core, installed in an empty folder", () => {
  test("fits, writes, and in another process reads and predicts the same bits", async () => {
    const written = await run<{ probabilities: number[] }>(
      "fit.mjs",
      `import { evaluate, fitClassifier, labelsOf, matrix, writeModel } from "@sigmax/core";
      import { createGenerator } from "@sigmax/core/random";
      import { writeFileSync } from "node:fs";

      // Three flowers of four lengths, as iris has them: means and one deviation.
      const means = { setosa: [5, 3.4, 1.5, 0.2], versicolor: [5.9, 2.8, 4.3, 1.3], virginica: [6.6, 3, 5.6, 2] };
      const generator = createGenerator(1);
      const names = Object.keys(means).flatMap((name) => Array(50).fill(name));
      const rows = names.map((name) => means[name].map((mean) => mean + 0.3 * generator.normal()));
      const features = matrix(Float64Array.from(rows.flat()), rows.length, 4);
      const labels = labelsOf(names);
      const model = await fitClassifier({ features, labels }, { seed: 7 });
      writeFileSync("flowers.sigmax", writeModel(model));
      const { accuracy } = evaluate(model.logits(features), labels);
      const { values } = model.predict(matrix(Float64Array.of(5, 3.4, 1.5, 0.2, 6.6, 3, 5.6, 2), 2, 4));
      console.log(JSON.stringify({ status: model.training.status, accuracy, probabilities: [...values] }));`,
    );
    const read = await run(
      "predict.mjs",
      `import { matrix, readModel, version } from "@sigmax/core";
      import { readFileSync } from "node:fs";

      const model = readModel(readFileSync("flowers.sigmax"));
      const { values } = model.predict(matrix(Float64Array.of(5, 3.4, 1.5, 0.2, 6.6, 3, 5.6, 2), 2, 4));
      console.log(JSON.stringify({ classes: model.classes, version, probabilities: [...values] }));`,
    );
    expect(written).toMatchObject({ status: "certified", accuracy: expect.closeTo(0.96, 1) });
    const { probabilities } = written;
    expect(probabilities[0]).toBeGreaterThan(0.9);
    expect(probabilities[5]).toBeGreaterThan(0.9);
    expect(read).toEqual({ classes: ["setosa", "versicolor", "virginica"], version, probabilities });
  });

  test("has a subpath for every public folder; importing them all compiles no WebAssembly", async () => {
    const subpaths = Object.keys(packed.core.manifest.exports);
    const { exported, atImport, atUse } = await run<{
      exported: Record<string, string[]>;
      atImport: string[];
      atUse: string[];
    }>(
      "imports.mjs",
      `const calls = [];
      for (const name of ["Module", "Instance", "Memory"])
        WebAssembly[name] = new Proxy(WebAssembly[name], {
          construct(target, args) { calls.push(name); return Reflect.construct(target, args); },
        });
      for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"])
        WebAssembly[name] = new Proxy(WebAssembly[name], {
          apply(target, self, args) { calls.push(name); return Reflect.apply(target, self, args); },
        });
      const exported = {};
      for (const subpath of ${JSON.stringify(subpaths)})
        exported[subpath] = Object.keys(await import("@sigmax/core" + subpath.slice(1)));
      const atImport = [...calls];
      (await import("@sigmax/core/kernels")).createKernels();
      console.log(JSON.stringify({ exported, atImport, atUse: calls }));`,
    );
    for (const subpath of subpaths)
      expect(exported[subpath].length, `${subpath} exports nothing`).toBeGreaterThan(0);
    expect(exported["./functions"]).toContain("softmax");
    expect(atImport).toEqual([]);
    expect(atUse).toContain("Module"); // the spy sees what there is to see
  });

  test("keeps what it does not export to itself", async () => {
    const printed = await run(
      "inside.mjs",
      `console.log(JSON.stringify(await import("@sigmax/core/dist/index.js").catch((error) => error.code)));`,
    );
    expect(printed).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("has types that stand by themselves: without Node's, without the DOM's", async () => {
    const names = Object.keys(packed.core.manifest.exports).filter(
      (subpath) => !/node|browser/.test(subpath),
    );
    const lines = names.map((subpath, i) => `export * as part${i} from "@sigmax/core${subpath.slice(1)}";`);
    const use = `import { matrix, readModel, type Probabilities } from "@sigmax/core";
      export const p: Probabilities = readModel(new Uint8Array()).predict(matrix(new Float32Array(4), 1, 4));
      // @ts-expect-error logits are not probabilities
      export const q: Probabilities = readModel(new Uint8Array()).logits(matrix(new Float32Array(4), 1, 4));`;
    await writeFile(join(home, "consumer.ts"), `${use}\n${lines.join("\n")}\n`);
    const settings = {
      strict: true,
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      types: [],
      module: "nodenext",
      skipLibCheck: false,
    };
    await writeFile(
      join(home, "tsconfig.json"),
      JSON.stringify({ compilerOptions: settings, files: ["consumer.ts"] }),
    );
    const compiler = createRequire(import.meta.url)
      .resolve("typescript/package.json")
      .replace(/package\.json$/, "bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, "-p", home]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });

  // Measured 1,694 bytes: core's own exp, which carries more digits than the platform's, is the most of it.
  test("is small in a bundle: softmax alone is below 3,000 bytes and brings no WebAssembly", async () => {
    const code = await bundle(
      `import { softmax } from "@sigmax/core/functions";
      console.log(JSON.stringify([...softmax([0, 0, 1000, 1000], 2)]));`,
    );
    expect(code.length).toBeLessThan(3000);
    expect(code).not.toMatch(/WebAssembly|AGFzbQ/); // "\0asm" in base64
    expect(await run("bundle.mjs", code)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test("is small in a bundle: one activation is below 2,500 bytes and leaves the words about it behind", async () => {
    const code = await bundle(
      `import { eluActivation } from "@sigmax/core/functions";
      console.log(JSON.stringify([eluActivation.value(-1000, 2), eluActivation.derivative(3, 2)]));`,
    );
    expect(code.length).toBeLessThan(2500);
    expect(code).not.toMatch(/<mi>|WebAssembly/);
    expect(await run("bundle.mjs", code)).toEqual([-2, 1]);
  });

  // Measured 124,300 bytes: 8,000 the kernels, 51,000 the way forward of networks, half of it their kernels, 18,000 texts and
  // what makes features and logits of them, some 15,000 calibrators and label sets: a model file may hold all of that. What
  // trains is in other files, which the page never loads.
  test("is small where a page only predicts: below 126,000 bytes with the kernels, and nothing of training", async () => {
    const code = await bundle(
      `import { readModel } from "@sigmax/core";\nconsole.log(JSON.stringify(typeof readModel));`,
    );
    expect(code.length).toBeLessThan(126_000);
    expect(code.match(/AGFzbQ/g)).toHaveLength(2);
    expect(code).not.toMatch(/fitClassifier|worker_threads/);
    expect(await run("bundle.mjs", code)).toBe("function");
  });
});

/** One minified module, as a page would load it. */
async function bundle(source: string): Promise<string> {
  const entry = join(home, "entry.mjs");
  await writeFile(entry, source);
  const build = await rolldown({ input: entry, platform: "browser", logLevel: "silent" });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  return output[0].code;
}
