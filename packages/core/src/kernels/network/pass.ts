import { createLayout } from "../layout.ts";
import { binary } from "../pass-binary.generated.ts";
import { compileModule, createMemory, decodeBase64, instantiate, pageBytes } from "../webassembly.ts";
import { gather } from "./ops/gather.ts";
import { encodeProgram, opWords, writeConstants } from "./room.ts";
import { bitsOf, type NetworkPass, type Program } from "./tape.ts";

/** Rows that go forward together. */
const rowsAtOnce = 64;

/** Lays out one pass: see `Kernels.createNetworkPass`. */
export type OpenNetworkPass = (program: Program, parameters: Float32Array) => NetworkPass;

/** Compiles the kernels of the way forward, once for all passes. */
export function compileNetworkPasses(): OpenNetworkPass {
  const module = compileModule(decodeBase64(binary));
  const heapBase = instantiate(module, createMemory(pageBytes)).heapBase();
  return (program, parameters) => createNetworkPass(module, heapBase, program, parameters);
}

function createNetworkPass(
  module: object,
  heapBase: number,
  program: Program,
  start: Float32Array,
): NetworkPass {
  const { columns } = program.input;
  const outputs = program.logits.columns;
  const layout = createLayout(heapBase);
  const { take } = layout;
  const parameters = take(program.parameterCount * 4 + 64);
  const source = take(rowsAtOnce * columns * 4);
  const order = take(rowsAtOnce * 4);
  const whole = { ...program, ops: [gather(program.input), ...program.ops] };
  const encoded = encodeProgram(whole, {
    rows: rowsAtOnce,
    threads: 1,
    isPacked: true,
    barrier: 0,
    parameters,
    gradients: 0,
    take,
  });
  const ops = take(encoded.words.byteLength);
  const run = take(256);
  const memory = createMemory(layout.size() + 64);
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  writeConstants(buffer, encoded);
  new Uint32Array(buffer, ops, encoded.words.length).set(encoded.words);
  new Uint32Array(buffer, order, rowsAtOnce).forEach((_, i, all) => (all[i] = i));
  const words = new Uint32Array(buffer, run, 64);
  words.set([ops, encoded.words.length / opWords, 1, source, 0, columns, 0, order]);
  const bytes = new Uint8Array(buffer, source, rowsAtOnce * columns);
  const floats = new Float32Array(buffer, source, rowsAtOnce * columns);
  const results = new Float32Array(buffer, encoded.blocks[program.logits.id], rowsAtOnce * outputs);
  const load = (own: Float32Array): void => {
    new Float32Array(buffer, parameters, program.parameterCount).set(own);
    kernels.networkPack(run);
  };
  load(start);
  return {
    load,
    run(values, rows, scale, output) {
      const isBytes = values instanceof Uint8Array;
      words[4] = Number(isBytes);
      words[6] = bitsOf(scale);
      for (let first = 0; first < rows; first += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, rows - first);
        const own = values.subarray(first * columns, (first + count) * columns);
        if (isBytes) bytes.set(own);
        else floats.set(own);
        kernels.networkPass(run, count);
        output.set(results.subarray(0, count * outputs), first * outputs);
      }
    },
  };
}
