import type { ChannelEvent, ChannelState, ConceptInfo, Message } from '../../../adapters/web/wire.ts';
import { plainText } from '../../../commands/bot/rich-text.ts';
import { en } from '../../../commands/locales/en.ts';
import { createVisitor, type Visitor } from '../../adapters/web/visitor.ts';
import { taughtPictures } from '../taught-pictures.ts';
import type { Deed } from './deeds.ts';
import type { Ending, Seen } from './tally.ts';

/** Somebody in a channel of their own, who does what people do. */
export interface Person {
  /** Resolves once it is sent; also where it could not be, since the bot was down or refused it. */
  act(deed: Deed): Promise<void>;
  /** Looks at what was answered. */
  look(): Promise<void>;
  /** Hears what is told of progress; once more after each start of the bot. */
  listen(): Promise<void>;
  /** How many answers are still to come. */
  awaited(): number;
  /** Everything that was asked for. */
  seen(): readonly Seen[];
}

/** The answers to one command or button, by the ids of their messages; undefined while it is awaited. */
type Answers = Map<string, Ending | undefined>;

/** Messages whose answer is still to come, with the button that stops it once that was shown. */
type Working = Map<string, { readonly cancel?: string }>;

const pictures = (await taughtPictures()).slice(0, 2);
const { interrupted: sentBack } = en.bot;
/** Until what was sent is kept, a job is not accepted: killed then, it is sent back. */
const { fetching } = en.progress.phases;

/**
 * @param name of the channel, and of no other
 * @param kept so many concepts are not forgotten; as what is forgotten beyond keeps up with what is taught, pictures and exports do not become more
 *   work with the time
 */
export async function createPerson(address: string, name: string, kept = 4): Promise<Person> {
  const visitor = await createVisitor(address, name.padStart(32, 'soak-'));
  const info = (await visitor.post('/api/channels', { name })) as { readonly id: string };
  const channel = `/api/channels/${info.id}`;
  const asked = new Map<string, Answers>();
  const working: Working = new Map();
  const underWay = new Set<string>();
  const lines = new Map<string, string>();
  const answersTo = (id: string) => asked.get(id) ?? asked.set(id, new Map()).get(id)!;

  const hear = (event: ChannelEvent) => {
    if (event.type === 'put') note(event.message);
    if (event.type === 'remove') working.delete(event.id);
    if (event.type !== 'progress') return;
    if (event.progress.phase !== fetching) underWay.add(event.id);
    if (working.has(event.id)) working.set(event.id, { cancel: event.progress.cancel.id });
  };
  /** A button has no message of its own: its answer stands for it. */
  const note = (message: Message) => {
    const { id, author, state } = message;
    if (author === 'person') {
      lines.set(id, plainText(message.text));
      return void answersTo(id);
    }
    const answers = answersTo(message.answers ?? id);
    const known = answers.get(id);
    if (state === 'working') {
      answers.set(id, known);
      return void (working.has(id) || working.set(id, {}));
    }
    working.delete(id);
    const ending = endingOf(message);
    answers.set(id, known?.kind === 'done' && ending.kind === 'told' ? known : ending);
  };
  /** A message that was shown and is not there, as the bot was killed before it was on the disk, is not waited for. */
  const look = async () => {
    const before = [...working.keys()];
    const { messages } = (await visitor.get(channel)) as ChannelState;
    for (const id of before) if (!messages.some((message) => message.id === id)) working.delete(id);
    for (const message of messages) note(message);
  };

  return {
    act: (deed) => act({ visitor, channel, working, kept }, deed).catch(() => {}),
    look: () => look().catch(() => {}),
    async listen() {
      const heard = (_: unknown, data: string) => hear(JSON.parse(data) as ChannelEvent);
      await visitor.listen(`${channel}/events`, heard).catch(() => {});
    },
    awaited: () => working.size,
    seen: () =>
      [...asked].map(([id, answers]) => ({
        what: lines.get(id) ?? 'a button',
        accepted: [...answers.keys()].some((id) => underWay.has(id)),
        endings: [...answers.values()].filter((ending) => ending !== undefined),
      })),
  };
}

function endingOf({ pictures = [], files = [], text }: Message): Ending {
  if (pictures.length > 0 || files.length > 0) return { kind: 'done' };
  const sentence = plainText(text);
  return sentence === sentBack ? { kind: 'sent back' } : { kind: 'told', sentence };
}

interface Place {
  readonly visitor: Visitor;
  readonly channel: string;
  readonly working: Working;
  readonly kept: number;
}

async function act({ visitor, channel, working, kept }: Place, deed: Deed): Promise<void> {
  const send = async (line: string, files: readonly Uint8Array[] = []) => {
    const form = new FormData();
    form.set('line', line);
    for (const [i, file] of files.entries())
      form.append('pictures', new Blob([new Uint8Array(file)]), `${i}.png`);
    await visitor.post(`${channel}/messages`, form);
  };
  const press = (message: string, button: string) => visitor.post(`${channel}/press`, { message, button });
  const concepts = async () => (await visitor.get(`${channel}/concepts`)) as readonly ConceptInfo[];
  const messages = async () => ((await visitor.get(channel)) as ChannelState).messages;
  const pressLabelled = async (label: string, which: number) => {
    const labelled = (await messages()).flatMap(({ id, buttons = [] }) =>
      buttons.flatMap((button) => (button.label === label ? [{ message: id, button: button.id }] : [])),
    );
    const chosen = oneOf(labelled, which);
    if (chosen) await press(chosen.message, chosen.button);
  };

  switch (deed.kind) {
    case 'teach':
      return send('/teach dog', pictures);
    case 'export':
      return send('/export');
    case 'ask':
      return send(deed.line);
    case 'again':
      return pressLabelled('Again', deed.which);
    case 'cancel': {
      const [message, { cancel } = {}] = oneOf([...working], deed.which) ?? [];
      return void (message !== undefined && cancel !== undefined && (await press(message, cancel)));
    }
    case 'forget': {
      const there = await concepts();
      if (there.length <= kept) return;
      const { token } = oneOf(there, deed.which)!;
      await send(`/forget ${token}`);
      return pressLabelled(`Forget ${token}`, 1);
    }
    case 'imagine': {
      const token = oneOf(await concepts(), deed.which)?.token ?? 'plain';
      return send(`/imagine a ${token} dog steps:${deed.steps} count:${deed.count}`);
    }
  }
}

/** @param which in [0, 1] */
function oneOf<T>(list: readonly T[], which: number): T | undefined {
  return list[Math.min(list.length - 1, Math.floor(which * list.length))];
}
