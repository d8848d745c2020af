import { describe, expect, test } from 'vitest';
import { patience, useChat } from './chat-page.ts';

const chat = useChat();

describe('the message line', () => {
  test('sends a line once, however often Enter is pressed, and keeps what is typed meanwhile', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let sent = 0;
    await chat.page.route('**/messages', async (route) => {
      sent++;
      await held;
      await route.continue();
    });
    await chat.give('drop', [1]);
    await chat.line().fill('/teach dog');
    await chat.page.keyboard.press('Enter');
    await chat.page.keyboard.press('Enter');
    await chat.line().fill('/imagine a cat');
    await chat.give('drop', [2, 3]);
    await chat.page.keyboard.press('Enter');
    letGo();
    await chat.page.getByText('I learnt').waitFor();
    expect(sent).toBe(1);
    expect(chat.studio.asked).toMatchObject([{ request: { classWord: 'dog', pictures: { length: 1 } } }]);
    expect(await chat.line().inputValue()).toBe('/imagine a cat');
    expect(await chat.page.locator('.tray img').count()).toBe(2);
    await chat.page.keyboard.press('Enter');
    await expect.poll(() => chat.studio.asked.length, { timeout: patience }).toBe(2);
  });
});
