import type { Head } from "../model/index.ts";

/** Classes, and logits of a batch, from which a softmax is trained a tile of classes at a time. */
const fewestWideClasses = 4096;
const fewestWideLogits = 2 ** 22;

/** Whether there are so many classes that the logits of a batch are not all to be in memory. */
export function isWide(head: Head, classes: number, batch: number): boolean {
  return head.kind === "softmax" && classes >= fewestWideClasses && classes * batch >= fewestWideLogits;
}
