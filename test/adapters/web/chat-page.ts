import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import type { Example } from '../../../adapters/web/examples.ts';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import { launchBrowser } from '../../fakes/browser.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio, drawing, type FakeStudio, png } from '../../fakes/studio.ts';

/** How long to wait for the page, in milliseconds. */
export const patience = 30_000;

/** A local chat with a fake studio, and the page of it in a real browser: a new one for each test. */
export interface Chat {
  readonly page: Page;
  readonly studio: FakeStudio;
  /** Goes on in another page of this size. */
  open(viewport: { readonly width: number; readonly height: number }): Promise<void>;
  /** A second page, of another person. */
  newPage(): Promise<Page>;
  /** Starts the stopped server again, where it was. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Keeps every job at its next step until then. */
  holdUntil(moment: Promise<void>): void;
  line(): Locator;
  /** The bot's messages. */
  bot(): Locator;
  /** Types a line, sends it and waits for the answer. */
  send(words: string): Promise<void>;
  /** Gives the page pictures as a drop or a paste does. */
  give(kind: 'drop' | 'paste', seeds: readonly number[]): Promise<void>;
}

const examples: readonly Example[] = [
  {
    title: 'Teach a dog',
    line: '/teach dog',
    pictures: () => Promise.all([1, 2, 3].map((seed) => png(drawing(seed, '')))),
  },
];

/** To be called once in a test file. Every test also promises that the page reports no error. */
export function useChat(): Chat {
  let browser: Browser;
  let folder: string;
  let adapter: Adapter;
  let address = '';
  let page: Page;
  let studio: FakeStudio;
  let records: ReturnType<typeof freshRecords>;
  let faults: string[];
  let moment: Promise<void>;

  const freshRecords = () => ({ jobs: createFakeJobs(), messages: createFakeMessageLog() });

  async function startServer(port: number): Promise<void> {
    const log = { info: () => {}, error: () => {} };
    const { jobs, messages } = records;
    const bot = createBot({ commands: await loadCommands(), studio, jobs, log });
    adapter = await createWebAdapter({ bot, log, messages, folder, port, examples });
    address = /http:\S+/.exec(await adapter.start())![0];
  }

  async function newPage(viewport = { width: 1280, height: 800 }): Promise<Page> {
    const opened = await browser.newPage({ viewport });
    opened.setDefaultTimeout(patience);
    opened.on('pageerror', (error) => faults.push(error.message));
    opened.on('console', (entry) => {
      const expected = entry.location().url.includes('/api/channels/')
        ? /net::ERR|status of 40[04]/
        : /net::ERR|status of 400/;
      if (entry.type() === 'error' && !expected.test(entry.text())) faults.push(entry.text());
    });
    await opened.goto(address);
    await opened.locator('.welcome:not([hidden]), .message').first().waitFor();
    return opened;
  }

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    faults = [];
    moment = Promise.resolve();
    folder = await mkdtemp(join(tmpdir(), 'keepsake-page-'));
    studio = createFakeStudio({ steps: 20, onStep: () => moment });
    records = freshRecords();
    await startServer(0);
    page = await newPage();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await adapter.stop();
    await rm(folder, { recursive: true, force: true });
    expect(faults).toEqual([]);
  });

  const line = () => page.locator('#line');
  const bot = () => page.locator('.message.bot');

  return {
    get page() {
      return page;
    },
    get studio() {
      return studio;
    },
    async open(viewport) {
      page = await newPage(viewport);
    },
    newPage: () => newPage(),
    start: () => startServer(Number(new URL(address).port)),
    stop: () => adapter.stop(),
    holdUntil(promise) {
      moment = promise;
    },
    line,
    bot,
    async send(words) {
      const before = await bot().count();
      await line().fill(words);
      await line().press('Enter');
      await bot().nth(before).locator('.words').waitFor();
      await page.locator('.progress').waitFor({ state: 'detached' });
    },
    give: (kind, seeds) => give(page, kind, seeds),
  };
}

async function give(page: Page, kind: 'drop' | 'paste', seeds: readonly number[]): Promise<void> {
  const files = await Promise.all(
    seeds.map(async (seed) => (await png(drawing(seed, ''))).toString('base64')),
  );
  await page.evaluate(
    ([type, pictures]) => {
      const data = new DataTransfer();
      for (const [index, picture] of pictures.entries()) {
        const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], `mine-${index + 1}.png`, { type: 'image/png' }));
      }
      const init = { bubbles: true, cancelable: true };
      const event =
        type === 'drop'
          ? new DragEvent('drop', { ...init, dataTransfer: data })
          : new ClipboardEvent('paste', { ...init, clipboardData: data });
      document.body.dispatchEvent(event);
    },
    [kind, files] as const,
  );
}

/** As when another tab is brought to the front: without a window, Chromium takes every page for seen. */
export function turnAway(page: Page, away: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, away);
}
