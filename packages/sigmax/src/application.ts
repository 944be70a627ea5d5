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
import { InputError, version } from "@sigmax/core";
import { attendCommand } from "./commands/attend.flags.ts";
import { calibrateCommand } from "./commands/calibrate.flags.ts";
import { compareCommand } from "./commands/compare.flags.ts";
import { datasetsCommand } from "./commands/datasets.flags.ts";
import { decideCommand } from "./commands/decide.flags.ts";
import { evaluateCommand } from "./commands/evaluate.flags.ts";
import { withDashes } from "./commands/flag-words.ts";
import { functionsCommand } from "./commands/functions.flags.ts";
import { inspectCommand } from "./commands/inspect.flags.ts";
import { predictCommand } from "./commands/predict.flags.ts";
import { trainCommand } from "./commands/train.flags.ts";
import { describeFailure, exitCodeOf } from "./failure.ts";
import { stopOnInterrupt } from "./interrupt.ts";
import { reasonOf } from "./sources/files.ts";
import { didYouMean } from "./sources/suggest.ts";
import { filesWritten } from "./write.ts";

const text: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    input.startsWith("-")
      ? `sigmax: there is no option ${input} before the command; sigmax <command> --help lists the options`
      : `sigmax: there is no command "${input}"${didYouMean(input, corrections.map(withoutTicks)) || "; sigmax --help lists them"}`,
  exceptionWhileParsingArguments: describeScanFailure,
  exceptionWhileRunningCommand: describeFailure,
};

const application = buildApplication<CommandContext>(
  buildRouteMap({
    routes: {
      train: trainCommand,
      evaluate: evaluateCommand,
      predict: predictCommand,
      compare: compareCommand,
      calibrate: calibrateCommand,
      decide: decideCommand,
      attend: attendCommand,
      inspect: inspectCommand,
      datasets: datasetsCommand,
      functions: functionsCommand,
    },
    docs: {
      brief: "Sigmax: from rows to probabilities, and to decisions that can be signed.",
      fullDescription:
        "Sigmax: from rows to probabilities, and to decisions that can be signed.\n\nExample: sigmax train iris",
    },
  }),
  {
    name: "sigmax",
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: "allow-kebab-for-camel" },
    determineExitCode: exitCodeOf,
    documentation: {
      caseStyle: "convert-camel-to-kebab",
      disableAnsiColor: true,
      onlyRequiredInUsageLine: true,
    },
    localization: { loadText: () => text },
  },
);

/** What is wrong with a command line, in our words. */
function describeScanFailure(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return describeFailure(error);
  const message = formatMessageForArgumentScannerError(error, {
    AliasNotFoundError: ({ input }) => `there is no option -${input}; --help lists them`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
      exception instanceof InputError
        ? exception.message
        : `--${name}: takes no value but true or false, got ${input}`,
    FlagNotFoundError: ({ input, corrections }) =>
      `there is no option --${input}${didYouMean(`--${input}`, corrections.map(withDashes)) || "; --help lists them"}`,
    InvalidNegatedFlagSyntaxError: ({ externalFlagName }) => `--${externalFlagName}: takes no value`,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${externalFlagName}: given twice, ${previousInput} and ${input}`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `expected ${expectedCount} ${expectedCount === 1 ? "argument" : "arguments"}, got one more: ${input}`,
    UnsatisfiedPositionalError: ({ placeholder }) => `the ${placeholder} is missing; --help shows an example`,
    UnsatisfiedFlagError: ({ externalFlagName: name }) =>
      process.argv.includes(`--${name}`)
        ? `--${name}: needs a value behind it`
        : `--${name} is missing; --help shows an example`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName}: expected ${values.join(", ")}, got ${input}`,
  });
  return `sigmax: ${message}`;
}

function withoutTicks(name: string): string {
  return name.replaceAll("`", "");
}

/** Does what a command line says, and leaves its exit code with the process. */
export async function runCommand(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`sigmax: the output cannot be written: ${reasonOf(error)}\n`);
    process.exit(2);
  });
  process.stderr.on("error", () => undefined);
  stopOnInterrupt(filesWritten);

  const failures: string[] = [];
  const shell: StricliProcess = {
    stdout: process.stdout,
    stderr: { write: (message) => failures.push(message) },
    env: process.env,
  };
  await run(application, args, { process: shell });
  // Of several mistakes in a command line the first is said: one sentence.
  if (failures.length > 0) process.stderr.write(failures[0]);
  const code = Number(shell.exitCode ?? 0);
  if (code === ExitCode.InvalidArgument || code === ExitCode.UnknownCommand) process.exitCode = 2;
  else process.exitCode = code < 0 ? 1 : code;
}
