import type { RichText } from '../../../commands/bot/rich-text.ts';
import { h } from './dom.ts';

/** Rich text as nodes. Tokens stand out wherever they appear; a command line can be taken up with a click. */
export function wordsOf(text: RichText, takeUp?: (line: string) => void): readonly Node[] {
  return text.flatMap((span) => {
    if (typeof span === 'string') return withTokens(span);
    if ('strong' in span) return [h('strong', {}, ...withTokens(span.strong))];
    if ('note' in span) return [h('span', { class: 'note' }, ...withTokens(span.note))];
    if ('link' in span) return [linkOf(span)];
    if (!takeUp || !span.code.startsWith('/')) return [h('code', {}, ...withTokens(span.code))];
    const line = span.code;
    const title = 'Put this in the message line';
    return [
      h(
        'code',
        {},
        h('button', { type: 'button', class: 'code', title, click: () => takeUp(line) }, ...withTokens(line)),
      ),
    ];
  });
}

/** To another message of the channel: the page stays where it is, for its address names the channel. */
function linkOf({ link, to }: { readonly link: string; readonly to: string }): HTMLElement {
  const show = (event: Event) => {
    event.preventDefault();
    const message = document.querySelector(`[data-id="${CSS.escape(to.slice(1))}"]`);
    message?.scrollIntoView({ behavior: 'smooth', block: 'center' });
  };
  return h('a', { href: to, click: show }, ...withTokens(link));
}

/** The text line by line, each a paragraph, so that lines that wrap are still told apart. */
export function paragraphsOf(text: RichText, takeUp?: (line: string) => void): readonly HTMLElement[] {
  const lines: RichText[] = [[]];
  for (const span of text) {
    const [first = '', ...next] = typeof span === 'string' ? span.split('\n') : [span];
    lines.push([...(lines.pop() ?? []), first], ...next.map((line) => [line]));
  }
  return lines.map((line) => h('p', {}, ...wordsOf(line, takeUp)));
}

/** Plain text with each `<newN>` as a pill. */
export function withTokens(text: string): readonly Node[] {
  return text
    .split(/(<new[1-9]\d{0,8}>)/)
    .map((part, index) =>
      index % 2 === 1 ? h('span', { class: 'token' }, part) : document.createTextNode(part),
    );
}
