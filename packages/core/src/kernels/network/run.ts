import { barrierBytes, createLayout } from "../layout.ts";
import { binary } from "../network-binary.generated.ts";
import type { Team } from "../team.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  instantiate,
  maximumPages,
  pageBytes,
} from "../webassembly.ts";
import { powers } from "./plain.ts";
import { encodeProgram, opWords, writeConstants } from "./room.ts";
import { bitsOf, type NetworkRun, type NetworkRunData } from "./tape.ts";

/** Steps that one call takes at most; more are taken in several. */
const mostSteps = 4096;
/** `CHUNK` in assembly/optimizer.ts. */
const chunk = 4096;

/** Lays out one run: see `Kernels.createNetworkRun`. */
export type OpenNetworkRun = (data: NetworkRunData, team?: Team) => NetworkRun;

/** Compiles the kernels of networks, once for all runs. */
export function compileNetworkRuns(): OpenNetworkRun {
  const module = compileModule(decodeBase64(binary));
  const heapBase = instantiate(module, createMemory(pageBytes)).heapBase();
  return (data, team) => createNetworkRun(module, heapBase, data, team);
}

function createNetworkRun(
  module: object,
  heapBase: number,
  data: NetworkRunData,
  team: Team | undefined,
): NetworkRun {
  const { program, source, labels, sampleWeights, batch, moments } = data;
  const isBytes = source.values instanceof Uint8Array;
  const isByteLabels = labels instanceof Uint8Array;
  const rows = source.values.length / source.columns;
  const threads = team?.size ?? 1;
  const count = program.parameterCount;
  const padded = Math.ceil(count / 16) * 16;

  const layout = createLayout(heapBase);
  const { take } = layout;
  const sourceAt = take(source.values.byteLength + 16);
  const orderAt = take(rows * 4);
  const labelsAt = take(labels.byteLength);
  const weightsAt = sampleWeights ? take(rows * 4) : 0;
  const parameters = take(padded * 4 + 32); // a tile's row of biases may be read beyond its end
  const gradients = take(padded * 4);
  const momentsAt = moments.map(() => take(padded * 4));
  const mask = take(padded * 4);
  const barrier = take(barrierBytes);
  const rowTotals = take(batch * 16);
  const totalsAt = take(16);
  const partials = take(Math.ceil(padded / chunk) * 8);
  const ratesAt = take(mostSteps * 16);
  const encoded = encodeProgram(program, {
    rows: batch,
    threads,
    isPacked: false,
    barrier,
    parameters,
    gradients,
    take,
  });
  const opsAt = take(encoded.words.byteLength);
  const runAt = take(256);
  const memory = createMemory(Math.min(layout.size() + 64, maximumPages * pageBytes));
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const room = { module, memory };
  const opening = team?.tell({ kind: "open", ...room }); // its workers start while the rows are copied
  opening?.catch(() => undefined); // whoever takes the first step hears of it

  const floats = (at: number, length: number): Float32Array => new Float32Array(buffer, at, length);
  if (isBytes) new Uint8Array(buffer, sourceAt, source.values.length).set(source.values);
  else floats(sourceAt, source.values.length).set(source.values);
  if (isByteLabels) new Uint8Array(buffer, labelsAt, labels.length).set(labels);
  else new Int32Array(buffer, labelsAt, labels.length).set(labels);
  if (sampleWeights) floats(weightsAt, rows).set(sampleWeights);
  const order = new Uint32Array(buffer, orderAt, rows);
  for (let i = 0; i < rows; i++) order[i] = i;
  floats(parameters, count).set(data.parameters);
  moments.forEach((each, i) => floats(momentsAt[i], count).set(each));
  for (const { offset, length, decays } of program.stretches)
    if (decays) floats(mask + 4 * offset, length).fill(1);
  writeConstants(buffer, encoded);
  new Uint32Array(buffer, opsAt, encoded.words.length).set(encoded.words);
  const totals = new Float64Array(buffer, totalsAt, 2);
  const rates = floats(ratesAt, mostSteps * 4);
  const stepNumbers = new Uint32Array(buffer, ratesAt, mostSteps * 4);

  // The fields of `Network` in assembly/network-run.ts, in its order.
  const words = new Uint32Array(buffer, runAt, 64);
  words.set([
    opsAt,
    encoded.words.length / opWords,
    0,
    sourceAt,
    Number(isBytes),
    source.columns,
    bitsOf(source.scale),
    orderAt,
    labelsAt,
    weightsAt,
    0,
    rowTotals,
    totalsAt,
    parameters,
    gradients,
    momentsAt[0] ?? 0,
    momentsAt[1] ?? 0,
    mask,
    padded,
    { sgd: 0, adam: 1, adamw: 2 }[data.optimizer],
  ]);
  words.set([partials, 0, 0, 0, ratesAt, data.seed | 0, barrier], 28);

  const copyOf = (at: number, length: number): Float32Array => floats(at, length).slice();
  return {
    order,
    async steps(first, all, size, options) {
      totals.fill(0);
      const { momentum, beta1, beta2, epsilon, clipNorm } = options;
      const isClipped = Number.isFinite(clipNorm);
      words[10] = bitsOf(options.labelSmoothing);
      const rule = [
        data.optimizer === "sgd" ? momentum : beta1,
        beta2,
        epsilon,
        options.decay,
        options.weightDecay,
      ];
      words.set([Number(options.nesterov), Number(isClipped), bitsOf(isClipped ? clipNorm : 0)], 20);
      words.set(rule.map(bitsOf), 23);
      // The moments decay by these factors in float32, so they are corrected by the powers of these.
      const [own1, own2] = [Math.fround(beta1), Math.fround(beta2)];
      let [power1, power2] = powers(options.firstStep, own1, own2);
      for (let done = 0; done < all; done += mostSteps * size) {
        const own = Math.min(mostSteps * size, all - done);
        for (let i = 0; i < Math.ceil(own / size); i++) {
          const at = done / size + i;
          power1 *= own1;
          power2 *= own2;
          const rate = options.learningRates[at];
          rates.set([rate, rate / (1 - power1), 1 / Math.sqrt(1 - power2)], 4 * i);
          stepNumbers[4 * i + 3] = options.firstStep + at;
        }
        words.set([first + done, own, size], 29);
        if (team) {
          await opening;
          await team.tell({ kind: "job", name: "networkSteps", address: runAt }, room);
        } else kernels.networkSteps(runAt, 0, 1);
      }
      return { loss: totals[0], right: totals[1] };
    },
    parameters: () => copyOf(parameters, count),
    moments: () => momentsAt.map((at) => copyOf(at, count)),
    gradient: () => copyOf(gradients, count),
    block: ({ id, columns }) => copyOf(encoded.blocks[id], columns * batch),
  };
}
