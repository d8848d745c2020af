import { describe, expect, test } from 'vitest';
import { patience, useChat } from './chat-page.ts';

const chat = useChat();

describe('the page', () => {
  test('teaches its first step with one click and Enter, showing how far it is', async () => {
    let letGo = () => {};
    chat.holdUntil(new Promise((resolve) => (letGo = resolve)));
    await chat.page.getByRole('button', { name: '/teach dog' }).click();
    await chat.page.locator('.tray img').nth(2).waitFor();
    await chat.page.keyboard.press('Enter');
    const progress = chat.page.locator('.progress');
    await progress.getByText('step 1 of 20').waitFor();
    const widths = await progress.evaluate((card) => [
      card.clientWidth,
      card.querySelector('progress')!.clientWidth,
    ]);
    expect(widths[1]).toBe(widths[0]);
    expect(
      await progress.getByText(/Learning · 5 % · step 1 of 20 · loss 0\.\d{4} · about 2 s left/).count(),
    ).toBe(1);
    expect(await progress.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBeCloseTo(
      0.05,
    );
    expect(await progress.getByRole('button', { name: 'Cancel' }).count()).toBe(1);
    expect(await chat.page.locator('.welcome').isVisible()).toBe(false);
    letGo();
    await chat.page.getByText('I learnt').waitFor();
    expect(chat.studio.asked).toHaveLength(1);
    const concept = chat.page.locator('#concept-list .concept');
    await concept.waitFor();
    expect(await concept.innerText()).toMatch(/dog\s+<new1>\s*subject/);
    await concept.click();
    expect(await chat.line().inputValue()).toBe('/imagine <new1> dog ');
  });

  test('takes dropped and pasted pictures, and lets one be taken back', async () => {
    await chat.give('drop', [1, 2, 3]);
    await chat.give('paste', [4]);
    expect(await chat.line().inputValue()).toBe('/teach ');
    await chat.page.getByRole('button', { name: 'Remove mine-2.png' }).focus();
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.locator('.tray img').count()).toBe(3);
    await chat.send('/teach dog label:Rex');
    expect(await chat.page.locator('.message.person .picture img').count()).toBe(3);
    expect(await chat.bot().last().innerText()).toContain('I learnt <new1> dog “Rex”');
    expect(chat.studio.asked[0]?.request).toMatchObject({ pictures: { length: 3 } });
    expect(await chat.page.locator('.tray img').count()).toBe(0);
  });

  test('says what it does not take, and keeps what was typed', async () => {
    await chat.give('drop', [1, 2, 3, 4, 5, 6, 7]);
    expect(await chat.page.getByRole('alert').getByText('6 pictures are enough').count()).toBe(1);
    expect(await chat.page.locator('.tray img').count()).toBe(6);
    await chat.stop();
    await chat.line().fill('/teach dog');
    await chat.line().press('Enter');
    await chat.page.getByRole('alert').getByText('Keepsake does not answer').waitFor();
    expect(await chat.line().inputValue()).toBe('/teach dog');
    expect(await chat.page.locator('.tray img').count()).toBe(6);
  });

  test('can be used with the keyboard alone', async () => {
    await chat.give('drop', [1]);
    await chat.send('/teach dog');
    await chat.line().pressSequentially('/im');
    await chat.page.getByRole('option', { name: /\/imagine/ }).waitFor();
    await chat.page.keyboard.press('Tab');
    expect(await chat.line().inputValue()).toBe('/imagine ');
    await chat.line().pressSequentially('a <ne');
    await chat.page.getByRole('option', { name: /<new1> dog/ }).waitFor();
    await chat.page.keyboard.press('ArrowDown');
    expect(await chat.line().getAttribute('aria-activedescendant')).toBe('completion-0');
    await chat.page.keyboard.press('Enter');
    expect(await chat.line().inputValue()).toBe('/imagine a <new1> dog ');
    await chat.line().pressSequentially('count:2 co');
    await chat.page.keyboard.press('Escape');
    expect(await chat.page.getByRole('listbox').isVisible()).toBe(false);
    await chat.page.keyboard.press('Backspace');
    await chat.page.keyboard.press('Backspace');
    await chat.page.keyboard.press('Enter');
    await chat.page.getByRole('img', { name: '2 pictures of a <new1> dog' }).waitFor();

    await chat.page.getByRole('button', { name: '2 pictures of a <new1> dog' }).focus();
    await chat.page.keyboard.press('Enter');
    const dialog = chat.page.getByRole('dialog');
    await dialog.getByText('(1 of 3)').waitFor();
    await chat.page.keyboard.press('ArrowRight');
    await dialog.getByText('Picture 1 (2 of 3)').waitFor();
    await chat.page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    const focused = chat.page.evaluate(() => document.activeElement?.querySelector('img')?.alt);
    expect(await focused).toBe('2 pictures of a <new1> dog');

    await chat.page.getByRole('button', { name: 'Use the seed' }).focus();
    await chat.page.keyboard.press('Enter');
    const draft = '/imagine a <new1> dog count:2 seed:1002 steps:25 guidance:5';
    await expect.poll(() => chat.line().inputValue(), { timeout: patience }).toBe(draft);
    expect(await chat.page.evaluate(() => document.activeElement?.id)).toBe('line');
    await chat.line().fill('');
    await chat.page.keyboard.press('ArrowUp');
    expect(await chat.line().inputValue()).toBe('/imagine a <new1> dog count:2');
  });

  test('completes what is typed, also faster than suggestions come', async () => {
    await chat.line().pressSequentially('/i');
    await chat.page.getByRole('option', { name: /\/imagine/ }).waitFor();
    await chat.page.route('**/complete', () => {});
    await chat.page.keyboard.type('m');
    await chat.page.keyboard.press('Tab');
    expect(await chat.line().inputValue()).toBe('/imagine ');
  });

  test('has buttons under its pictures that draw again and delete', async () => {
    await chat.send('/imagine a dog seed:7');
    await chat.page.getByRole('button', { name: 'Again' }).click();
    await chat.bot().nth(1).getByRole('button', { name: 'Delete' }).waitFor();
    const address = chat.page.url();
    await chat.bot().nth(1).getByRole('link', { name: 'an earlier picture' }).click();
    expect(chat.page.url(), 'the page stays in its channel').toBe(address);
    await chat.bot().nth(1).getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => chat.bot().count(), { timeout: patience }).toBe(1);
    expect(await chat.bot().first().innerText()).toContain('seed 7');
  });

  test('asks before it forgets, and the list at the side follows', async () => {
    await chat.give('drop', [1]);
    await chat.send('/teach dog');
    await chat.send('/forget <new1>');
    await chat.page.getByRole('button', { name: 'Forget <new1>' }).click();
    await chat.page.getByText('is forgotten').waitFor();
    await chat.page.getByText('Nothing yet.').waitFor();
  });
});
