import type { MessagePicture } from '../wire.ts';
import { h } from './dom.ts';

export interface Lightbox {
  open(pictures: readonly MessagePicture[], index: number): void;
}

/** Pictures at full size over the page: arrows turn, Escape closes, and what had the focus gets it back. */
export function createLightbox(): Lightbox {
  const image = h('img', { alt: '' });
  const caption = h('figcaption');
  const download = h('a', { class: 'button', download: '' }, 'Save');
  const earlier = h('button', { type: 'button', class: 'button', click: () => turn(-1) }, 'Previous');
  const later = h('button', { type: 'button', class: 'button', click: () => turn(1) }, 'Next');
  const close = h(
    'button',
    { type: 'button', class: 'button primary', click: () => dialog.close() },
    'Close',
  );
  const dialog = h(
    'dialog',
    { class: 'lightbox', 'aria-label': 'Picture' },
    h('figure', {}, image, caption),
    h('div', { class: 'buttons' }, earlier, later, download, close),
  );
  let shown: readonly MessagePicture[] = [];
  let current = 0;

  function turn(by: number): void {
    current = (current + by + shown.length) % shown.length;
    const picture = shown[current]!;
    image.src = picture.url;
    image.alt = picture.alt;
    caption.textContent =
      shown.length > 1 ? `${picture.alt} (${current + 1} of ${shown.length})` : picture.alt;
    download.href = picture.url;
    download.download = picture.name;
    earlier.hidden = later.hidden = shown.length < 2;
  }

  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') turn(-1);
    if (event.key === 'ArrowRight') turn(1);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);

  return {
    open(pictures, index) {
      shown = pictures;
      current = index;
      turn(0);
      dialog.showModal();
      close.focus();
    },
  };
}
