import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { methodNames, methodsFolder } from '../method-names.ts';
import type { Method, Methods } from './method.ts';

/** Every training method: the default export of each file in `methods/`. Throws by name where one is not. */
export async function loadMethods(): Promise<Methods> {
  const methods = await Promise.all(methodNames.map(loadMethod));
  return new Map(methods.map((method) => [method.name, method]));
}

async function loadMethod(name: string): Promise<Method> {
  const url = pathToFileURL(join(methodsFolder, `${name}.ts`)).href;
  const { default: method } = (await import(url)) as { default?: Partial<Method> };
  if (method?.name === name && method.teach && method.mention) return method as Method;
  throw new TypeError(`methods/${name}.ts has no method named ${name} as its default export`);
}
