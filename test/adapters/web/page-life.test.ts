import { describe, expect, test } from 'vitest';
import { patience, turnAway, useChat } from './chat-page.ts';

const chat = useChat();

describe('the page', () => {
  test('shows what people type as they typed it', async () => {
    const words = '<img src=x onerror=alert(1)> **bold** [a](javascript:alert(1)) <script>alert(2)</script>';
    await chat.send(`/imagine ${words}`);
    expect(await chat.bot().last().locator('strong').nth(1).innerText()).toBe(words);
    expect(await chat.page.locator('script').count()).toBe(1);
    expect(await chat.page.locator('.message :is(img[src="x"], a, em)').count()).toBe(0);
  });

  test('tells of work that ended further up, and leads there', async () => {
    let letGo = () => {};
    chat.holdUntil(new Promise((resolve) => (letGo = resolve)));
    await chat.give('drop', [1]);
    await chat.line().fill('/teach dog');
    await chat.page.keyboard.press('Enter');
    await chat.page.locator('.progress').waitFor();
    for (let i = 0; i < 4; i++) {
      await chat.line().fill('/help');
      await chat.page.keyboard.press('Enter');
      await chat
        .bot()
        .nth(i + 1)
        .waitFor();
    }
    const told = chat.page.getByRole('button', { name: 'Finished further up' });
    expect(await told.count()).toBe(0);
    letGo();
    await told.click();
    const learnt = chat.bot().first();
    expect(await learnt.innerText()).toContain('I learnt');
    await told.waitFor({ state: 'detached' });
    const { y = -1 } = (await learnt.boundingBox()) ?? {};
    expect(y).toBeGreaterThan(0);
    expect(await learnt.evaluate((message) => message === document.activeElement)).toBe(true);
  });

  test('keeps channels apart, and shows the one that was open after a reload', async () => {
    await chat.send('/imagine a dog');
    await chat.page.getByLabel('Name of a new channel').fill('garden');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('heading', { name: 'garden' }).waitFor();
    await chat.page.locator('.welcome').waitFor();
    expect(await chat.page.locator('.message').count()).toBe(0);
    await chat.send('/imagine a cat');
    await chat.page.reload();
    await chat.page.getByRole('heading', { name: 'garden' }).waitFor();
    await chat.page.getByText('/imagine a cat').waitFor();
    expect(await chat.page.getByText('/imagine a dog', { exact: true }).count()).toBe(0);
    await chat.page.getByRole('button', { name: 'sketchbook' }).click();
    await chat.page.getByText('/imagine a dog', { exact: true }).waitFor();
  });

  test('comes back by itself after the bot was away, with what it missed', async () => {
    await chat.send('/imagine a dog');
    await chat.stop();
    await chat.page.getByText('Connection lost').waitFor();
    await chat.start();
    await chat.page.getByText('Connection lost').waitFor({ state: 'hidden' });
    const other = await chat.newPage();
    await other.locator('#line').fill('/imagine a cat');
    await other.locator('#line').press('Enter');
    await chat.page.getByText('/imagine a cat').waitFor();
    await chat.page.getByText('Guest').first().waitFor();
    await chat.bot().nth(1).getByRole('button', { name: 'Again' }).waitFor();
    expect(await chat.page.locator('.message').count()).toBe(4);
  });

  test('lets an administrator remove the open channel, once they have said so again', async () => {
    await chat.page.getByLabel('Name of a new channel').fill('garden');
    await chat.page.getByRole('button', { name: 'Add the channel' }).click();
    const garden = chat.page.getByRole('button', { name: 'garden', exact: true });
    const remove = chat.page.getByRole('button', { name: 'Remove this channel' });
    await expect.poll(() => chat.page.getByRole('heading', { level: 1 }).innerText()).toBe('garden');
    chat.page.once('dialog', (dialog) => dialog.dismiss());
    await remove.click();
    expect(await garden.count()).toBe(1);
    chat.page.once('dialog', (dialog) => dialog.accept());
    await remove.click();
    await expect.poll(() => garden.count(), { timeout: patience }).toBe(0);
    expect(await chat.page.getByRole('heading', { level: 1 }).innerText()).toBe('sketchbook');
    chat.page.once('dialog', (dialog) => dialog.accept());
    await remove.click();
    await expect
      .poll(() => chat.page.getByText('The last channel stays').count(), { timeout: patience })
      .toBe(1);
  });

  test('opens a channel that was chosen while the bot was away once it is back', async () => {
    await chat.page.getByLabel('Name of a new channel').fill('garden');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('heading', { name: 'garden' }).waitFor();
    await chat.send('/imagine a cat');
    await chat.page.getByRole('button', { name: 'sketchbook' }).click();
    await chat.page.locator('.welcome').waitFor();
    await chat.stop();
    await chat.page.getByRole('button', { name: 'garden' }).click();
    await chat.page.getByText('does not answer').waitFor();
    await chat.start();
    await chat.page.getByText('/imagine a cat').waitFor();
    await chat.page.locator('#connection').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
  });

  test('works in more tabs than a browser has lines for one address', async () => {
    const address = chat.page.url();
    const tabs = await chat.page.context().browser()!.newContext();
    tabs.setDefaultTimeout(patience);
    for (let opened = 0; opened < 7; opened++) {
      const tab = await tabs.newPage();
      await tab.goto(address);
      await tab.locator('.welcome').waitFor();
      await turnAway(tab, true);
    }
    await chat.send('/imagine a dog');
    const first = tabs.pages()[0]!;
    await turnAway(first, false);
    await first.getByText('/imagine a dog', { exact: true }).waitFor();
  });

  test('says of messages of other days which day it was', async () => {
    const byline = () => chat.page.locator('.message.person time').innerText();
    await chat.send('/imagine a dog');
    expect(await byline()).not.toMatch(/[a-z]{3}/i);
    await chat.page.clock.setFixedTime(Date.now() + 48 * 3600 * 1000);
    await chat.page.reload();
    await chat.page.getByText('/imagine a dog', { exact: true }).waitFor();
    expect(await byline()).toContain(String(new Date().getDate()));
    expect(await byline()).toMatch(/[A-Z][a-z]{2}/);
  });

  test('knows who comes back over a link on another site', async () => {
    await chat.send('/imagine a dog');
    const address = chat.page.url();
    await chat.page.goto(address.replace('127.0.0.1', 'localhost'));
    await chat.page.getByText('Guest').first().waitFor();
    await chat.page.evaluate((url) => location.assign(url), address);
    await chat.page.getByText('/imagine a dog', { exact: true }).waitFor();
    expect(await chat.page.locator('.message.person').innerText()).toContain('You');
    await chat.send('/imagine a cat');
  });

  test('is readable on a phone: nothing sticks out, and the panels come out at a button', async () => {
    await chat.open({ width: 360, height: 740 });
    const sticksOut = () =>
      chat.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(await sticksOut()).toBe(false);
    await chat.give('drop', [1, 2, 3, 4, 5, 6]);
    await chat.send(`/teach dog label:${'W'.repeat(60)}`);
    await chat.send(`/imagine ${'unbreakable'.repeat(20)} count:4`);
    expect(await sticksOut()).toBe(false);
    const panel = chat.page.getByRole('complementary', { name: 'Concepts' });
    expect(await panel.isVisible()).toBe(false);
    await chat.page.getByRole('button', { name: 'Concepts' }).click();
    await panel.locator('.concept').waitFor();
    await chat.page.keyboard.press('Escape');
    await expect.poll(() => panel.isVisible(), { timeout: patience }).toBe(false);
    expect(await chat.page.evaluate(() => document.activeElement?.id)).toBe('show-concepts');
    await chat.page.getByRole('button', { name: 'Channels' }).click();
    await chat.page
      .getByRole('navigation', { name: 'Channels' })
      .getByRole('button', { name: 'sketchbook' })
      .waitFor();
    expect(await sticksOut()).toBe(false);
  });

  test('gives a panel that came out the focus alone, and gives it back however the panel is put away', async () => {
    await chat.open({ width: 360, height: 740 });
    const focused = () => chat.page.evaluate(() => document.activeElement?.id);
    const reached = () =>
      chat.page.evaluate(() => document.querySelectorAll('body > :not(script, [inert])').length);
    const all = await reached();
    for (const [name, id, beside] of [
      ['Channels', 'channels', 340],
      ['Concepts', 'concepts', 20],
    ] as const) {
      const toggle = chat.page.getByRole('button', { name, exact: true });
      const putAway = [
        () => chat.page.locator(`#${id}`).getByRole('button', { name: 'Close' }).click(),
        () => chat.page.locator('#shade').click({ position: { x: beside, y: 700 } }),
        () => chat.page.keyboard.press('Escape'),
        () => chat.page.locator(`#show-${id}`).evaluate((button) => (button as HTMLElement).click()),
      ];
      for (const away of putAway) {
        await toggle.click();
        expect([await focused(), await reached()]).toEqual([`close-${id}`, 2]);
        expect(await chat.line().evaluate((line) => line.closest('[inert]') !== null)).toBe(true);
        await away();
        expect([await focused(), await reached()]).toEqual([`show-${id}`, all]);
        expect(await toggle.getAttribute('aria-expanded')).toBe('false');
      }
    }
    await chat.page.getByRole('button', { name: 'Channels', exact: true }).click();
    await chat.page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(reached, { timeout: patience }).toBe(all);
  });

  test('names everything that can be pressed or seen', async () => {
    await chat.give('drop', [1]);
    await chat.send('/teach dog');
    await chat.send('/imagine a dog count:2');
    const nameless = await chat.page.evaluate(() => {
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
