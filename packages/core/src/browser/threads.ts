import { checkCount, createTeam, type ThreadTeam } from "../kernels/team.ts";

/**
 * Web workers to train with, where the page may share memory with them (it is cross-origin isolated);
 * elsewhere null, and training runs on the calling thread in short stretches. Pass the team on as
 * `fitClassifier(…, { team })` and close it when all is fitted. They begin when they are first needed, or at
 * `start()`. The fitted bits do not depend on how many there are.
 *
 * @param count how many; without one, as many as there are processors, and only where a step is worth it
 */
export function createThreads(count?: number): ThreadTeam | null {
  if (!crossOriginIsolated) return null;
  const size = checkCount(count) ?? navigator.hardwareConcurrency;
  return createTeam(size, count === undefined, (rank, done, lost) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", done);
    worker.addEventListener("error", (event) => lost(event.message || "it could not be started"));
    worker.postMessage({ rank, size });
    return {
      post: (message) => worker.postMessage(message),
      stop: () => worker.terminate(),
    };
  });
}
