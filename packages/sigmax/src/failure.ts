import { InputError } from "@sigmax/core";

/** Stopped by the user. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** What a failure looks like on stderr: one sentence for the caller's mistake, the whole stack for ours. */
export function describeFailure(error: unknown): string {
  if (error instanceof InputError || error instanceof Interrupted) return `sigmax: ${error.message}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `sigmax: this is a fault in Sigmax, please report it.\n${stack}`;
}

/** 2: the caller's mistake, 130: Ctrl-C, 1: our fault. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InputError) return 2;
  return error instanceof Interrupted ? 130 : 1;
}
