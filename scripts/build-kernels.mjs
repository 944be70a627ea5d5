// Compiles packages/core/assembly to WebAssembly and writes it, base64, into a TypeScript module.
import asc from "assemblyscript/asc";
import { readFileSync, statSync, writeFileSync, readdirSync } from "node:fs";

const assembly = new URL("../packages/core/assembly/", import.meta.url);
const target = new URL("../packages/core/src/kernels/binary.generated.ts", import.meta.url);

const newest = Math.max(
  statSync(new URL(import.meta.url)).mtimeMs,
  ...readdirSync(assembly).map((name) => statSync(new URL(name, assembly)).mtimeMs),
);
const built = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built < newest) {
  const flags = ["--outFile", "kernels.wasm", "-O3", "--noAssert", "--runtime", "stub", "--importMemory"];
  // One binary for one thread and for many: it takes a shared memory of up to 4 GiB.
  const memory = ["--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];
  let bytes = new Uint8Array();
  const { error, stderr } = await asc.main(
    ["index.ts", ...flags, ...memory, "--enable", "simd,threads", "--converge"],
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
  const text = Buffer.from(bytes).toString("base64");
  writeFileSync(
    target,
    `/** The compiled kernels (${bytes.length} bytes), made from packages/core/assembly by \`npm run build:kernels\`. */\n` +
      `export const kernelBinary: string =\n  "${text}";\n`,
  );
  console.log(`kernels: ${bytes.length} bytes of WebAssembly`);
}

function readSource(name) {
  try {
    return readFileSync(new URL(name, assembly), "utf8");
  } catch {
    return null;
  }
}
