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

  test('stays as it was, with its pictures, where a command is refused', async () => {
    await chat.give('drop', [1, 2]);
    await chat.line().fill('/tech dog');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('alert').getByText('There is no command “/tech”').waitFor();
    expect(await chat.line().inputValue()).toBe('/tech dog');
    expect(await chat.page.locator('.tray img').count()).toBe(2);
    expect(await chat.page.locator('.message').count()).toBe(0);
    await chat.send('/teach dog');
    expect(chat.studio.asked).toMatchObject([{ request: { pictures: { length: 2 } } }]);
  });

  test('brings the last pictures back with the last line, for another try', async () => {
    await chat.send('/imagine a cat');
    chat.studio.failNext({ code: 'engine-down', message: 'The engine is down.' });
    await chat.give('drop', [1, 2]);
    await chat.send('/teach dog');
    await chat.page.getByText('The engine is down.').waitFor();
    const tray = chat.page.locator('.tray img');
    expect(await tray.count()).toBe(0);
    await chat.page.keyboard.press('ArrowUp');
    expect([await chat.line().inputValue(), await tray.count()]).toEqual(['/teach dog', 2]);
    await chat.page.keyboard.press('ArrowUp');
    expect([await chat.line().inputValue(), await tray.count()]).toEqual(['/imagine a cat', 0]);
    await chat.page.keyboard.press('ArrowDown');
    await chat.send('/teach dog');
    expect(chat.studio.asked.at(-1)).toMatchObject({ request: { pictures: { length: 2 } } });
    await chat.page.getByText('I learnt').waitFor();
  });
});
