import type { Completion } from '../wire.ts';
import { createCompletion } from './completion.ts';
import { drawing, h } from './dom.ts';
import { acceptDrops } from './drop.ts';
import { createTray } from './tray.ts';

export interface ComposerActions {
  /** In bytes. */
  readonly largestPicture: number;
  /** Rejects with a sentence where the message was not taken. */
  send(line: string, pictures: readonly File[]): Promise<void>;
  complete(line: string, caret: number, signal: AbortSignal): Promise<readonly Completion[]>;
}

export interface Composer {
  /** Puts a line, and pictures if any, where they can be changed and sent. */
  draft(line: string, pictures?: readonly File[]): void;
  /** Writes words at the caret; into an empty line, after `start`. */
  insert(words: string, start: string): void;
  focus(): void;
}

const clip =
  'M20 11.500l-8.200 8.200a5 5 0 0 1-7.100-7.100l8.600-8.600a3.400 3.400 0 0 1 4.800 4.800l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.400-7.400';
const arrow = 'M12 19V5M6 11l6-6 6 6';

/** Where one types: a line with completion, its pictures, and what was said before (arrow up in an empty line), the last with its pictures. */
export function createComposer(
  container: HTMLElement,
  { send, complete, largestPicture }: ComposerActions,
): Composer {
  const input = h('textarea', {
    id: 'line',
    rows: 1,
    maxlength: 8000,
    placeholder: 'Type / or drop pictures here',
    'aria-label': 'Message',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'completion',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocomplete: 'off',
  });
  const chooser = h('input', {
    type: 'file',
    accept: 'image/*,.safetensors',
    multiple: true,
    class: 'hidden',
    tabindex: -1,
    'aria-hidden': 'true',
  });
  const attach = iconButton('Add pictures', clip, 'icon-button', () => chooser.click());
  const sendButton = iconButton('Send', arrow, 'icon-button send', () => void submit());
  const problem = h('p', { class: 'problem', role: 'alert' });
  const tray = createTray(largestPicture);
  const completion = createCompletion(input, complete);
  const said: string[] = [];
  let recalled = 0;
  let lastPictures: readonly File[] = [];
  let sending = false;

  function addPictures(files: Iterable<File>): void {
    const untaken = tray.add(files);
    const archive = tray.files().some(({ name }) => name.endsWith('.safetensors'));
    if (input.value === '' && tray.files().length > 0) draft(archive ? '/import ' : '/teach ');
    problem.textContent = untaken;
    input.focus();
  }

  function fitHeight(): void {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight}px`;
  }

  function setLine(line: string): void {
    input.value = line;
    fitHeight();
  }

  function draft(line: string, pictures?: readonly File[]): void {
    if (pictures) {
      tray.remove(tray.files());
      tray.add(pictures);
    }
    setLine(line);
    problem.textContent = '';
    input.focus();
    input.setSelectionRange(line.length, line.length);
  }

  async function submit(): Promise<void> {
    if (sending) return;
    const line = input.value.trim();
    if (line === '') return input.focus();
    completion.close();
    const pictures = tray.files();
    sendButton.disabled = sending = true;
    try {
      await send(line, pictures);
      said.push(line);
      lastPictures = pictures;
      recalled = said.length;
      if (input.value.trim() === line) setLine('');
      tray.remove(pictures);
      problem.textContent = '';
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
    sendButton.disabled = sending = false;
    input.focus();
  }

  function recall(by: number): boolean {
    const next = recalled + by;
    const fresh = input.value === '' || input.value === said[recalled];
    if (!fresh || next < 0 || next > said.length || (by > 0 && recalled === said.length)) return false;
    if (recalled === said.length - 1) tray.remove(lastPictures);
    recalled = next;
    draft(said[next] ?? '');
    if (recalled === said.length - 1 && tray.files().length === 0) tray.add(lastPictures);
    return true;
  }

  input.addEventListener('input', () => {
    fitHeight();
    completion.refresh();
  });
  input.addEventListener('blur', () => completion.close());
  input.addEventListener('keydown', (event) => {
    if (completion.key(event)) return event.preventDefault();
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void submit();
    }
    if (event.key === 'ArrowUp' && recall(-1)) event.preventDefault();
    if (event.key === 'ArrowDown' && recall(1)) event.preventDefault();
  });
  addEventListener('keydown', (event) => {
    if (event.key === '/' && !(event.target as Element).closest('input, textarea, dialog')) input.focus();
  });
  chooser.addEventListener('change', () => {
    addPictures(chooser.files ?? []);
    chooser.value = '';
  });
  acceptDrops(addPictures);
  container.append(
    completion.element,
    problem,
    tray.element,
    h('div', { class: 'line' }, attach, chooser, input, sendButton),
  );

  return {
    draft,
    focus: () => input.focus(),
    insert(words, start) {
      if (input.value.trim() === '') return draft(`${start}${words} `);
      const before = input.value.slice(0, input.selectionStart);
      input.setRangeText(
        `${/\s$/.test(before) ? '' : ' '}${words} `,
        input.selectionStart,
        input.selectionEnd,
        'end',
      );
      fitHeight();
      input.focus();
    },
  };
}

function iconButton(label: string, path: string, classes: string, click: () => void): HTMLButtonElement {
  return h(
    'button',
    { type: 'button', class: classes, title: label, 'aria-label': label, click },
    drawing(path),
  );
}
