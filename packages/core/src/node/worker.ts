import { parentPort, workerData } from "node:worker_threads";
import { createMember, type TeamMessage } from "../kernels/team.ts";

const { rank, size }: { rank: number; size: number } = workerData;
const obey = createMember(rank, size);
parentPort?.on("message", (message: TeamMessage) => {
  obey(message);
  parentPort?.postMessage("done");
});
