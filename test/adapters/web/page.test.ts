import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Adapter } from '../../../adapters/adapter.ts';
import type { Example } from '../../../adapters/web/examples.ts';
import { createWebAdapter } from '../../../adapters/web/server.ts';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { JobRecords, MessageLog } from '../../../model-store/store.ts';
import { launchBrowser } from '../../fakes/browser.ts';
import { createFakeJobs, createFakeMessageLog } from '../../fakes/records.ts';
import { createFakeStudio, drawing, type FakeStudio, png } from '../../fakes/studio.ts';

const patience = 30_000;
const examples: readonly Example[] = [
  {
    title: 'Teach a dog',
    line: '/teach dog',
    pictures: () => Promise.all([1, 2, 3].map((seed) => png(drawing(seed, '')))),
  },
];

let browser: Browser;
let folder: string;
let adapter: Adapter;
let address: string;
let page: Page;
let faults: string[];
let studio: FakeStudio;
let jobs: JobRecords;
let messages: MessageLog;
let hold: Promise<void> | undefined;

async function startServer(port: number): Promise<void> {
  const log = { info: () => {}, error: () => {} };
  const bot = createBot({ commands: await loadCommands(), studio, jobs, log });
  adapter = await createWebAdapter({ bot, log, messages, folder, port, examples });
  address = /http:\S+/.exec(await adapter.start())![0];
}

async function openPage(viewport = { width: 1280, height: 800 }): Promise<Page> {
  const opened = await browser.newPage({ viewport });
  opened.setDefaultTimeout(patience);
  opened.on('pageerror', (error) => faults.push(error.message));
  opened.on('console', (entry) => {
    if (entry.type() === 'error' && !entry.text().includes('net::ERR')) faults.push(entry.text());
  });
  await opened.goto(address);
  await opened.locator('.welcome:not([hidden]), .message').first().waitFor();
  return opened;
}

const line = () => page.locator('#line');
const bot = () => page.locator('.message.bot');

async function send(words: string): Promise<void> {
  const before = await bot().count();
  await line().fill(words);
  await line().press('Enter');
  await bot().nth(before).locator('.words').waitFor();
  await page.locator('.progress').waitFor({ state: 'detached' });
}

/** Gives the page pictures as a drop or a paste does. */
async function give(kind: 'drop' | 'paste', seeds: readonly number[]): Promise<void> {
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

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  faults = [];
  hold = undefined;
  folder = await mkdtemp(join(tmpdir(), 'keepsake-page-'));
  studio = createFakeStudio({ steps: 20, onStep: () => hold ?? Promise.resolve() });
  jobs = createFakeJobs();
  messages = createFakeMessageLog();
  await startServer(0);
  page = await openPage();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await adapter.stop();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

describe('the page', () => {
  test('teaches its first step with one click and Enter, showing how far it is', async () => {
    let letGo = () => {};
    hold = new Promise((resolve) => (letGo = resolve));
    await page.getByRole('button', { name: '/teach dog' }).click();
    await page.locator('.tray img').nth(2).waitFor();
    await page.keyboard.press('Enter');
    const progress = page.locator('.progress');
    await progress.getByText('step 1 of 20').waitFor();
    expect(
      await progress.getByText(/Learning · 5 % · step 1 of 20 · loss 0\.\d{4} · about 2 s left/).count(),
    ).toBe(1);
    expect(await progress.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBeCloseTo(
      0.05,
    );
    expect(await progress.getByRole('button', { name: 'Cancel' }).count()).toBe(1);
    expect(await page.locator('.welcome').isVisible()).toBe(false);
    hold = undefined;
    letGo();
    await page.getByText('I learnt').waitFor();
    expect(studio.asked).toHaveLength(1);
    const concept = page.locator('#concept-list .concept');
    await concept.waitFor();
    expect(await concept.innerText()).toMatch(/dog\s+<new1>\s*subject/);
    await concept.click();
    expect(await line().inputValue()).toBe('/imagine <new1> dog ');
  });

  test('takes dropped and pasted pictures, and lets one be taken back', async () => {
    await give('drop', [1, 2, 3]);
    await give('paste', [4]);
    expect(await line().inputValue()).toBe('/teach ');
    await page.getByRole('button', { name: 'Remove mine-2.png' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.tray img').count()).toBe(3);
    await send('/teach dog label:Rex');
    expect(await page.locator('.message.person .picture img').count()).toBe(3);
    expect(await bot().last().innerText()).toContain('I learnt <new1> dog “Rex”');
    expect(studio.asked[0]?.request).toMatchObject({ pictures: { length: 3 } });
    expect(await page.locator('.tray img').count()).toBe(0);
  });

  test('says what it does not take, and keeps what was typed', async () => {
    await give('drop', [1, 2, 3, 4, 5, 6, 7]);
    expect(await page.getByRole('alert').getByText('6 pictures are enough').count()).toBe(1);
    expect(await page.locator('.tray img').count()).toBe(6);
    await adapter.stop();
    await line().fill('/teach dog');
    await line().press('Enter');
    await page.getByRole('alert').getByText('Keepsake does not answer').waitFor();
    expect(await line().inputValue()).toBe('/teach dog');
    expect(await page.locator('.tray img').count()).toBe(6);
  });

  test('can be used with the keyboard alone', async () => {
    await give('drop', [1]);
    await send('/teach dog');
    await line().pressSequentially('/im');
    await page.getByRole('option', { name: /\/imagine/ }).waitFor();
    await page.keyboard.press('Tab');
    expect(await line().inputValue()).toBe('/imagine ');
    await line().pressSequentially('a <ne');
    await page.getByRole('option', { name: /<new1> dog/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await line().getAttribute('aria-activedescendant')).toBe('completion-0');
    await page.keyboard.press('Enter');
    expect(await line().inputValue()).toBe('/imagine a <new1> dog ');
    await line().pressSequentially('count:2 co');
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').isVisible()).toBe(false);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: '2 pictures of a <new1> dog' }).waitFor();

    await page.getByRole('button', { name: '2 pictures of a <new1> dog' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('(1 of 3)').waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog.getByText('Picture 1 (2 of 3)').waitFor();
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    const focused = page.evaluate(() => document.activeElement?.querySelector('img')?.alt);
    expect(await focused).toBe('2 pictures of a <new1> dog');

    await page.getByRole('button', { name: 'Use the seed' }).focus();
    await page.keyboard.press('Enter');
    const draft = '/imagine a <new1> dog count:2 seed:1002 steps:25 guidance:5';
    await expect.poll(() => line().inputValue(), { timeout: patience }).toBe(draft);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('line');
    await line().fill('');
    await page.keyboard.press('ArrowUp');
    expect(await line().inputValue()).toBe('/imagine a <new1> dog count:2');
  });

  test('has buttons under its pictures that draw again and delete', async () => {
    await send('/imagine a dog seed:7');
    await page.getByRole('button', { name: 'Again' }).click();
    await bot().nth(1).getByRole('button', { name: 'Delete' }).waitFor();
    await bot().nth(1).getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => bot().count(), { timeout: patience }).toBe(1);
    expect(await bot().first().innerText()).toContain('seed 7');
  });

  test('asks before it forgets, and the list at the side follows', async () => {
    await give('drop', [1]);
    await send('/teach dog');
    await send('/forget <new1>');
    await page.getByRole('button', { name: 'Forget <new1>' }).click();
    await page.getByText('is forgotten').waitFor();
    await page.getByText('Nothing yet.').waitFor();
  });

  test('shows what people type as they typed it', async () => {
    const words = '<img src=x onerror=alert(1)> **bold** [a](javascript:alert(1)) <script>alert(2)</script>';
    await send(`/imagine ${words}`);
    expect(await bot().last().locator('strong').nth(1).innerText()).toBe(words);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('.message :is(img[src="x"], a, em)').count()).toBe(0);
  });

  test('keeps channels apart, and shows the one that was open after a reload', async () => {
    await send('/imagine a dog');
    await page.getByLabel('Name of a new channel').fill('garden');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'garden' }).waitFor();
    await page.locator('.welcome').waitFor();
    expect(await page.locator('.message').count()).toBe(0);
    await send('/imagine a cat');
    await page.reload();
    await page.getByRole('heading', { name: 'garden' }).waitFor();
    await page.getByText('/imagine a cat').waitFor();
    expect(await page.getByText('/imagine a dog', { exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'sketchbook' }).click();
    await page.getByText('/imagine a dog', { exact: true }).waitFor();
  });

  test('comes back by itself after the bot was away, with what it missed', async () => {
    await send('/imagine a dog');
    await adapter.stop();
    await page.getByText('Connection lost').waitFor();
    await startServer(Number(new URL(address).port));
    await page.getByText('Connection lost').waitFor({ state: 'hidden' });
    const other = await openPage();
    await other.locator('#line').fill('/imagine a cat');
    await other.locator('#line').press('Enter');
    await page.getByText('/imagine a cat').waitFor();
    await page.getByText('Guest').first().waitFor();
    await bot().nth(1).getByRole('button', { name: 'Again' }).waitFor();
    expect(await page.locator('.message').count()).toBe(4);
  });

  test('is readable on a phone: nothing sticks out, and the panels come out at a button', async () => {
    page = await openPage({ width: 360, height: 740 });
    const sticksOut = () =>
      page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(await sticksOut()).toBe(false);
    await give('drop', [1, 2, 3, 4, 5, 6]);
    await send(`/teach dog label:${'W'.repeat(60)}`);
    await send(`/imagine ${'unbreakable'.repeat(20)} count:4`);
    expect(await sticksOut()).toBe(false);
    const panel = page.getByRole('complementary', { name: 'Concepts' });
    expect(await panel.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Concepts' }).click();
    await panel.locator('.concept').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.isVisible(), { timeout: patience }).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('show-concepts');
    await page.getByRole('button', { name: 'Channels' }).click();
    await page
      .getByRole('navigation', { name: 'Channels' })
      .getByRole('button', { name: 'sketchbook' })
      .waitFor();
    expect(await sticksOut()).toBe(false);
  });

  test('names everything that can be pressed or seen', async () => {
    await give('drop', [1]);
    await send('/teach dog');
    await send('/imagine a dog count:2');
    const nameless = await page.evaluate(() => {
      const name = (element: Element) =>
        element.getAttribute('aria-label') ??
        (element.textContent?.trim() || element.querySelector('img')?.alt);
      const buttons = [...document.querySelectorAll('button, a')].filter((element) => !name(element));
      const images = [...document.querySelectorAll('img:not([alt])')];
      const inputs = [...document.querySelectorAll('textarea, input:not([type=file])')].filter(
        (input) => !input.getAttribute('aria-label') && (input as HTMLInputElement).labels?.length === 0,
      );
      return [...buttons, ...images, ...inputs].map((element) => element.outerHTML);
    });
    expect(nameless).toEqual([]);
  });
});
