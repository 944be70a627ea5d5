// The last line of a test run: how many passed, failed and were skipped.
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      counts.failed += module.errors().length;
    }
    counts.failed += unhandledErrors.length;
    // After the other reporters have had their say.
    process.once("exit", () => {
      const skipped = counts.skipped + counts.pending;
      console.log(
        `${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
      );
    });
  }
}
