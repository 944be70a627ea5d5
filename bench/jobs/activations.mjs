import { printed } from "../harness/figures.mjs";
import { scriptPath } from "../harness/python.mjs";
import { sigmaxScript } from "../harness/sigmax.mjs";
import { names } from "../scripts/activations_task.mjs";

const sigmax = "sigmax";
const sigmaxInside = "sigmax, numbers in the kernels' memory";
const plain = "plain JavaScript loop";

/** Each activation and its gradient over a million float32, against the loop with Math's functions. */
export const activations = {
  name: "activations",
  about: "each activation and its gradient over a million float32, against plain loops",
  prepare: () => ({
    contestants: [
      { name: sigmax, ...sigmaxScript("sigmax_activations.mjs") },
      { name: sigmaxInside, ...sigmaxScript("sigmax_activations.mjs", "inside") },
      { name: plain, command: [process.execPath, scriptPath("plain_activations.mjs")] },
    ],
    questions: names.flatMap((name, i) =>
      ["value", "gradient"].flatMap((part) => {
        const milliseconds = (who) => printed(who, ({ results }) => results[i].milliseconds[part]);
        const job = `${name}, ${part}, 1,000,000`;
        return [
          {
            job: `${job}, in the kernels' memory`,
            unit: "ms",
            ours: milliseconds(sigmaxInside),
            peer: milliseconds(plain),
            required: { what: "ratio", atLeast: 3 },
          },
          {
            job: `${job}, copied in and out`,
            unit: "ms",
            ours: milliseconds(sigmax),
            peer: milliseconds(plain),
          },
        ];
      }),
    ),
  }),
};
