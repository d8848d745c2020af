import { type FileShelf, urlOf } from './files.ts';

/**
 * Puts all of the files on the shelf and returns their addresses, in their order. Where one cannot be put, none is: the
 * others are let go of and removed, apart from those that are `shown` already; then it raises why.
 */
export async function shelve(
  shelf: FileShelf,
  files: readonly { readonly bytes: Uint8Array; readonly extension: 'png' | 'bin' }[],
  shown: () => ReadonlySet<string>,
): Promise<readonly string[]> {
  const put = await Promise.allSettled(files.map(({ bytes, extension }) => shelf.put(bytes, extension)));
  const names = put.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = put.find((one) => one.status === 'rejected');
  if (!failed) return names.map(urlOf);
  shelf.release(names);
  const used = shown();
  await shelf.remove(names.filter((name) => !used.has(urlOf(name))));
  throw failed.reason;
}
