import { InputError } from "@sigmax/core";
import { inFlags } from "./commands/flag-words.ts";
import { printable } from "./output.ts";

/** What a failure looks like on stderr: one sentence for the caller's mistake, the whole stack for ours. */
export function describeFailure(error: unknown): string {
  if (error instanceof InputError) return `sigmax: ${printable(inFlags(error.message))}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `sigmax: this is a fault in Sigmax, please report it.\n${stack}`;
}

/** 2: the caller's mistake, 1: our fault. Ctrl-C is 130, see `stopOnInterrupt`. */
export function exitCodeOf(error: unknown): number {
  return error instanceof InputError ? 2 : 1;
}
