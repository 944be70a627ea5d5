import { fitClassifier, type TrainingData } from "@sigmax/core";
import { sha256 } from "@sigmax/core/artifact";
import { createThreads } from "@sigmax/core/browser";

// What the browser test runs in a page.

export interface PageResult {
  readonly isIsolated: boolean;
  readonly threads: number;
  /** SHA-256 of weights and intercepts, and of a network's hidden layers before them. */
  readonly hash: string;
  readonly loss: number;
  /** Seconds of each epoch. */
  readonly seconds: readonly number[];
  /** The longest time in milliseconds in which the page could not answer. */
  readonly longestPause: number;
}

/** @param hidden layers, "none", or "attention": a small body of that */
async function trainInPage(epochs: number, threads: number, hidden: string): Promise<PageResult> {
  const [values, labels] = await Promise.all(["/images", "/labels"].map(fetchBytes));
  const team = threads > 1 ? createThreads(threads) : null;
  let last = performance.now();
  let longestPause = 0;
  const heart = setInterval(() => {
    const now = performance.now();
    longestPause = Math.max(longestPause, now - last);
    last = now;
  }, 5);
  const seconds: number[] = [];
  let epochStart = performance.now();
  const data: TrainingData = {
    features: { rows: labels.length, columns: values.length / labels.length, values },
    labels: { classes: [..."0123456789"], indices: Int32Array.from(labels) },
    image: { height: 28, width: 28 },
  };
  const body =
    hidden === "attention"
      ? ({ body: "attention", tokens: "patches:7", width: 8, heads: 2, depth: 1 } as const)
      : { hidden };
  const model = await fitClassifier(data, {
    epochs,
    ...body,
    dropout: hidden === "none" ? undefined : 0.2,
    batch: 256,
    l2: 0,
    scaling: 255,
    team: team ?? undefined,
    onProgress({ share }) {
      if (share < 1) return;
      seconds.push((performance.now() - epochStart) / 1000);
      epochStart = performance.now();
    },
  });
  clearInterval(heart);
  team?.close();
  const [{ weights, bias }] = model.layers;
  const numbers = [...(model.body?.parameters ?? []), ...weights, ...bias];
  const bytes = new Uint8Array(Float32Array.from(numbers).buffer);
  return {
    isIsolated: crossOriginIsolated,
    threads: team?.size ?? 1,
    hash: sha256(bytes),
    loss: model.training.history.at(-1)?.loss ?? Number.NaN,
    seconds,
    longestPause,
  };
}

async function fetchBytes(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(path)).arrayBuffer());
}

declare global {
  interface Window {
    trainInPage: typeof trainInPage;
  }
}
window.trainInPage = trainInPage;
