import { InputError } from "../errors/index.ts";
import type { LinearLayer } from "../kernels/index.ts";
import type { EpochRecord } from "../model/index.ts";
import type { NetworkPlan } from "./network-plan.ts";
import type { Plan } from "./plan.ts";

/** What a checkpoint belongs to: a run of other data or options must not go on from it. */
export interface RunIdentity {
  readonly plan: Plan | NetworkPlan;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly head: string;
  /** Of the training rows' features, labels and weights, in order. */
  readonly checksum: number;
}

/** Where a run stands after an epoch: with the data and the options, all that the rest of it depends on. */
export type Checkpoint = LinearCheckpoint | NetworkCheckpoint;

/** Of a linear model by plain steps. */
export interface LinearCheckpoint {
  readonly identity: RunIdentity;
  /** Of the softmax that the head is trained as: one output per class. */
  readonly layer: LinearLayer;
  readonly velocity: LinearLayer | null;
  /** One record per epoch that is done. */
  readonly history: readonly EpochRecord[];
}

/** Of a network, and of linear models by other steps. */
export interface NetworkCheckpoint {
  readonly identity: RunIdentity;
  /** All of them, flat. */
  readonly parameters: Float32Array;
  /** What the steps remember: one array with momentum, two of adam and adamw. */
  readonly moments: readonly Float32Array[];
  /** The epoch with the lowest loss on validation rows, and its parameters; null where there are no such rows. */
  readonly best: BestEpoch | null;
  readonly history: readonly EpochRecord[];
}

export interface BestEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly parameters: Float32Array;
}

/** @throws InputError that names the first difference */
export function checkIdentity(checkpoint: RunIdentity, run: RunIdentity): void {
  const refuse = (what: string, then: unknown, now: unknown): never => {
    throw new InputError(
      `checkpoint: it is of another run: ${what} was ${inWords(then)} there and is ${inWords(now)} here; use the same, or begin anew with another checkpoint`,
    );
  };
  for (const name of ["rows", "columns", "classes"] as const)
    if (checkpoint[name] !== run[name]) refuse(`the number of ${name}`, checkpoint[name], run[name]);
  if (checkpoint.head !== run.head) refuse("the head", checkpoint.head, run.head);
  const then = new Map<string, unknown>(Object.entries(checkpoint.plan));
  const now = new Map<string, unknown>(Object.entries(run.plan));
  for (const name of new Set(["hidden", "solver", ...now.keys(), ...then.keys()]))
    if ((then.get(name) ?? null) !== (now.get(name) ?? null)) refuse(name, then.get(name), now.get(name));
  if (checkpoint.checksum !== run.checksum)
    throw new InputError(
      "checkpoint: it is of another run: the training rows are not the same; use the same data, or begin anew with another checkpoint",
    );
}

/** Plans hold texts, numbers, flags and nulls. */
function inWords(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? `${value}`
    : "none";
}

/** FNV-1a over 32-bit words: tells one data set from another by accident, not against intent. */
export function checksumOf(arrays: readonly (Uint8Array | Int32Array | Float32Array)[]): number {
  let hash = 0x811c9dc5;
  for (const array of arrays) {
    const whole = array.byteLength - (array.byteLength % 4);
    const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < whole; i += 4) hash = Math.imul(hash ^ view.getInt32(i, true), 0x01000193);
    for (let i = whole; i < array.byteLength; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  }
  return hash >>> 0;
}
