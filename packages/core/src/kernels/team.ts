import { InputError } from "../errors/index.ts";
import { instantiate, type KernelExports, type WasmMemory } from "./webassembly.ts";

/**
 * Workers that hold one training run together. The driver owns the plan (which rows when, at which rate)
 * and says the same thing to every member; members know their rank and how many they are. Threads stand
 * behind this now; processes on several machines can, later, with the same messages.
 */
export interface Team {
  readonly size: number;
  /** Whether the work may be done without it where a step is too small to share. */
  readonly isOptional: boolean;
  /** Begins now, beside what else is done, and not when it is first told something. */
  start(): void;
  /**
   * Says it to every member, once what was said before is done, and waits until all have done it. Rejects when a member fails or is lost.
   *
   * @param room where its address is, for who shares the team with others: opened again first where members are in
   *   another. Without one it is the room that was opened last
   */
  tell(message: TeamMessage, room?: TeamRoom): Promise<void>;
}

/** The code and the memory of a run. */
interface TeamRoom {
  readonly module: object;
  readonly memory: WasmMemory;
}

export type TeamMessage =
  /** Here is the room of a run; and much of its memory that is new. */
  | ({ readonly kind: "open"; readonly fresh?: FreshMemory | undefined } & TeamRoom)
  /** Take these steps of the run laid out at an address of that memory. */
  | {
      readonly kind: "steps";
      readonly run: number;
      readonly first: number;
      readonly rows: number;
      readonly batch: number;
    }
  /** Do your share of a job laid out at an address of that memory. */
  | { readonly kind: "job"; readonly name: JobName; readonly address: number };

/** Addresses of memory that was never written, which its owner begins to fill from the start. */
interface FreshMemory {
  readonly from: number;
  readonly end: number;
  /** Where the owner keeps the address up to which it is filled, four bytes. */
  readonly filledAt: number;
}

/** Jobs that a team divides among its members. */
export type JobName =
  | "forwardAll"
  | "backwardAll"
  | "lossAll"
  | "gramAll"
  | "factorAll"
  | "attentionForward"
  | "attentionBackward"
  | "attentionQueries"
  | "networkSteps"
  | "productAll";

/** What a member does with its messages, on whichever platform. */
export function createMember(rank: number, size: number): (message: TeamMessage) => void {
  let kernels: KernelExports | null = null;
  return (message) => {
    if (message.kind === "open") {
      if (message.fresh) takePages(message.memory, message.fresh, rank, size);
      kernels = instantiate(message.module, message.memory);
    } else if (message.kind === "job") kernels?.[message.name](message.address, rank, size);
    else kernels?.trainSteps(message.run, rank, size, message.first, message.rows, message.batch);
  };
}

/** Memory comes in pages of this size, or of a multiple of it; members take turns at stretches of so many. */
const pageWords = 1024;
const stretchWords = 512 * pageWords;

/**
 * Has the system hand out a member's share of new memory, from the end until it meets the owner: the first access to a page
 * costs more than filling it. A 0 is exchanged for a 0, which changes nothing, whoever else writes there; an access that
 * reads first costs twice.
 */
function takePages({ buffer }: WasmMemory, fresh: FreshMemory, rank: number, size: number): void {
  const words = new Int32Array(buffer);
  const [first, end] = [fresh.from / 4, fresh.end / 4];
  const stretches = Math.ceil((end - first) / stretchWords);
  const takers = Math.max(1, size - 1); // a processor is left to the owner
  if (rank >= takers) return;
  for (let stretch = stretches - 1 - rank; stretch >= 0; stretch -= takers) {
    const start = first + stretch * stretchWords;
    const last = Math.min(start + stretchWords, end);
    if (last <= Atomics.load(words, fresh.filledAt / 4) >>> 2) return;
    for (let at = start; at < last; at += pageWords) Atomics.compareExchange(words, at, 0, 0);
  }
}

/** @throws InputError unless it is undefined or a whole number, 1 or more */
export function checkCount(count: number | undefined): number | undefined {
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1))
    throw new InputError(`createThreads: count must be a whole number, 1 or more, got ${count}`);
  return count;
}

/** One worker of a platform. */
export interface Worker {
  post(message: TeamMessage): void;
  stop(): void;
}

/** A team of workers that one process owns, until it closes it. */
export interface ThreadTeam extends Team {
  close(): void;
}

/**
 * A team over a platform's workers.
 *
 * @param start starts the worker of a rank; it calls `done` after each message, `lost` when it cannot go on
 */
export function createTeam(
  size: number,
  isOptional: boolean,
  start: (rank: number, done: () => void, lost: (reason: string) => void) => Worker,
): ThreadTeam {
  let failure: Error | null = null;
  let workers: Worker[] = [];
  let waiting: { left: number; resolve: () => void; reject: (error: Error) => void } | null = null;
  let told = Promise.resolve();
  let undone = 0;
  let opened: WasmMemory | null = null;
  const done = (): void => {
    if (waiting === null || --waiting.left > 0) return;
    const { resolve } = waiting;
    waiting = null;
    resolve();
  };
  // When one is lost, the others may wait for it inside a step: they are stopped, not asked.
  const end = (reason: Error): void => {
    if (failure) return;
    failure = reason;
    for (const worker of workers) worker.stop();
    waiting?.reject(failure);
    waiting = null;
  };
  const lose = (reason: string): void => end(new Error(`a training thread was lost: ${reason}`));
  const startAll = (): void => {
    if (workers.length === 0 && failure === null)
      workers = Array.from({ length: size }, (_, rank) => start(rank, done, lose));
  };
  const post = (message: TeamMessage): Promise<void> => {
    if (failure) return Promise.reject(failure);
    startAll();
    if (message.kind === "open") opened = message.memory;
    return new Promise((resolve, reject) => {
      waiting = { left: size, resolve, reject };
      for (const worker of workers) worker.post(message);
    });
  };
  const deliver = (message: TeamMessage, room: TeamRoom | undefined): Promise<void> => {
    if (!room || room.memory === opened) return post(message);
    const { module, memory } = room;
    return post({ kind: "open", module, memory }).then(() => post(message));
  };
  return {
    size,
    isOptional,
    start: startAll,
    tell(message, room) {
      // At once where nothing is undone; else one thing after the other, whoever says it.
      const isNext = undone++ === 0 || failure !== null;
      const delivered = isNext ? deliver(message, room) : told.then(() => deliver(message, room));
      told = delivered.finally(() => void undone--);
      return told;
    },
    close() {
      end(new Error("the team of threads is closed"));
    },
  };
}
