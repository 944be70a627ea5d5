// Joins the built modules of the command, and of core as far as it uses it, into a few files: two hundred small modules
// take a tenth of a second to find and load, in each run.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const packages = new URL("../packages/", import.meta.url);
const target = new URL("sigmax/dist/bundle/", packages); // as deep as dist/sources, from where the data sets are found
rmSync(target, { recursive: true, force: true });
await bundle("sigmax/dist/main.js", { groups: [{ name: "shared", minShareCount: 2 }] });
await bundle("core/dist/node/worker.js"); // a thread starts from a file of its own, beside what starts it

/** @param codeSplitting what several parts use is one file; parts that a command may not need are others */
function bundle(entry, codeSplitting = true) {
  return build({
    input: fileURLToPath(new URL(entry, packages)),
    external: (name) => !/^(\.|\/|@sigmax\/core)/.test(name),
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
