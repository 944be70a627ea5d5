import { Attention, attentionBackward, attentionForward } from "./attention";

/** Bytes of an `Attention`, rounded up: `attentionJobBytes` of attention-layout.ts. */
const JOB_BYTES: usize = 256;

// Self-attention of the rows [from, to) of a batch. Operands: how all rows lie, room of all threads, its bytes for one.

export function attentionRows(op: usize, thread: i32, from: i32, to: i32): void {
  if (to > from) attentionForward(jobOf(op, thread, from, to), 0, 1);
}

export function attentionGradientRows(op: usize, thread: i32, from: i32, to: i32): void {
  if (to > from) attentionBackward(jobOf(op, thread, from, to), 0, 1);
}

/** A thread's own rows as a job of their own. */
function jobOf(op: usize, thread: i32, from: i32, to: i32): usize {
  const at = <usize>load<u32>(op, 8) + <usize>thread * <usize>load<u32>(op, 12);
  memory.copy(at, <usize>load<u32>(op, 4), JOB_BYTES);
  const job = changetype<Attention>(at);
  const rows = <usize>from;
  job.batch = to - from;
  job.query += rows * job.queryBatch;
  job.key += rows * job.keyBatch;
  job.value += rows * job.valueBatch;
  job.output += rows * job.outputBatch;
  job.statistics += (rows * <usize>(job.heads * job.queries)) << 3;
  job.scratch = at + JOB_BYTES;
  job.outputGradient += rows * job.outputBatch;
  job.queryGradient += rows * job.queryBatch;
  job.keyGradient += rows * job.keyBatch;
  job.valueGradient += rows * job.valueBatch;
  return at;
}
