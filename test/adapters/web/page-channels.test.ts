import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { ChannelInfo, ChannelState } from '../../../adapters/web/wire.ts';
import { patience, turnAway, useChat } from './chat-page.ts';
import { createVisitor } from './visitor.ts';

const chat = useChat();

/** The visitor whose page it is. */
async function visitorOf(page: Page) {
  const [cookie] = await page.context().cookies();
  return createVisitor(new URL(page.url()).origin, cookie?.value);
}

/** A page in a second channel, and what removes that channel elsewhere. */
async function inGarden() {
  const visitor = await visitorOf(chat.page);
  const { id } = (await visitor.post('/api/channels', { name: 'garden' })) as ChannelInfo;
  await chat.page.goto(`${new URL(chat.page.url()).origin}/#${id}`);
  await chat.page.reload();
  await chat.page.getByRole('heading', { name: 'garden' }).waitFor();
  await chat.page.locator('.welcome').waitFor();
  return { remove: () => visitor.remove(`/api/channels/${id}`) };
}

async function isElsewhere(): Promise<void> {
  await chat.page.getByText('garden was removed. This is sketchbook.').waitFor();
  await chat.page.getByRole('heading', { name: 'sketchbook' }).waitFor();
  expect(await chat.page.getByRole('button', { name: 'garden', exact: true }).count()).toBe(0);
  await chat.send('/imagine a dog');
}

describe('a channel that is removed elsewhere', () => {
  test('is left at once by a page that shows it, which says so', async () => {
    const { remove } = await inGarden();
    const connected = chat.page.waitForRequest('**/events?*');
    await chat.page.reload();
    await connected;
    await remove();
    await isElsewhere();
  });

  test('is left by a page that nobody saw meanwhile', async () => {
    const { remove } = await inGarden();
    await turnAway(chat.page, true);
    await remove();
    await turnAway(chat.page, false);
    await isElsewhere();
  });

  test('is left by a page that shows another, once it is chosen there', async () => {
    const { remove } = await inGarden();
    await chat.page.getByRole('button', { name: 'sketchbook' }).click();
    await chat.page.getByRole('heading', { name: 'sketchbook' }).waitFor();
    await remove();
    await chat.page.getByRole('button', { name: 'garden', exact: true }).click();
    await isElsewhere();
  });
});

test('a page that stays open shows as many messages of a channel as there are, the newest', async () => {
  const visitor = await visitorOf(chat.page);
  const channel = `/api/channels/${visitor.state.channels[0]!.id}`;
  const kept = async () => ((await visitor.get(channel)) as ChannelState).messages.map(({ id }) => id);
  const shown = () =>
    chat.page.locator('.message').evaluateAll((all) => all.map((message) => message.getAttribute('data-id')));
  for (let sent = 0; sent < 152; sent++) {
    const form = new FormData();
    form.set('line', '/help');
    await visitor.post(`${channel}/messages`, form);
  }
  await expect.poll(async () => (await kept()).length, { timeout: patience }).toBe(300);
  await expect.poll(shown, { timeout: patience }).toEqual(await kept());
});
