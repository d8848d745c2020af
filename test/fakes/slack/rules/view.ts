import { refuse } from '../answer.ts';
import type { Block } from '../world.ts';
import { checkBlocks } from './blocks.ts';

/** Refuses a view that Slack would refuse; see {@link checkBlocks}. */
export function checkView(view: Readonly<Record<string, unknown>>, shows: (id: unknown) => boolean): void {
  const {
    type,
    blocks,
    callback_id = '',
    private_metadata = '',
  } = view as {
    readonly type?: string;
    readonly blocks?: readonly Block[];
    readonly callback_id?: string;
    readonly private_metadata?: string;
  };
  if (type !== 'modal' && type !== 'home') refuse('invalid_arguments', 'type of a view');
  if (callback_id.length > 255) refuse('invalid_arguments', 'callback_id');
  if (private_metadata.length > 3000) refuse('invalid_arguments', 'private_metadata');
  checkBlocks(blocks ?? [], type, shows);
  if (type === 'home') return;
  for (const name of ['title', 'submit', 'close'] as const) {
    const text = view[name] as { readonly text?: string } | undefined;
    if (name === 'title' && !text) refuse('invalid_arguments', 'a modal has a title');
    if (text && (!text.text || text.text.length > 24)) refuse('invalid_arguments', `${name} of a view`);
  }
  const asks = (blocks ?? []).some((block) => block.type === 'input');
  if (asks && !view.submit) refuse('invalid_arguments', 'a modal with inputs has a submit');
}
