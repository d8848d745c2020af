import { expect, test } from 'vitest';
import { createBot } from '../../../commands/bot/bot.ts';
import { loadCommands } from '../../../commands/index.ts';
import type { ModelStore } from '../../../model-store/open.ts';
import { unwrap } from '../../../src/result.ts';
import { boss, home, recordConversation } from '../../fakes/conversation.ts';
import { createFakeStudio } from '../../fakes/studio.ts';
import { scratchFolder, storeIn } from '../../model-store/sample.ts';

const commands = await loadCommands();
const log = { info() {}, error() {} };
const forEver = () => new Promise<never>(() => {});

/** A studio that knows a dog, as a new process would find it; `hung` ones never finish an export. */
async function knowing(hung: boolean) {
  const studio = createFakeStudio();
  const lesson = { user: 'ada', classWord: 'dog', kind: 'subject', pictures: async () => [] } as const;
  unwrap(await studio.teach(home.id, lesson));
  return hung ? { ...studio, exportServer: forEver, convertConcept: forEver } : studio;
}

async function botOver({ jobs, ledger }: ModelStore, hung = false) {
  return createBot({ commands, studio: await knowing(hung), jobs, ledger, log });
}

test.each([
  ['export', {}],
  ['concepts', { do: 'export', concept: '<new1>', format: 'lora' }],
])(
  '/%s that was under way when the bot was killed is done after it, with the same files',
  async (command, options) => {
    const store = await storeIn(await scratchFolder());
    const asked = { server: home, user: boss, command, options };
    const placed = () => ({ ...recordConversation(), address: () => 'there' });
    const whole = placed();
    await (await botOver(store)).run(asked, whole);
    expect(whole.replies[0]?.files?.length).toBeGreaterThan(0);

    const killed = placed();
    void (await botOver(store, true)).run(asked, killed);
    await expect.poll(async () => (await store.ledger.list('order')).length).toBe(1);
    const again = placed();
    await (await botOver(store)).takeUp('fake', async () => again);
    await expect.poll(() => again.replies.length).toBe(1);
    expect(again.replies[0]?.files).toEqual(whole.replies[0]?.files);
    expect(killed.replies).toEqual([]);
    await expect.poll(() => store.ledger.list('order')).toEqual([]);
  },
);
