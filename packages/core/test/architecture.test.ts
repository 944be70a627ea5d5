import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** The rooms of core: data flows down this list, and a folder imports only from folders above it. */
const folders = [
  "errors",
  "linalg",
  "kernels",
  "random",
  "statistics",
  "functions",
  "data",
  "features",
  "loss",
  "model",
  "optimize",
  "inference",
  "train",
  "evaluate",
  "laboratory",
  "calibrate",
  "conformal",
  "decide",
  "artifact",
];
/** Compiled apart from core, each with its platform's types; below everything. */
const platforms = ["node", "browser"];

/** What core may use of Math: exact by IEEE 754 or on whole numbers, so the same in every engine. */
const trusted = [
  "abs",
  "ceil",
  "clz32",
  "floor",
  "fround",
  "imul",
  "max",
  "min",
  "round",
  "sign",
  "sqrt",
  "trunc",
  "LN2",
  "LOG2E",
  "PI",
  "SQRT2",
];

const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const src = `${packageFolder}src/`;

/** The source files, as paths within src. */
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));

/** What a source text names in import and export lines, and in calls of import(). */
function importsOf(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g)].map(([, , name]) => name);
}

/** Why a file may not import a name, or null. */
function objectionTo(path: string, name: string): string | null {
  const [folder] = path.split("/");
  if (folder === "node" && name.startsWith("node:")) return null;
  if (!name.startsWith(".")) return `${path} imports ${name}, which is not core's own`;
  if (!name.endsWith(".ts")) return `${path} imports ${name}, without its .ts`;
  const target = posix.normalize(posix.join(dirname(path), name));
  if (target.startsWith("..")) return `${path} imports ${name}, outside src`;
  if (target === "version.ts") return null;
  const [targetFolder] = target.split("/");
  if (path === "index.ts" && folders.includes(targetFolder)) return null;
  if (folder === targetFolder) return null;
  if (platforms.includes(folder) && folders.includes(targetFolder)) return null;
  const [place, targetPlace] = [folders.indexOf(folder), folders.indexOf(targetFolder)];
  if (targetPlace < 0 || place <= targetPlace) return `${path} imports ${target}, which is not above it`;
  return null;
}

describe("imports", () => {
  test("are found in every form a file may write them in", () => {
    const text = [
      'import { a } from "./a.ts";',
      'import type {\n  B,\n} from "./b.ts";',
      'export { c } from "../c.ts";',
      'export * from "./d.ts";',
      'import "./e.ts";',
      "const f = await import('./f.ts');",
      'type G = import("./g.ts").G;',
    ].join("\n");
    expect(importsOf(text)).toEqual(
      "a,b,../c,d,e,f,g".split(",").map((x) => `./${x}.ts`.replace("./..", "..")),
    );
  });

  test.each([
    [
      "kernels/plain.ts",
      "../random/index.ts",
      "kernels/plain.ts imports random/index.ts, which is not above it",
    ],
    ["data/split.ts", "../index.ts", "data/split.ts imports index.ts, which is not above it"],
    ["data/split.ts", "../node/index.ts", "data/split.ts imports node/index.ts, which is not above it"],
    [
      "model/heads/softmax.ts",
      "../../train/fit.ts",
      "model/heads/softmax.ts imports train/fit.ts, which is not above it",
    ],
    ["data/idx.ts", "node:zlib", "data/idx.ts imports node:zlib, which is not core's own"],
    ["browser/threads.ts", "node:os", "browser/threads.ts imports node:os, which is not core's own"],
    ["node/threads.ts", "tinypool", "node/threads.ts imports tinypool, which is not core's own"],
    [
      "node/threads.ts",
      "../browser/index.ts",
      "node/threads.ts imports browser/index.ts, which is not above it",
    ],
    ["data/idx.ts", "../errors/index.js", "data/idx.ts imports ../errors/index.js, without its .ts"],
    ["data/idx.ts", "../../package.ts", "data/idx.ts imports ../../package.ts, outside src"],
    ["index.ts", "./node/index.ts", "index.ts imports node/index.ts, which is not above it"],
    ["node/threads.ts", "node:os", null],
    ["index.ts", "./artifact/index.ts", null],
    ["model/heads/softmax.ts", "../../data/index.ts", null],
    ["train/fit.ts", "../version.ts", null],
  ])("%s importing %s would be told: %s", (path, name, objection) => {
    expect(objectionTo(path, name)).toBe(objection);
  });

  test("of every file go to its own folder or a folder above it, never to a package or a platform", () => {
    const all = files.flatMap((path) =>
      importsOf(readFileSync(src + path, "utf8")).map((name) => ({ path, name })),
    );
    expect(all.length).toBeGreaterThan(80);
    expect(all.map(({ path, name }) => objectionTo(path, name)).filter((objection) => objection)).toEqual([]);
  });

  test("have no folder that the order does not know", () => {
    const unknown = files.filter((path) => {
      const [folder, ...rest] = path.split("/");
      return rest.length === 0
        ? !["index.ts", "version.ts"].includes(path)
        : !folders.includes(folder) && !platforms.includes(folder);
    });
    expect(unknown).toEqual([]);
  });
});

/** A text without its comments: they may speak of Math.exp. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/\/\/.*$/gm, "");
}

/** What a text uses of Math. */
function used(text: string): string[] {
  return [...codeOf(text).matchAll(/\bMath\.(\w+)/g)].map(([, name]) => name);
}

describe("numbers", () => {
  test("come from no function of Math that engines compute differently, nor from the clock", () => {
    expect(used("Math.exp(1) // Math.log\n/** Math.pow */ + Math.abs(1)")).toEqual(["exp", "abs"]);
    const texts = files.map((path): [string, string] => [path, readFileSync(src + path, "utf8")]);
    const found = texts.flatMap(([path, text]) => used(text).map((name) => `${path}: Math.${name}`));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((use) => !trusted.includes(use.replace(/^.*Math\./, "")))).toEqual([]);
    const clocks = texts.filter(([, text]) => /\bDate\b|\bperformance\b|\bcrypto\b/.test(codeOf(text)));
    expect(clocks.map(([path]) => path)).toEqual([]);
  });
});

/** A project's settings as the compiler understands them. */
function settingsOf(project: string): Record<string, string[]> {
  const compiler = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));
  const args = [compiler, "--project", packageFolder + project, "--showConfig"];
  const { compilerOptions, include, exclude } = JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8" }),
  );
  return { ...compilerOptions, include, exclude };
}

describe("types", () => {
  test("of Node and of the DOM are unknown to core; only its two platform folders know one each", () => {
    expect(settingsOf("tsconfig.core.json")).toMatchObject({
      lib: ["es2023"],
      types: [],
      include: ["src"],
      exclude: ["src/**/*.test.ts", "src/node", "src/browser"],
    });
    expect(settingsOf("tsconfig.node.json")).toMatchObject({
      lib: ["es2023"],
      types: ["node"],
      include: ["src/node"],
    });
    expect(settingsOf("tsconfig.browser.json")).toMatchObject({
      lib: ["es2023", "dom"],
      types: [],
      include: ["src/browser"],
    });
  });

  test("are not brought in by a comment", () => {
    const found = files.filter((path) => /^\s*\/\/\/\s*<reference/m.test(readFileSync(src + path, "utf8")));
    expect(found).toEqual([]);
  });
});
