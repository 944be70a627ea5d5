// Joins the built modules of the command, and of core as far as it uses it, into a few files: two hundred small modules
// take a tenth of a second to find and load, in each run. Of other people's packages only the plots are joined in, which
// are as many modules again; their licenses are put beside them.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const packages = new URL("../packages/", import.meta.url);
const target = new URL("sigmax/dist/bundle/", packages); // as deep as dist/sources, from where the data sets are found
const joined =
  /^(\.|\/|@sigmax\/core|@observablehq\/plot|d3|internmap|isoformat|interval-tree-1d|binary-search-bounds)/;

rmSync(target, { recursive: true, force: true });
// Pages and their plots are half of all: apart, so that what draws nothing does not load them. Some words stand in the terminal too.
const drawing = /[\\/]node_modules[\\/]|[\\/]sigmax[\\/]dist[\\/]report[\\/](?!format|names|in-layers)/;
// What the program begins with, before it loads the rest.
const ahead = /[\\/]sources[\\/](ahead|fashion-files|inflate)\.js$/;
const { output } = await bundle("sigmax/dist/main.js", {
  groups: [
    { name: "ahead", test: ahead, priority: 2 },
    { name: "shared", test: (module) => !drawing.test(module), minShareCount: 2, priority: 1 },
    { name: "drawing", test: drawing },
  ],
});
await bundle("core/dist/node/worker.js"); // a thread starts from a file of its own, beside what starts it
writeFileSync(new URL("LICENSES.txt", target), licensesOf(output.flatMap(({ moduleIds = [] }) => moduleIds)));

/** @param codeSplitting what several parts use is one file; parts that a command may not need are others */
function bundle(entry, codeSplitting = true) {
  return build({
    input: fileURLToPath(new URL(entry, packages)),
    external: (name) => !joined.test(name),
    platform: "node",
    output: {
      dir: fileURLToPath(target),
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "[name].js",
      codeSplitting,
    },
  });
}

/** The licenses of the packages that these modules are from, each once. */
function licensesOf(moduleIds) {
  const folders = moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
  return [...new Set(folders)]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
      const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
        .map((each) => `${folder}/${each}`)
        .find(existsSync);
      if (file === undefined) throw new Error(`${name} has no license file to put beside it`);
      return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
    })
    .join("\n----\n\n");
}
