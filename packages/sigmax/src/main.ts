import {
  ArgumentScannerError,
  buildApplication,
  buildRouteMap,
  ExitCode,
  formatMessageForArgumentScannerError,
  run,
  text_en,
  type ApplicationText,
  type CommandContext,
  type StricliProcess,
} from "@stricli/core";
import { version } from "@sigmax/core";
import { datasetsCommand } from "./commands/datasets.flags.ts";
import { evaluateCommand } from "./commands/evaluate.flags.ts";
import { inspectCommand } from "./commands/inspect.flags.ts";
import { trainCommand } from "./commands/train.flags.ts";
import { describeFailure, exitCodeOf } from "./failure.ts";

const text: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `sigmax: there is no command "${input}"${corrections.length > 0 ? `; did you mean ${corrections.join(" or ")}?` : "; sigmax --help lists them"}`,
  exceptionWhileParsingArguments: describeScanFailure,
  exceptionWhileRunningCommand: describeFailure,
};

const application = buildApplication<CommandContext>(
  buildRouteMap({
    routes: {
      train: trainCommand,
      evaluate: evaluateCommand,
      inspect: inspectCommand,
      datasets: datasetsCommand,
    },
    docs: { brief: "Sigmax: from rows to probabilities, and to decisions that can be signed." },
  }),
  {
    name: "sigmax",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    determineExitCode: exitCodeOf,
    documentation: { caseStyle: "convert-camel-to-kebab", disableAnsiColor: true },
    localization: { loadText: () => text },
  },
);

/** Stricli's own account of a wrong command line, in our words where ours are shorter. */
function describeScanFailure(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return describeFailure(error);
  const message = formatMessageForArgumentScannerError(error, {
    ArgumentParseError: ({ exception }) => (exception instanceof Error ? exception.message : String(exception)),
    FlagNotFoundError: ({ input, corrections }) =>
      `there is no option --${input}${corrections.length > 0 ? `; did you mean --${corrections.join(" or --")}?` : "; --help lists them"}`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `expected ${expectedCount} ${expectedCount === 1 ? "argument" : "arguments"}, got one more: ${input}`,
    UnsatisfiedPositionalError: ({ placeholder }) => `the ${placeholder} is missing; --help shows an example`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `--${externalFlagName}: needs a value behind it`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName}: expected ${values.join(", ")}, got ${input}`,
  });
  return `sigmax: ${message}`;
}

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
const shell: StricliProcess = { stdout: process.stdout, stderr: process.stderr, env: process.env };
await run(application, process.argv.slice(2), { process: shell });
const code = Number(shell.exitCode ?? 0);
if (code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand) process.exitCode = 2;
else process.exitCode = code < 0 ? 1 : code;
