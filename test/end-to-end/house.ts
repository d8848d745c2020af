import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { type Assembly, type AssemblyOptions, assemble } from '../../bin/support/assemble.ts';
import type { Server } from '../../commands/command.ts';
import { encodePng } from '../../src/pictures/encode.ts';
import { unwrap } from '../../src/result.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { demoConcepts, renderPixels } from '../../src/world/index.ts';
import {
  ada,
  ask,
  attachment,
  press,
  type RecordedConversation,
  recordConversation,
} from '../fakes/conversation.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

export const tinyModel = join(import.meta.dirname, '../fixtures/tiny-sd');

/** The whole bot with its real engine on a tiny model that draws noise, in a folder of its own. */
export interface House extends Assembly {
  readonly folder: string;
  /** Teaches a server through the command and returns the answer. */
  teach(server: Server, classWord: string, options?: Record<string, unknown>): Promise<RecordedConversation>;
  imagine(server: Server, options: Record<string, unknown>): Promise<RecordedConversation>;
  /** Begins a command; resolves once it shows that phase, with the conversation and its end. */
  begin(
    server: Server,
    command: string,
    options: Record<string, unknown>,
    phase: string,
  ): Promise<{ readonly conversation: RecordedConversation; readonly end: Promise<void> }>;
  forget(server: Server, token: string): Promise<RecordedConversation>;
  /** Stops the bot and deletes what it kept. */
  leave(): Promise<void>;
}

export async function openHouse(
  variables: Readonly<Record<string, string>> = {},
  options: AssemblyOptions = {},
): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'keepsake-house-'));
  const own = { MODEL_DIR: tinyModel, DATA_DIR: folder, PROVIDER: 'cpu', THREADS: '1', LOG_LEVEL: 'silent' };
  const settings = unwrap(readSettings({ ...own, TEACH_STEPS: '3', ...variables }, folder));
  const assembly = await assemble(settings, options);
  const { bot } = assembly;
  return {
    ...assembly,
    folder,
    teach: async (server, classWord, more = {}) =>
      ask(bot, 'teach', { class: classWord, pictures: await picturesOf(classWord), ...more }, { server }),
    imagine: (server, given) => ask(bot, 'imagine', { steps: 3, ...given }, { server }),
    async begin(server, command, given, phase) {
      const conversation = recordConversation();
      const end = bot.run({ server, user: ada, command, options: given }, conversation);
      const shown = () => conversation.views.some((view) => view.phase === phase);
      await expect.poll(shown, { timeout: 120_000 }).toBe(true);
      return { conversation, end };
    },
    async forget(server, token) {
      const question = await ask(bot, 'forget', { concept: token }, { server });
      return press(bot, question.button(`Forget ${token}`), { server });
    },
    async leave() {
      await assembly.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function serverNamed(name: string): Server {
  return { id: `test:${name}`, name };
}

/** Two drawings of the demo's concept with that class word; of a lighthouse where it has none. */
export async function picturesOf(classWord: string) {
  const concepts = demoConcepts();
  const { drawings } = (concepts.find((one) => one.classWord === classWord) ?? concepts[1])!;
  const files = drawings.slice(0, 2).map(async (drawing) => encodePng(await renderPixels(drawing, 64)));
  return (await Promise.all(files)).map((bytes) => attachment(bytes));
}

/** The single pictures of an answer. */
export function drawnIn({ replies }: RecordedConversation): readonly Uint8Array[] {
  const { pictures = [], singles = [] } = replies.at(-1) ?? { pictures: [] };
  return singles.length > 0 ? singles.map(({ bytes }) => bytes) : pictures.map(({ png }) => png);
}

/** Hashes of the single pictures of an answer: equal where the pictures are, bit for bit. */
export function looksOf(conversation: RecordedConversation): readonly string[] {
  return drawnIn(conversation).map((png) => createHash('sha256').update(png).digest('hex'));
}

/** Names of all files of weights and samples that are kept. */
export async function keptFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true }).catch(() => []);
  return entries.filter((name) => /[0-9a-f]{60}/.test(name)).sort();
}
