import { createMember, type TeamMessage } from "../kernels/team.ts";

/** The first message says who this worker is, all others what to do. */
let obey: ((message: TeamMessage) => void) | null = null;
addEventListener("message", ({ data }: MessageEvent) => {
  if (obey === null) {
    obey = createMember(data.rank, data.size);
    return;
  }
  obey(data);
  postMessage("done");
});
