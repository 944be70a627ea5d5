import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { checkCount, createTeam, type ThreadTeam } from "../kernels/team.ts";

/**
 * Worker threads to train with: pass them on as `fitClassifier(…, { team })` and close them when all is
 * fitted, which frees their memory. They begin when they are first needed, or at `start()`: best before the data are
 * read, since a thread takes some 50 ms. The fitted bits do not depend on how many there are.
 *
 * @param count how many; without one, as many as there are processors, and only where a step is worth it
 */
export function createThreads(count?: number): ThreadTeam {
  const size = checkCount(count) ?? availableParallelism();
  return createTeam(size, count === undefined, (rank, done, lost) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { rank, size },
      execArgv: [],
    });
    worker.on("message", () => {
      worker.unref();
      done();
    });
    worker.on("error", (error) => lost(error instanceof Error ? error.message : String(error)));
    worker.on("exit", (code) => lost(`it ended with code ${code}`));
    worker.unref(); // after listeners, which would undo it: only while it works does it keep the process alive
    return {
      post(message) {
        worker.ref();
        worker.postMessage(message);
      },
      stop: () => void worker.terminate(),
    };
  });
}
