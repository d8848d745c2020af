import { encodePreview } from '../../../src/pictures/encode.ts';
import type { PixelImage } from '../../../src/pictures/image.ts';
import { within } from '../../within.ts';
import type { Gallery } from './gallery.ts';

/** The picture in a message of progress: one at a time, each a file that is taken away when the next one hangs. */
export interface Frame {
  /** Brings a preview, without waiting for longer than progress may. What does not arrive is left out. */
  bring(preview: PixelImage): Promise<void>;
  /** Id of the newest that has arrived. */
  hanging(): string | undefined;
  /** Takes away those that the message shows no more. */
  tidy(): Promise<void>;
  /** Hangs none from now on, where Slack does not show them. */
  drop(): void;
  /** Takes all away, also what is still on its way. */
  close(): Promise<void>;
}

/** Milliseconds that progress waits for its picture. */
const longestWait = 3000;

export function createFrame(gallery: Gallery, alt: string): Frame {
  let newest: string | undefined;
  let spent: string[] = [];
  let coming: Promise<void> = Promise.resolve();
  let dropped = false;

  function hang(id: string | undefined): void {
    if (newest !== undefined) spent.push(newest);
    newest = id;
  }

  async function fetchOne(preview: PixelImage): Promise<void> {
    const bytes = await encodePreview(preview);
    hang(await gallery.keep({ name: 'preview.jpg', bytes, alt }));
  }

  async function tidy(): Promise<void> {
    const gone = spent;
    spent = [];
    await gallery.remove(gone).catch(() => {});
  }

  return {
    async bring(preview) {
      if (dropped) return;
      coming = coming.then(() => fetchOne(preview)).catch(() => {});
      await within(longestWait, coming);
    },
    hanging: () => (dropped ? undefined : newest),
    drop() {
      dropped = true;
    },
    tidy,
    async close() {
      await coming;
      hang(undefined);
      await tidy();
    },
  };
}
