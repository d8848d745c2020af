import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bot, createBot } from '../../commands/bot/bot.ts';
import type { Role } from '../../commands/bot/role.ts';
import { loadCommands } from '../../commands/index.ts';
import type { JobRecords, MessageLog } from '../../model-store/store.ts';
import { createFakeJobs, createFakeMessageLog } from '../fakes/records.ts';
import { createFakeStudio, drawing, type FakeStudio, png } from '../fakes/studio.ts';
import { testRules } from './conformance-rules.ts';

/** A message as a person sees it on the platform. */
export interface SeenMessage {
  readonly id: string;
  /** The words, as the platform shows them: markup applied, escapes undone. */
  readonly text: string;
  /** Words that the platform would show in bold, as code or as a link, or that would notify somebody. */
  readonly marked: readonly string[];
  readonly pictures: readonly Uint8Array[];
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly buttons: readonly string[];
  /** Shown to one person alone. */
  readonly personal: boolean;
}

export interface Person {
  /** Sends a command; resolves when it is answered, or its first sign of work is seen where `untilDone` is false. */
  use(server: string, command: string, options?: Given, untilDone?: boolean): Promise<SeenMessage>;
  /** Presses the button with that label, and resolves with the message that answers it, if any. */
  press(server: string, message: SeenMessage, label: string): Promise<SeenMessage | undefined>;
  /** What the person sees of the server, oldest first. */
  messages(server: string): Promise<readonly SeenMessage[]>;
  /** What progress was shown of the newest job, as text, in order. */
  progress(server: string): Promise<readonly string[]>;
}

/** Options as a person gives them; pictures are files. */
export type Given = Readonly<Record<string, string | number | readonly Uint8Array[]>>;

/** A platform, real or faked, with the adapter under test attached to it. */
export interface Platform {
  person(name: string, role: Role): Promise<Person>;
  /** Makes a server and returns how {@link Person} names it. */
  server(name: string): Promise<string>;
  stop(): Promise<void>;
}

export interface ConformanceOptions {
  readonly name: string;
  /** Starts the adapter on its platform. What `messages` kept is from an earlier start. */
  start(services: { readonly bot: Bot; readonly messages: MessageLog }): Promise<Platform>;
}

const nothing = { info: () => {}, error: () => {} };
const hostile = [
  '**bold** _it_ `code` ~~x~~ [link](http://example.com) @everyone <@1> <!channel> <script>alert(1)</script>',
  '&lt;b&gt; &amp; "quotes" \\ ||spoiler|| # heading\u202egnp.exe',
];

/** What every adapter promises, whatever its platform. */
export function testAdapter({ name, start }: ConformanceOptions): void {
  describe(`the ${name} adapter`, { timeout: 60_000 }, () => {
    let studio: FakeStudio;
    let jobs: JobRecords;
    let messages: MessageLog;
    let bot: Bot;
    let platform: Platform;
    let server: string;
    let ada: Person;
    let gate: (() => void) | undefined;
    let gated = false;
    const picture = png(drawing(5, 'park'));

    async function startBot(): Promise<void> {
      bot = createBot({ commands: await loadCommands(), studio, jobs, log: nothing });
      platform = await start({ bot, messages });
      ada = await platform.person('ada', 'teacher');
    }

    async function restart(): Promise<void> {
      await platform.stop();
      await startBot();
    }

    beforeEach(async () => {
      gated = false;
      jobs = createFakeJobs();
      messages = createFakeMessageLog();
      studio = createFakeStudio({
        steps: 6,
        onStep: () => (gated ? new Promise((resolve) => (gate = resolve)) : Promise.resolve()),
      });
      await startBot();
      server = await platform.server('kitchen');
    });

    afterEach(() => platform.stop());

    const teach = async (options: Given = {}) =>
      ada.use(server, 'teach', { class: 'dog', pictures: [await picture], ...options });

    test('carries a teach from pictures to an answer with the sample sheet and the numbers', async () => {
      const answer = await teach({ kind: 'scene', label: 'Rex', pictures: [await picture, await picture] });
      expect(answer.text).toContain('I learnt <new1> dog “Rex”');
      expect(answer.text).toContain('4,321 neurons');
      expect(answer.pictures).toHaveLength(1);
      const sent = [await picture, await picture].map((bytes) => new Uint8Array(bytes));
      const request = { classWord: 'dog', kind: 'scene', label: 'Rex', pictures: sent };
      expect(studio.asked.map((asked) => asked.request)).toMatchObject([request]);
    });

    test('posts a picture with its seed, and a grid with a button for its single pictures', async () => {
      const one = await ada.use(server, 'imagine', { prompt: 'a dog in the park', seed: 7 });
      expect(one.text).toContain('a dog in the park');
      expect(one.text).toContain('seed 7');
      expect(one.pictures).toHaveLength(1);
      const four = await ada.use(server, 'imagine', { prompt: 'a dog', count: 4 });
      expect(four.pictures).toHaveLength(1);
      expect(four.buttons).toEqual(['Again', 'Vary', 'Single pictures', 'Use the seed', 'Delete']);
      const singles = await ada.press(server, four, 'Single pictures');
      expect(new Set(singles?.pictures.map((bytes) => bytes.join())).size).toBe(4);
    });

    test('lists, shows, renames and exports concepts', async () => {
      await teach();
      expect((await ada.use(server, 'concepts')).text).toContain('<new1> dog');
      const shown = await ada.use(server, 'concepts', { do: 'show', concept: '<new1>' });
      expect(shown.pictures).toHaveLength(1);
      const renamed = await ada.use(server, 'concepts', {
        do: 'rename',
        concept: '<new1>',
        label: 'Old Rex',
      });
      expect(renamed.text).toContain('“Old Rex”');
      const exported = await ada.use(server, 'concepts', { do: 'export', concept: '<new1>' });
      expect(new TextDecoder().decode(exported.files[0]?.bytes)).toBe('weights of <new1>');
      expect(exported.personal).toBe(true);
    });

    test('asks before it forgets, in the same message', async () => {
      await teach();
      const question = await ada.use(server, 'forget', { concept: '<new1>' });
      expect(question.buttons).toEqual(['Forget <new1>', 'Keep it']);
      await ada.press(server, question, 'Forget <new1>');
      const replaced = (await ada.messages(server)).find((message) => message.id === question.id);
      expect(replaced?.text).toContain('<new1> dog is forgotten');
      expect(replaced?.buttons).toEqual([]);
    });

    test('takes what was taught along to another server, in a file for the one who asks', async () => {
      await teach();
      const boss = await platform.person('boss', 'administrator');
      const exported = await boss.use(server, 'export');
      expect(exported.personal).toBe(true);
      expect(exported.files.map(({ name }) => name)).toEqual(['keepsake-kitchen.safetensors']);
      const other = await platform.server('attic');
      const imported = await boss.use(other, 'import', { file: [exported.files[0]!.bytes] });
      expect(imported.text).toContain('<new1> dog');
      expect(await studio.concepts(other)).toEqual(await studio.concepts(server));
    });

    test('tells what is kept of somebody to them alone, and deletes it once they have said so twice', async () => {
      await teach();
      const told = await ada.use(server, 'privacy');
      expect(told.personal).toBe(true);
      expect(told.buttons).toEqual(['Export mine', 'Delete mine']);
      const now = async () => (await ada.messages(server)).find(({ id }) => id === told.id)!;
      await ada.press(server, told, 'Delete mine');
      await expect.poll(async () => (await now()).text, { timeout: 10_000 }).toContain('<new1> dog');
      expect(await studio.concepts(server)).toHaveLength(1);
      await ada.press(server, await now(), 'Delete it for good');
      await expect.poll(() => studio.concepts(server), { timeout: 10_000 }).toEqual([]);
      await expect.poll(async () => (await now()).text, { timeout: 10_000 }).toMatch(/^Deleted: one concept/);
    });

    test('answers help to the one who asks alone', async () => {
      const ben = await platform.person('ben', 'teacher');
      const help = await ada.use(server, 'help');
      expect(help.personal).toBe(true);
      expect(help.text).toContain('/imagine');
      expect((await ben.messages(server)).some((message) => message.text === help.text)).toBe(false);
    });

    test('shows how far a job is, and then its answer in the same place', async () => {
      gated = true;
      const working = await ada.use(server, 'teach', { class: 'dog', pictures: [await picture] }, false);
      const shown = async () => (await ada.progress(server)).join('\n');
      await expect.poll(shown, { timeout: 10_000 }).toMatch(/Learning.*step 1 of 6.*loss 0\.\d+/);
      gated = false;
      gate?.();
      const answer = async () => (await ada.messages(server)).find(({ id }) => id === working.id)?.buttons;
      await expect.poll(answer, { timeout: 10_000 }).toEqual(['Imagine it']);
    });

    test('stops a job at its button and at /cancel', async () => {
      for (const way of ['button', 'command'] as const) {
        gated = true;
        const pictures = [await picture];
        const working = await ada.use(server, 'teach', { class: 'dog', pictures }, false);
        await expect.poll(() => gate, { timeout: 10_000 }).toBeDefined();
        if (way === 'button') await ada.press(server, working, 'Cancel');
        else await ada.use(server, 'cancel');
        gated = false;
        gate?.();
        gate = undefined;
        const stopped = async () => (await ada.messages(server)).find(({ id }) => id === working.id)?.text;
        await expect.poll(stopped, { timeout: 10_000 }).toBe('Stopped; nothing was learnt.');
      }
      expect(await studio.concepts(server)).toEqual([]);
    });

    test('lets the requester and administrators delete, and nobody else', async () => {
      const ben = await platform.person('ben', 'teacher');
      const boss = await platform.person('boss', 'administrator');
      for (const [who, deletes] of [
        [ben, false],
        [ada, true],
        [boss, true],
      ] as const) {
        const message = await ada.use(server, 'imagine', { prompt: 'a dog' });
        const refusal = await who.press(server, message, 'Delete');
        if (!deletes) expect(refusal?.text).toMatch(/^Only the person who asked/);
        const there = async () => (await ada.messages(server)).some(({ id }) => id === message.id);
        await expect.poll(there, { timeout: 10_000 }).toBe(!deletes);
      }
    });

    test('has buttons that work after a restart', async () => {
      const message = await ada.use(server, 'imagine', { prompt: 'a dog', seed: 7, count: 2 });
      await restart();
      const varied = await ada.press(server, message, 'Vary');
      expect(varied?.text).toContain('seed 7');
      expect(studio.asked.at(-1)?.request).toMatchObject({ prompt: 'a dog', seed: 7, count: 2 });
    });

    test('keeps servers apart', async () => {
      const other = await platform.server('garden');
      await teach({ label: 'Rex' });
      expect((await ada.use(other, 'concepts')).text).toMatch(/Nothing has been taught here yet/);
      expect((await ada.use(other, 'imagine', { prompt: 'a <new1> dog' })).text).toMatch(
        /There is no <new1> here/,
      );
      await ada.use(other, 'teach', { class: 'hat', pictures: [await picture] });
      expect((await ada.use(server, 'concepts')).text).not.toContain('hat');
      expect((await ada.messages(server)).some((message) => message.text.includes('hat'))).toBe(false);
    });

    test('shows every wrong option as a sentence', async () => {
      const sentences = [
        await ada.use(server, 'imagine', { prompt: 'a dog', count: 0 }),
        await ada.use(server, 'imagine', { prompt: 'a dog', count: 99 }),
        await ada.use(server, 'teach', { class: 'dog' }),
        await ada.use(server, 'teach', { class: 'dog', pictures: Array(7).fill(await picture) }),
      ];
      expect(sentences.map(({ text }) => text)).toEqual([
        'count is a whole number from 1 to 4, not “0”.',
        'count is a whole number from 1 to 4, not “99”.',
        '/teach needs 1 to 6 pictures, and none came with it. Add them to the message and send it again.',
        '/teach takes 1 to 6 pictures, and 7 came with it. Choose the best 6.',
      ]);
      expect(studio.asked).toEqual([]);
    });

    test('shows the failures of the engine and the store as sentences, and goes on', async () => {
      for (const code of ['engine-down', 'storage-full', 'storage-corrupt', 'invalid-picture'] as const) {
        studio.failNext({ code, message: `The ${code} sentence.` });
        expect((await teach()).text).toBe(`The ${code} sentence.`);
      }
      expect((await teach()).text).toContain('I learnt <new1>');
    });

    test.each(hostile)('shows what people type as they typed it: %s', async (words) => {
      const message = await ada.use(server, 'imagine', { prompt: words });
      expect(message.text).toContain(words);
      for (const marked of message.marked) expect([words, ...message.buttons]).toContain(marked);
      const labelled = await teach({ label: words.slice(0, 60) });
      expect(labelled.text).toContain(words.slice(0, 60).trim());
    });

    test('gives long answers whole', async () => {
      const labels = Array.from({ length: 10 }, (_, index) => `${index} ${'long '.repeat(11)}`.trim());
      for (const label of labels) await teach({ label });
      const before = (await ada.messages(server)).length;
      await ada.use(server, 'concepts');
      const answer = (await ada.messages(server)).slice(before).map(({ text }) => text);
      for (const label of labels) expect(answer.join('\n')).toContain(label);
    });

    testRules({
      scene: () => ({ platform, server, studio, ada }),
      restart,
      hold() {
        [gated, gate] = [true, undefined];
        return async () => {
          await expect.poll(() => gate, { timeout: 10_000 }).toBeDefined();
          gated = false;
          gate?.();
        };
      },
    });
  });
}
