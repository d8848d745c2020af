import type { ExampleInfo } from '../wire.ts';
import { h } from './dom.ts';
import { withTokens } from './words.ts';

/** What an empty channel shows: the first steps, each a click away. */
export function createWelcome(
  examples: readonly ExampleInfo[],
  tryLine: (line: string, pictures: readonly File[]) => void,
): HTMLElement {
  return h(
    'section',
    { class: 'welcome', 'aria-label': 'First steps' },
    h('h2', {}, 'Show me something worth keeping'),
    h(
      'p',
      { class: 'lead' },
      'Teach me your dog, your hat, your favourite place, with a few pictures each. I give every one a name such as ',
      ...withTokens('<new1>'),
      ', and from then on you can put them together in new pictures. I forget nothing.',
    ),
    h(
      'div',
      { class: 'steps' },
      ...examples.map((example, index) => teachStep(example, index, tryLine)),
      step(
        examples.length + 1,
        'Imagine',
        'Say what to draw. Teach something first and its name works here too.',
        '/imagine a dog in the park',
        tryLine,
      ),
    ),
    h('p', { class: 'hint' }, 'Or drop one to six pictures of your own anywhere on this page.'),
  );
}

function teachStep(
  { title, line, pictures }: ExampleInfo,
  index: number,
  tryLine: (line: string, pictures: readonly File[]) => void,
): HTMLElement {
  const take = async () => tryLine(line, await Promise.all(pictures.map(fileOf)));
  return card(
    index + 1,
    title,
    h('div', { class: 'strip' }, ...pictures.map((url) => h('img', { src: url, alt: '' }))),
    h(
      'button',
      { type: 'button', class: `button ${index === 0 ? 'primary' : ''}`, click: () => void take() },
      line,
    ),
  );
}

function step(
  number: number,
  title: string,
  words: string,
  line: string,
  tryLine: (line: string, pictures: readonly File[]) => void,
) {
  return card(
    number,
    title,
    h('p', { class: 'hint' }, words),
    h('button', { type: 'button', class: 'button', click: () => tryLine(line, []) }, line),
  );
}

function card(number: number, title: string, ...inside: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'step' },
    h('h3', {}, h('span', { class: 'number' }, `${number}. `), title),
    ...inside,
  );
}

async function fileOf(url: string, index: number): Promise<File> {
  const blob = await (await fetch(url)).blob();
  return new File([blob], `example-${index + 1}.png`, { type: 'image/png' });
}
