import type { Completion } from '../wire.ts';
import { h } from './dom.ts';
import { withTokens } from './words.ts';

export interface CompletionList {
  readonly element: HTMLElement;
  /** Deals with a key of the input; true where it was for the list. */
  key(event: KeyboardEvent): boolean;
  /** Asks anew for what fits at the caret. */
  refresh(): void;
  close(): void;
}

const pause = 60;

/**
 * Suggestions under a text input, as a listbox that it controls. Nothing is chosen until an arrow or Tab does, so Enter
 * sends what was typed.
 */
export function createCompletion(
  input: HTMLTextAreaElement,
  find: (line: string, caret: number, signal: AbortSignal) => Promise<readonly Completion[]>,
): CompletionList {
  const element = h('ul', {
    class: 'completion',
    id: 'completion',
    role: 'listbox',
    'aria-label': 'Suggestions',
  });
  element.hidden = true;
  let shown: readonly Completion[] = [];
  let askedFor = '';
  let chosen = -1;
  let asking: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function close(): void {
    clearTimeout(timer);
    asking?.abort();
    shown = [];
    chosen = -1;
    element.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  async function ask(): Promise<void> {
    const line = input.value;
    if (!line.trimStart().startsWith('/')) return close();
    asking?.abort();
    const controller = new AbortController();
    asking = controller;
    const found = await find(line, input.selectionStart, controller.signal).catch(() => []);
    if (!controller.signal.aborted && input.value === line) show(found, line);
  }

  function show(found: readonly Completion[], line: string): void {
    close();
    if (found.length === 0) return;
    shown = found;
    askedFor = line;
    element.replaceChildren(...found.map(optionOf));
    element.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  function optionOf({ value, label = '' }: Completion, index: number): HTMLElement {
    const pick = (event: Event) => {
      event.preventDefault();
      take(index);
    };
    const properties = {
      role: 'option',
      id: `completion-${index}`,
      'aria-selected': 'false',
      mousedown: pick,
    };
    const parts = [
      h('span', { class: 'value' }, ...withTokens(value)),
      h('span', { class: 'label' }, ...withTokens(label)),
    ];
    return h('li', properties, ...parts);
  }

  function choose(index: number): void {
    chosen = index;
    for (const [at, option] of [...element.children].entries())
      option.setAttribute('aria-selected', String(at === index));
    const option = element.children[index];
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
    option?.scrollIntoView({ block: 'nearest' });
  }

  function take(index: number): void {
    const completion = shown[index];
    if (!completion) return;
    const { value, start } = completion;
    const end = completion.end + typedSince(completion);
    const tail = value.endsWith(' ') && input.value[end] === ' ' ? 1 : 0;
    input.setRangeText(value, start, end + tail, 'end');
    input.focus();
    close();
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** Characters that were typed at the completed word while its list was shown; fast fingers do not wait for the next. */
  function typedSince({ end }: Completion): number {
    const grown = Math.max(0, input.value.length - askedFor.length);
    const same = askedFor.slice(0, end) + input.value.slice(end, end + grown) + askedFor.slice(end);
    return same === input.value ? grown : 0;
  }

  function move(by: number): void {
    const places = shown.length + 1;
    choose(((chosen + 1 + by + places) % places) - 1);
  }

  return {
    element,
    close,
    refresh() {
      clearTimeout(timer);
      timer = setTimeout(ask, pause);
    },
    key({ key, shiftKey, isComposing }) {
      if (element.hidden || isComposing) return false;
      if (key === 'ArrowDown') move(1);
      else if (key === 'ArrowUp') move(-1);
      else if (key === 'Escape') close();
      else if (key === 'Tab' && !shiftKey) take(Math.max(0, chosen));
      else if (key === 'Enter' && chosen >= 0) take(chosen);
      else return false;
      return true;
    },
  };
}
