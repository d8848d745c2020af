import { raise } from '../../src/result.ts';
import type { Attachment } from '../command.ts';
import { messagesIn } from '../locales/index.ts';
import type { ButtonPress, Invocation } from './conversation.ts';
import type { Order } from './order.ts';

/** Files are kept with the work that they are for; of an order there are their names alone. */
export function withoutFiles(asked: Invocation | ButtonPress): Pick<Order, 'asked' | 'files'> {
  if (!('options' in asked)) return { asked, files: {} };
  const entries = Object.entries(asked.options);
  const isFiles = (value: unknown): value is readonly Attachment[] => Array.isArray(value);
  return {
    asked: { ...asked, options: Object.fromEntries(entries.filter(([, value]) => !isFiles(value))) },
    files: Object.fromEntries(
      entries.flatMap(([name, value]) => (isFiles(value) ? [[name, value.map((file) => file.name)]] : [])),
    ),
  };
}

/** What was asked, with its files. @param hasWork whether what the files were for is kept, so that nobody needs them any more */
export function withFiles({ asked, files }: Order, hasWork: boolean): Invocation | ButtonPress {
  if (!('options' in asked)) return asked;
  const bytes = async () => {
    if (!hasWork) raise('cancelled', messagesIn(asked.user.locale).bot.interrupted);
    return new Uint8Array();
  };
  const restored = Object.entries(files).map(([name, names]) => [
    name,
    names.map((one): Attachment => ({ name: one, bytes })),
  ]);
  return { ...asked, options: { ...asked.options, ...Object.fromEntries(restored) } };
}
