import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';

/** Ends the output with a line that is easy to find for people and for machines. */
const closingLine: Reporter = {
  onTestRunEnd(modules) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((one) => one === state).length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    console.log(`${count('passed')} passed, ${count('failed')} failed${skipped}`);
  },
};

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', closingLine],
    // The runtime and sharp are native modules: each test file gets a process of its own.
    pool: 'forks',
    maxWorkers: 2,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // On a busy machine what is waited for comes late.
    expect: { poll: { timeout: 20_000 } },
  },
});
