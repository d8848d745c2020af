import { unwrap } from '../src/result.ts';
import { archiveLimits } from '../src/studio/limits.ts';
import type { Progress } from '../src/studio/studio.ts';
import { conceptName } from './bot/concepts.ts';
import { lines } from './bot/rich-text.ts';
import { defineCommand } from './command.ts';

const mostNamed = 12;

export default defineCommand({
  name: 'import',
  description: 'Brings in what another server was taught, from the file that /export made',
  access: 'administrator',
  options: {
    file: {
      type: 'attachment',
      each: 'file',
      minimum: 1,
      maximum: 1,
      anyFile: { mostBytes: archiveLimits.attachmentBytes },
      description: 'The file that /export made',
    },
  },
  positional: [],
  example: '/import',

  async run(context) {
    const { server, studio, signal, words, options } = context;
    await context.defer();
    const title = words.data.importing();
    context.progress(title);
    const [file] = options.file;
    if (!file) throw new RangeError('an import has a file');
    const archive = await file.bytes(archiveLimits.attachmentBytes);
    const onProgress = (progress: Progress) => context.progress(title, progress);
    const { concepts, entries } = unwrap(
      await studio.importServer(server.id, archive, { signal, onProgress }),
    );
    await context.reply({
      text: lines(
        words.data.imported(concepts.length, entries.length > 0),
        ...concepts.slice(0, mostNamed).map((concept) => conceptName(concept, words)),
        concepts.length > mostNamed ? words.data.andMore(concepts.length - mostNamed) : [],
      ),
    });
  },
});
