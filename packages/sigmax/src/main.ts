import { readAhead } from "./sources/ahead.ts";

// The rest of the program is a megabyte to load: meanwhile the thread pool inflates what it will ask for.
const args = process.argv.slice(2);
readAhead(args);
const { runCommand } = await import("./application.ts");
await runCommand(args);
