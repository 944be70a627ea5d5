import { InputError } from "../errors/index.ts";
import {
  attentionCounts,
  checkAttention,
  checkScores,
  checkTensors,
  planWithoutGradients,
  type AttentionPlan,
  type AttentionRoom,
} from "./attention.ts";
import { binary } from "./attention-binary.generated.ts";
import {
  attentionJobBytes,
  attentionWords,
  backwardBytes,
  claimedWord,
  forwardBytes,
  tileKeys,
  type TensorPlace,
} from "./attention-layout.ts";
import { log } from "./elementary.ts";
import { createLayout } from "./layout.ts";
import { copyTensors } from "./plain-attention.ts";
import type { JobName, Team } from "./team.ts";
import {
  compileModule,
  createMemory,
  decodeBase64,
  instantiate,
  maximumPages,
  pageBytes,
} from "./webassembly.ts";

/** Parts that the work of a backward pass is cut into at least, where the keys are enough: as many threads are busy. */
const leastTasks = 8;

/** Lays attention out in memory: see `Kernels.createAttention`. */
export type OpenAttention = (plan: AttentionPlan, team?: Team) => AttentionRoom;

/** Compiles the kernels of attention, once for all rooms. */
export function compileAttention(): OpenAttention {
  const module = compileModule(decodeBase64(binary));
  const heapBase = instantiate(module, createMemory(pageBytes)).heapBase();
  return (plan, team) => createAttention(module, heapBase, plan, team);
}

function createAttention(
  module: object,
  heapBase: number,
  plan: AttentionPlan,
  team: Team | undefined,
): AttentionRoom {
  checkAttention("createAttention", plan);
  const { heads, keyHeads, queries, keys, width, valueWidth, bias } = plan;
  const counts = attentionCounts(plan);
  const chunks = plan.gradients ? chunksOf(plan) : 1;
  const scratchBytes = Math.max(forwardBytes(plan), plan.gradients ? backwardBytes(plan, chunks) : 0);

  const layout = createLayout(heapBase);
  const take = (count: number): number => (count === 0 ? 0 : layout.take(count * 4));
  const ifBackward = (count: number): number => (plan.gradients ? take(count) : 0);
  const [query, key, value, output] = [counts.query, counts.key, counts.value, counts.output].map(take);
  const keyMask = counts.keyMask === 0 ? 0 : layout.take(counts.keyMask);
  const biasAt = counts.bias === 0 ? 0 : take(counts.bias + 4); // the kernels read in fours
  const statistics = take(2 * counts.rows);
  const [outputGradient, queryGradient, keyGradient, valueGradient] = [
    counts.output,
    counts.query,
    counts.key,
    counts.value,
  ].map(ifBackward);
  const biasGradient = ifBackward(counts.bias);
  const parts = chunks > 1 ? take(chunks * counts.query) : 0;
  const scratch = layout.take((team?.size ?? 1) * scratchBytes);
  const job = layout.take(attentionJobBytes);
  if (layout.size() > maximumPages * pageBytes)
    throw new InputError(
      `createAttention: these tensors need ${Math.ceil(layout.size() / 2 ** 20)} MiB, and WebAssembly has 4,096`,
    );
  const memory = createMemory(layout.size());
  const kernels = instantiate(module, memory);
  const { buffer } = memory;
  const teamRoom = { module, memory };
  const opening = team?.tell({ kind: "open", ...teamRoom });
  opening?.catch(() => undefined); // whoever goes forward first hears of it

  const biasHead = queries * keys * 4;
  const biasBatch = bias?.batch === 1 ? 0 : (bias?.heads ?? 0) * biasHead;
  const words = attentionWords(plan, {
    query: packedTensor(query, heads, queries, width),
    key: packedTensor(key, keyHeads, keys, width),
    value: packedTensor(value, keyHeads, keys, valueWidth),
    output: packedTensor(output, heads, queries, valueWidth),
    keyMask,
    bias: [biasAt, biasBatch, bias?.heads === 1 ? 0 : biasHead],
    statistics,
    scratch: [scratch, scratchBytes],
    gradients: {
      output: outputGradient,
      query: queryGradient,
      key: keyGradient,
      value: valueGradient,
      bias: biasGradient,
    },
    chunks: [chunks, parts],
  });
  new Uint32Array(buffer, job, words.length).set(words);

  const view = (at: number, count: number): Float32Array => new Float32Array(buffer, at, count);
  const viewIf = (at: number, count: number): Float32Array | null => (at === 0 ? null : view(at, count));
  const shares = view(statistics, 2 * counts.rows);
  const claimed = new Int32Array(buffer, job + 4 * claimedWord, 1);
  const run = async (name: JobName): Promise<void> => {
    await opening;
    claimed[0] = 0;
    await team?.tell({ kind: "job", name, address: job }, teamRoom);
  };
  const backwardByTeam = async (): Promise<void> => {
    await run("attentionBackward");
    if (chunks > 1) await run("attentionQueries");
  };
  const check = (): void =>
    checkScores("attention", plan, (row) => Number.isNaN(shares[2 * row + 1]), counts.rows);
  const tensors = {
    query: view(query, counts.query),
    key: view(key, counts.key),
    value: view(value, counts.value),
    keyMask: keyMask === 0 ? null : new Uint8Array(buffer, keyMask, counts.keyMask).fill(1),
    bias: viewIf(biasAt, counts.bias),
  };
  const room: AttentionRoom = {
    ...tensors,
    output: view(output, counts.output),
    gradients: plan.gradients
      ? {
          output: view(outputGradient, counts.output),
          query: view(queryGradient, counts.query),
          key: view(keyGradient, counts.key),
          value: view(valueGradient, counts.value),
          bias: viewIf(biasGradient, counts.bias),
        }
      : null,
    forward() {
      if (team) return run("attentionForward").then(check);
      kernels.attentionForward(job, 0, 1);
      return check();
    },
    backward() {
      if (room.gradients === null) throw planWithoutGradients();
      room.gradients.bias?.fill(0); // heads may add to the same numbers
      if (team) return backwardByTeam();
      kernels.attentionBackward(job, 0, 1);
      if (chunks > 1) kernels.attentionQueries(job, 0, 1);
      return undefined;
    },
    logSumExp: () =>
      Float64Array.from({ length: counts.rows }, (_, row) => shares[2 * row] - log(shares[2 * row + 1])).map(
        (value_) => (value_ === Infinity ? -Infinity : value_),
      ),
    async apply(from, to) {
      checkTensors(plan, from, to);
      copyTensors(from, tensors);
      await room.forward();
      to.set(room.output);
    },
  };
  return room;
}

/** A tensor without gaps. */
function packedTensor(at: number, heads: number, length: number, width: number): TensorPlace {
  return [at, heads * length * width * 4, length * width * 4, width * 4];
}

/** Parts of the keys that are worked on apart: it depends on the shape alone, so that the bits do. */
function chunksOf({ batch, keyHeads, keys, bias }: AttentionPlan): number {
  const tasks = (bias?.batch === 1 ? 1 : batch) * (bias?.heads === 1 ? 1 : keyHeads);
  return Math.min(Math.ceil(leastTasks / tasks), Math.ceil(keys / tileKeys));
}
