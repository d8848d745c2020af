import { h } from './dom.ts';
import { sizeWords } from './size.ts';

const mostPictures = 6;

/** The pictures that go with the next message. */
export interface Tray {
  readonly element: HTMLElement;
  files(): readonly File[];
  /** Takes what it may; returns a sentence about what it did not take. */
  add(files: Iterable<File>): string;
  remove(files: Iterable<File>): void;
}

/** Takes pictures of at most `largest` bytes. */
export function createTray(largest: number): Tray {
  const element = h('ul', { class: 'tray', 'aria-label': 'Pictures to send' });
  const items = new Map<File, { readonly item: HTMLElement; readonly url: string }>();

  function remove(file: File): void {
    const found = items.get(file);
    if (!found) return;
    URL.revokeObjectURL(found.url);
    found.item.remove();
    items.delete(file);
  }

  function takeBack(file: File): void {
    const item = items.get(file)?.item;
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    remove(file);
    next?.querySelector('button')?.focus();
  }

  function show(file: File): void {
    const url = URL.createObjectURL(file);
    const image = h('img', { src: url, alt: file.name });
    image.addEventListener('error', () => image.replaceWith(h('span', { class: 'unseen' }, file.name)));
    const label = `Remove ${file.name}`;
    const button = h(
      'button',
      { type: 'button', 'aria-label': label, title: label, click: () => takeBack(file) },
      '×',
    );
    const item = h('li', {}, image, button);
    items.set(file, { item, url });
    element.append(item);
  }

  return {
    element,
    files: () => [...items.keys()],
    add(files) {
      let problem = '';
      for (const file of files) {
        if (file.type.startsWith('image/') && file.size > largest)
          problem = `${file.name} is larger than ${sizeWords(largest)}. Take a smaller copy of it.`;
        else if (items.size >= mostPictures)
          problem = `${mostPictures} pictures are enough; the others were left out.`;
        else show(file);
      }
      return problem;
    },
    remove(files) {
      for (const file of files) remove(file);
    },
  };
}
