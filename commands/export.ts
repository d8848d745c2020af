import { unwrap } from '../src/result.ts';
import type { Progress } from '../src/studio/studio.ts';
import { tidyWords } from './bot/names.ts';
import { lines } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

export default defineCommand({
  name: 'export',
  description: 'Puts all that was taught here into one file, to take it along',
  access: 'administrator',
  anywhere: true,
  options: {},
  positional: [],
  example: '/export',

  async run(context) {
    const { server, studio, signal, words } = context;
    await context.defer('requester');
    const title = words.data.exporting();
    context.progress(title);
    const onProgress = (progress: Progress) => context.progress(title, progress);
    const { bytes, concepts, notes } = unwrap(await studio.exportServer(server.id, { signal, onProgress }));
    const name = `keepsake-${tidyWords(server.name)}.safetensors`;
    await context.reply({
      text: lines(words.data.exported(concepts), ...notes.map((note) => [words.sentence(note)])),
      files: [{ name, type: 'application/octet-stream', bytes }],
      otherwise: words.data.exportedUnsent(server.id),
      visibility: 'requester',
    });
  },
});
