// Compiles packages/core/assembly to WebAssembly and writes each binary, base64, into a TypeScript module.
import asc from "assemblyscript/asc";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync, readdirSync } from "node:fs";

const assembly = new URL("../packages/core/assembly/", import.meta.url);
const kernels = new URL("../packages/core/src/kernels/", import.meta.url);

/** One binary for each part, so that a page loads only what it uses. */
const parts = ["predict", "activations", "attention", "minibatch", "exact", "csr", "network", "pass"];

// What the binaries are made from: a binary that names another digest is made anew, whatever its date.
const sources = createHash("sha256");
for (const file of [
  new URL(import.meta.url),
  ...readdirSync(assembly)
    .toSorted()
    .map((name) => new URL(name, assembly)),
])
  sources.update(readFileSync(file));
const digest = sources.digest("hex");

for (const part of parts) {
  const path = new URL(`${part}-binary.generated.ts`, kernels);
  if (existsSync(path) && readFileSync(path, "utf8").includes(digest)) continue;
  const bytes = await compile(`${part}.ts`);
  writeFileSync(
    path,
    `/** The compiled kernels (${bytes.length} bytes), made from packages/core/assembly/${part}.ts by \`npm run build:kernels\`. */\n` +
      `// sources: ${digest}\n` +
      `export const binary: string =\n  "${Buffer.from(bytes).toString("base64")}";\n`,
  );
  console.log(`kernels, ${part}: ${bytes.length} bytes of WebAssembly`);
}

async function compile(entry) {
  const flags = ["--outFile", "kernels.wasm", "-O3", "--noAssert", "--runtime", "stub", "--importMemory"];
  // One binary for one thread and for many: it takes a shared memory of up to 4 GiB. What is never shared between threads
  // takes a plain one, which JavaScript copies into and out of several times as fast.
  const memory = ["--initialMemory", "1", "--maximumMemory", "65536"];
  if (entry !== "activations.ts") memory.push("--sharedMemory");
  let bytes = new Uint8Array();
  const { error, stderr } = await asc.main(
    [entry, ...flags, ...memory, "--enable", "simd,threads", "--converge"],
    {
      readFile: (name) => readSource(name),
      writeFile: (_name, contents) => void (bytes = contents),
      listFiles: () => [],
    },
  );
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
  return bytes;
}

function readSource(name) {
  try {
    return readFileSync(new URL(name, assembly), "utf8");
  } catch {
    return null;
  }
}
