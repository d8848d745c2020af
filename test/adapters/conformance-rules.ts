import { expect, test } from 'vitest';
import { drawing, type FakeStudio, png } from '../fakes/studio.ts';
import type { Person, Platform } from './conformance.ts';

export interface RulesStage {
  /** As they are now: a restart makes some of them anew. */
  scene(): {
    readonly platform: Platform;
    readonly server: string;
    readonly studio: FakeStudio;
    readonly ada: Person;
  };
  restart(): Promise<void>;
  /** Keeps jobs at their first step; the returned function lets them go on once one is there. */
  hold(): () => Promise<void>;
}

/** What every adapter promises of what administrators decide, and of what is under way. */
export function testRules({ scene, restart, hold }: RulesStage): void {
  const picture = png(drawing(5, 'park'));
  const teach = async (person: Person) =>
    person.use(scene().server, 'teach', { class: 'dog', pictures: [await picture] });
  const draw = (prompt: string, count = 1) => scene().ada.use(scene().server, 'imagine', { prompt, count });
  const boss = () => scene().platform.person('boss', 'administrator');

  test('shows administrators the settings of a server, and holds to what they change, also after a restart', async () => {
    const { server, studio } = scene();
    const changes = { teachers: 'administrators', words: 'gore', 'user-pictures': 2 };
    const changed = await (await boss()).use(server, 'settings', changes);
    expect(changed.personal).toBe(true);
    expect(changed.text).toMatch(/Who may teach: administrators alone[\s\S]*gore[\s\S]*2 a member/);
    await restart();
    expect((await teach(scene().ada)).text).toMatch(/only administrators may teach/);
    expect((await draw('a GORE dog')).text).toMatch(/“gore”/);
    expect((await draw('a dog', 2)).pictures).toHaveLength(1);
    expect((await draw('a dog')).text).toMatch(/^You had 2 of 2 .* Wait /);
    expect(studio.asked).toHaveLength(1);
    expect((await teach(await boss())).text).toContain('I learnt <new1>');
  });

  test('has the settings put back by a button, after asking once more', async () => {
    const { server } = scene();
    const person = await boss();
    const shown = await person.use(server, 'settings', { 'user-pictures': 2 });
    await person.press(server, shown, 'Reset to the defaults');
    const there = async () => (await person.messages(server)).find(({ id }) => id === shown.id)!;
    expect((await there()).buttons).toEqual(['Reset to the defaults', 'Keep them']);
    await person.press(server, await there(), 'Reset to the defaults');
    expect((await there()).text).toContain('120 a member');
  });

  test('answers everyone in the language that administrators chose', async () => {
    const { server, ada } = scene();
    const answer = await (await boss()).use(server, 'settings', { language: 'zh-TW' });
    expect(answer.text).toContain('繁體中文');
    expect((await teach(ada)).text).toContain('我學會了 <new1> dog');
  });

  test('shows what is under way to the one who asks, and stops their own by its button', async () => {
    const { server, ada, platform } = scene();
    const release = hold();
    const pictures = [await picture];
    const working = await ada.use(server, 'teach', { class: 'dog', pictures }, false);
    const ben = await platform.person('ben', 'teacher');
    const others = await ben.use(server, 'queue');
    const counted = 'Lessons 1 under way, 0 waiting';
    expect([others.personal, others.text.split('\n')[0], others.buttons]).toEqual([true, counted, []]);
    const queue = await ada.use(server, 'queue');
    expect(queue.text).toContain('1. /teach dog · under way');
    await ada.press(server, queue, 'Stop 1');
    await release();
    const stopped = async () => (await ada.messages(server)).find(({ id }) => id === working.id)?.text;
    await expect.poll(stopped, { timeout: 10_000 }).toBe('Stopped; nothing was learnt.');
  });
}
