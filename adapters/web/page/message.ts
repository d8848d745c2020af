import type { Message, MessageFile, MessagePicture } from '../wire.ts';
import { h } from './dom.ts';
import { paragraphsOf } from './words.ts';

export interface MessageActions {
  /** Id of the person at this page. */
  readonly user: string;
  press(message: string, button: string): void;
  takeUp(line: string): void;
  openPictures(pictures: readonly MessagePicture[], index: number): void;
}

/** A message as an element. `inside` stands for its content while it is being worked on. */
export function renderMessage(message: Message, actions: MessageActions, inside?: HTMLElement): HTMLElement {
  const bot = message.author === 'bot';
  const personal = message.personal === true;
  const classes = ['message', message.author, personal && 'personal'].filter(Boolean).join(' ');
  return h(
    'article',
    {
      class: classes,
      'data-id': message.id,
      'aria-label': `${nameOf(message, actions.user)}, ${timeOf(message)}`,
    },
    bot ? h('img', { class: 'avatar', src: '/page/icon.svg', alt: '' }) : initial(message, actions.user),
    h(
      'p',
      { class: 'byline' },
      h('strong', {}, nameOf(message, actions.user)),
      h('time', { datetime: message.at }, timeOf(message)),
      personal && h('span', { class: 'personal' }, 'Only you can see this'),
    ),
    inside ? h('div', { class: 'body' }, inside) : bodyOf(message, actions),
  );
}

function bodyOf(message: Message, actions: MessageActions): HTMLElement {
  const { pictures = [], files = [], buttons = [] } = message;
  const bot = message.author === 'bot';
  const singles = files.filter((file) => file.type === 'image/png').map(asPicture);
  const all = [...pictures, ...singles];
  const open = (index: number) => actions.openPictures(all, index);
  return h(
    'div',
    { class: 'body' },
    message.text.length > 0 &&
      h('div', { class: 'words' }, ...paragraphsOf(message.text, bot ? actions.takeUp : undefined)),
    pictures.length > 0 &&
      h(
        'div',
        { class: bot ? 'gallery' : 'strip' },
        ...pictures.map((picture, index) => pictureOf(picture, () => open(index))),
      ),
    singles.length > 0 &&
      h(
        'div',
        { class: 'strip' },
        ...singles.map((picture, index) => pictureOf(picture, () => open(pictures.length + index))),
      ),
    ...files.filter((file) => file.type !== 'image/png').map(fileOf),
    buttons.length > 0 &&
      h(
        'div',
        { class: 'buttons' },
        ...buttons.map(({ id, label, style }) =>
          h(
            'button',
            { type: 'button', class: `button ${style}`, click: () => actions.press(message.id, id) },
            label,
          ),
        ),
      ),
  );
}

function pictureOf({ url, alt, width, height }: MessagePicture, click: () => void): HTMLElement {
  return h(
    'button',
    { type: 'button', class: 'picture', title: 'Look closer', click },
    h('img', { src: url, alt, width, height }),
  );
}

function fileOf({ url, name, size }: MessageFile): HTMLElement {
  const kilobytes = `${Math.max(1, Math.round(size / 1024)).toLocaleString('en')} kB`;
  return h(
    'p',
    {},
    h('a', { class: 'file', href: url, download: name }, name, h('span', { class: 'hint' }, kilobytes)),
  );
}

function asPicture({ url, name, width = 0, height = 0 }: MessageFile, index: number): MessagePicture {
  return { url, name, alt: `Picture ${index + 1}`, width, height };
}

function initial(message: Message, user: string): HTMLElement {
  return h('span', { class: 'avatar', 'aria-hidden': 'true' }, nameOf(message, user).charAt(0));
}

function nameOf({ author, user: writer }: Message, user: string): string {
  if (author === 'bot') return 'Keepsake';
  return writer === user ? 'You' : `Guest ${writer.slice(0, 4)}`;
}

/** The time alone where it was today, and the day before it where it was not. */
function timeOf({ at }: Message): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? {} : ({ day: 'numeric', month: 'short' } as const);
  return date.toLocaleString([], { ...day, hour: '2-digit', minute: '2-digit' });
}
