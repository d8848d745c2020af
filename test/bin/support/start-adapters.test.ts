import { expect, test } from 'vitest';
import type { Adapter, AdapterModule } from '../../../adapters/adapter.ts';
import { loadAdapters, wantedAdapters } from '../../../adapters/index.ts';
import { startAdapters } from '../../../bin/support/start-adapters.ts';
import { ProblemError, unwrap } from '../../../src/result.ts';
import { readSettings } from '../../../src/settings/settings.ts';

const lost = new ProblemError({ code: 'invalid-option', message: 'Slack does not know SLACK_BOT_TOKEN.' });

function adapterOf(start: () => Promise<string>, stopped: () => void = () => {}): Adapter {
  return { start, stop: async () => stopped() };
}

async function run(adapters: Readonly<Record<string, Adapter>>) {
  const [said, complained, logged, running]: [string[], string[], object[], Adapter[]] = [[], [], [], []];
  const modules = Object.entries(adapters).map(
    ([name, adapter]): AdapterModule => ({ name, wanted: () => true, create: async () => adapter }),
  );
  const count = await startAdapters({
    modules,
    create: ({ name }) => Promise.resolve(adapters[name]!),
    log: { info: () => {}, error: (details) => void logged.push(details) },
    say: (sentence) => void said.push(sentence),
    complain: (sentence) => void complained.push(sentence),
    onRunning: (adapter) => void running.push(adapter),
  });
  return { count, said, complained, logged, running };
}

test('web, Discord and Slack run at once where all are set up', async () => {
  const settings = unwrap(
    readSettings(
      { WEB_CHAT: 'yes', DISCORD_TOKEN: 'a.b.c', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      import.meta.dirname,
    ),
  );
  const names = wantedAdapters(await loadAdapters(), settings).map(({ name }) => name);
  expect(names).toEqual(['discord', 'slack', 'web']);
});

test('one that cannot log in is told of by name and does not stop the others', async () => {
  let stopped = false;
  const web = adapterOf(async () => 'Open http://localhost:3000');
  const slack = adapterOf(
    () => Promise.reject(lost),
    () => {
      stopped = true;
    },
  );
  const result = await run({ slack, web });
  expect(result).toMatchObject({ count: 1, running: [web], logged: [] });
  expect(result.complained).toEqual(['slack did not start. Slack does not know SLACK_BOT_TOKEN.']);
  expect(result.said).toEqual(['Open http://localhost:3000', 'The others run.']);
  expect(stopped).toBe(true);
});

test('one that never comes to an end does not keep the others from starting', async () => {
  const web = adapterOf(async () => 'Open http://localhost:3000');
  const hanging = adapterOf(() => new Promise(() => {}));
  const said: string[] = [];
  const heard = new Promise<void>((resolve) => {
    void startAdapters({
      modules: ['discord', 'web'].map((name) => ({ name, wanted: () => true, create: async () => web })),
      create: async ({ name }) => (name === 'web' ? web : hanging),
      log: { info: () => {}, error: () => {} },
      say(sentence) {
        said.push(sentence);
        resolve();
      },
      complain: () => {},
      onRunning: () => {},
    });
  });
  await heard;
  expect(said).toEqual(['Open http://localhost:3000']);
});

test('what is no sentence for people goes to the log, and where nothing runs nothing is said to', async () => {
  const result = await run({ slack: adapterOf(() => Promise.reject(new TypeError('a bug'))) });
  expect(result).toMatchObject({ count: 0, said: [], running: [] });
  expect(result.complained).toEqual(['slack did not start; the log says why.']);
  expect(result.logged).toHaveLength(1);
});
