import nodeFiles from 'node:fs/promises';
import { openStore } from '../../../model-store/open.ts';
import { unwrap } from '../../../src/result.ts';
import { createStudio } from '../../../src/studio/create.ts';
import { createFakeEngine } from '../../fakes/engine.ts';

/** A process that imports a file into the store in a folder, and is killed before so many operations on files of concepts have been done. */
const [folder = '', archive = '', operations = '0'] = process.argv.slice(2);
let left = Number(operations);
const files = new Proxy(nodeFiles, {
  get(all, name: keyof typeof nodeFiles) {
    const one = all[name];
    if (typeof one !== 'function') return one;
    return (...given: never[]) => {
      if (importing && left-- === 0) process.kill(process.pid, 'SIGKILL');
      return (one as (...given: never[]) => unknown)(...given);
    };
  },
});
let importing = false;
const store = unwrap(await openStore({ folder, files }));
const { concepts, servers, records, ledger } = store;
const engine = createFakeEngine();
const studio = createStudio({ store: concepts, servers, records, ledger, engine, model: 'folder' });
const bytes = await nodeFiles.readFile(archive);
importing = true;
unwrap(await studio.importServer('a', bytes));
importing = false;
await studio.close();
await store.close();
