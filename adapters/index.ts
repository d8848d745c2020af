import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../src/settings/settings.ts';
import type { AdapterModule } from './adapter.ts';

/** Every adapter: the default export of `NAME/index.ts` for each folder here. Throws by name where one is not. */
export async function loadAdapters(folder: string = import.meta.dirname): Promise<readonly AdapterModule[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => loadAdapter(folder, name)));
}

async function loadAdapter(folder: string, name: string): Promise<AdapterModule> {
  const url = pathToFileURL(join(folder, name, 'index.ts')).href;
  const { default: adapter } = (await import(url)) as { default?: Partial<AdapterModule> };
  if (adapter?.name === name && adapter.wanted && adapter.create) return adapter as AdapterModule;
  throw new TypeError(`adapters/${name}/index.ts has no adapter named ${name} as its default export`);
}

/** The adapters that the settings ask for; the local chat where they ask for none. */
export function wantedAdapters(
  adapters: readonly AdapterModule[],
  settings: Settings,
): readonly AdapterModule[] {
  const wanted = adapters.filter((adapter) => adapter.wanted(settings));
  return wanted.length > 0 ? wanted : adapters.filter((adapter) => adapter.name === 'web');
}
