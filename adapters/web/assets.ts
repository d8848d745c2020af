import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
};

/**
 * The page's files by name, read once. Its modules are TypeScript whose types Node takes out, as it does for the
 * server's own: no bundler, and what the browser runs is what the repository shows, line by line.
 */
export function loadAssets(folder: string): ReadonlyMap<string, Asset> {
  const files = readdirSync(folder).filter((name) => extname(name) in types);
  return new Map(files.map((name) => [name, loadAsset(join(folder, name))]));
}

function loadAsset(path: string): Asset {
  const source = readFileSync(path, 'utf8');
  const extension = extname(path);
  return { type: types[extension]!, body: extension === '.ts' ? stripTypeScriptTypes(source) : source };
}
