import { refuse } from '../answer.ts';
import type { Block } from '../world.ts';

type Json = Readonly<Record<string, unknown>>;

const mostBlocks = { message: 50, modal: 100, home: 100 } as const;
export type Surface = keyof typeof mostBlocks;

/** Refuses blocks that Slack would refuse on that surface; `shows` says of which files' ids they may show the pictures. */
export function checkBlocks(
  blocks: readonly Block[],
  surface: Surface,
  shows: (id: unknown) => boolean,
): void {
  if (!Array.isArray(blocks) || blocks.length > mostBlocks[surface])
    invalid(`more than ${mostBlocks[surface]} blocks`);
  const ids = blocks.flatMap(({ block_id }) => (typeof block_id === 'string' ? [block_id] : []));
  if (ids.some((id) => id.length > 255) || new Set(ids).size < ids.length) invalid('block_id');
  for (const block of blocks) checkBlock(block, surface);
  for (const id of filesIn(blocks)) if (!shows(id)) invalid('invalid slack file');
  const actions = blocks
    .flatMap(elementsOf)
    .flatMap(({ action_id }) => (action_id === undefined ? [] : [action_id]));
  if (actions.some((id) => typeof id !== 'string' || id.length === 0 || id.length > 255))
    invalid('action_id');
}

const kinds: Readonly<Record<string, (block: Block, surface: Surface) => void>> = {
  rich_text: checkRichText,
  divider: () => {},
  header: ({ text }) => checkText(text, 150, ['plain_text']),
  section(block) {
    if (block.text !== undefined) checkText(block.text, 3000, ['plain_text', 'mrkdwn']);
    checkEach(elementsOf(block), checkElement);
  },
  context({ elements }) {
    const all = elements as readonly Json[];
    if (all.length === 0 || all.length > 10) invalid('elements of a context');
    checkEach(all, (one) => checkText(one, 3000, ['plain_text', 'mrkdwn']));
  },
  image({ slack_file, image_url, alt_text, title }) {
    const named = Object.keys((slack_file ?? {}) as Json);
    if (image_url !== undefined || named.length !== 1 || named[0] !== 'id') invalid('source of an image');
    if (typeof alt_text !== 'string' || alt_text === '' || alt_text.length > 2000) invalid('alt_text');
    if (title !== undefined) checkText(title, 2000, ['plain_text']);
  },
  actions(block) {
    const elements = elementsOf(block);
    if (elements.length === 0 || elements.length > 25) invalid('elements of actions');
    const ids = new Set(elements.map(({ action_id }) => action_id));
    if (ids.size < elements.length) invalid('action_id is there twice');
    checkEach(elements, checkElement);
  },
  input({ label, hint, element }, surface) {
    if (surface !== 'modal') invalid('an input outside of a modal');
    checkText(label, 2000, ['plain_text']);
    if (hint !== undefined) checkText(hint, 2000, ['plain_text']);
    checkInput(element as Json);
  },
};

/** Ids of the files whose pictures stand in blocks. */
export function filesIn(blocks: readonly Block[]): readonly unknown[] {
  return blocks.flatMap(({ type, slack_file }) => (type === 'image' ? [(slack_file as Json).id] : []));
}

function checkBlock(block: Block, surface: Surface): void {
  const check = kinds[block.type] ?? invalid(`a block of type ${block.type}`);
  check(block, surface);
}

function checkEach(elements: readonly Json[], check: (element: Json) => void): void {
  for (const element of elements) check(element);
}

function elementsOf(block: Block): readonly Json[] {
  if (block.type === 'actions') return block.elements as readonly Json[];
  if (block.type === 'section' && block.accessory) return [block.accessory as Json];
  return block.type === 'input' ? [block.element as Json] : [];
}

function checkElement(element: Json): void {
  if (element.type !== 'button') invalid(`an element of type ${element.type}`);
  checkText(element.text, 75, ['plain_text']);
  if (typeof element.value === 'string' && element.value.length > 2000) invalid('value of a button');
  if (element.style !== undefined && !['primary', 'danger'].includes(String(element.style))) invalid('style');
  const confirm = element.confirm as Json | undefined;
  if (!confirm) return;
  checkText(confirm.title, 100, ['plain_text']);
  checkText(confirm.text, 300, ['plain_text', 'mrkdwn']);
  checkText(confirm.confirm, 30, ['plain_text']);
  checkText(confirm.deny, 30, ['plain_text']);
}

const inputs: Readonly<Record<string, (element: Json) => void>> = {
  plain_text_input({ max_length = 3000, initial_value = '' }) {
    const most = Number(max_length);
    if (most < 1 || most > 3000) invalid('max_length');
    if (String(initial_value).length > most) invalid('initial_value');
  },
  static_select(element) {
    const options = element.options as readonly Json[];
    if (options.length === 0 || options.length > 100) invalid('options');
    for (const option of options) {
      checkText(option.text, 75, ['plain_text']);
      if (String(option.value).length > 150) invalid('value of an option');
    }
    const initial = JSON.stringify(element.initial_option);
    if (initial && !options.some((option) => JSON.stringify(option) === initial)) invalid('initial_option');
  },
  file_input({ max_files = 10 }) {
    const most = Number(max_files);
    if (most < 1 || most > 10) invalid('max_files');
  },
};

function checkInput(element: Json): void {
  const check = inputs[String(element.type)] ?? invalid(`an input of type ${element.type}`);
  check(element);
}

function checkRichText(block: Block): void {
  const sections = block.elements as readonly { readonly type: string; readonly elements: readonly Json[] }[];
  if (sections.length === 0) invalid('elements of a rich text');
  let length = 0;
  for (const { type, elements } of sections) {
    if (type !== 'rich_text_section' || elements.length === 0) invalid('elements of a rich text section');
    for (const element of elements) {
      if (typeof element.text !== 'string' || element.text === '') invalid('text of a rich text');
      if (element.type !== 'text' && element.type !== 'link') invalid('an element of a rich text');
      if (element.type === 'link' && !/^https:\/\//.test(String(element.url))) invalid('url of a link');
      length += String(element.text).length;
    }
  }
  if (length > 4000) invalid('a rich text of more than 4000 characters');
}

function checkText(text: unknown, most: number, types: readonly string[]): void {
  const { type, text: shown } = (text ?? {}) as { readonly type?: string; readonly text?: string };
  if (!types.includes(type ?? '')) invalid(`a text of type ${type}`);
  if (typeof shown !== 'string' || shown.length === 0 || shown.length > most)
    invalid(`a text of ${shown?.length} characters`);
}

function invalid(what: string): never {
  return refuse('invalid_blocks', `[ERROR] ${what}`);
}
