import { createHash } from 'node:crypto';
import { appendFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { downloadFile, HubApiError, type ListFileEntry, listFiles } from '@huggingface/hub';
import { hashFile } from '../files.ts';
import { readModelFile } from '../onnx/model-file.ts';
import { attempt, isFullDisk, type ProblemCode, ProblemError, raise, unwrap } from '../result.ts';
import { externalLocations } from './conform/conform.ts';
import { components, configFiles, optionalComponents, optionalFiles, requiredFiles } from './layout.ts';

export interface Download {
  /** `owner/name` on Hugging Face. */
  readonly repository: string;
  /** Branch, tag or commit; `main` by default. */
  readonly revision?: string;
  /** Where the files go; what an earlier download left there is gone on with. */
  readonly folder: string;
  readonly token?: string;
  readonly hubUrl: string;
  /** The most that all files may have together. */
  readonly mostBytes: number;
  readonly onBytes?: (done: number, total: number) => void;
}

const mostEntries = 10_000;

/** Whether a text names a repository of Hugging Face. */
export function isRepository(source: string): boolean {
  return /^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(source) && !source.includes('..');
}

/** What is wrong with the model itself, so that its download is of no more use. */
export const refusals: ReadonlySet<ProblemCode> = new Set(['invalid-model', 'unsupported-operator']);

/**
 * Downloads what is needed of a repository and no other file: first the graphs, then the files that they say their weights are
 * in, and nothing that leads out of a graph's folder. Every file is held against the repository's hash of it.
 * Raises 'not-found', 'not-allowed', 'invalid-model', 'unsupported-operator' and 'invalid-file'. Nothing stays of a model that is refused;
 * a download that was cut off goes on where it stopped.
 */
export async function downloadModel(download: Download): Promise<void> {
  const fetched = await attempt(() => fetchNeeded(download));
  if (!fetched.ok && refusals.has(fetched.problem.code))
    await rm(download.folder, { recursive: true, force: true });
  unwrap(fetched);
}

async function fetchNeeded(download: Download): Promise<void> {
  const listed = await asking(download, () => listing(download));
  const graphs = components.map((component) => `${component}/model.onnx`);
  const required = requiredFiles((file) => listed.has(file));
  const needed = [...required, ...graphs.filter((file) => !optionalComponents.has(dirname(file)))];
  for (const file of needed)
    if (!listed.has(file))
      raise(
        'invalid-model',
        `${download.repository} has no ${file}, so it is no Stable Diffusion model in ONNX. Choose another repository or revision.`,
      );
  const first = [...needed, ...optionalFiles, ...configFiles, ...graphs];
  const progress = { done: 0, total: 0 };
  await fetchAll(
    download,
    listed,
    first.filter((file) => listed.has(file)),
    progress,
  );
  const weights: string[] = [];
  for (const file of graphs.filter((each) => listed.has(each)))
    for (const location of await locationsOf(join(download.folder, file)))
      weights.push(`${dirname(file)}/${location}`);
  await fetchAll(download, listed, weights, progress);
}

/** A safety checker may have operators that only the runtime reads; its weights are in its file then. */
async function locationsOf(graph: string): Promise<Iterable<string>> {
  try {
    return externalLocations((await readModelFile(graph)).graph);
  } catch (error) {
    if (graph.includes('safety_checker') && error instanceof ProblemError) return [];
    throw error;
  }
}

async function listing({ repository, revision, token, hubUrl }: Download) {
  const listed = new Map<string, ListFileEntry>();
  const params = {
    repo: repository,
    recursive: true,
    hubUrl,
    ...(revision && { revision }),
    ...(token && { accessToken: token }),
  };
  for await (const entry of listFiles(params)) {
    if (listed.size >= mostEntries)
      raise('invalid-model', `${repository} has more than ${mostEntries} files. Choose another.`);
    if (entry.type === 'file') listed.set(entry.path, entry);
  }
  return listed;
}

async function fetchAll(
  download: Download,
  listed: ReadonlyMap<string, ListFileEntry>,
  files: readonly string[],
  progress: { done: number; total: number },
): Promise<void> {
  const entries = [...new Set(files)].map(
    (file) =>
      listed.get(file) ??
      raise(
        'invalid-model',
        `${download.repository} has no ${file}, which a graph says its weights are in. Choose another repository.`,
      ),
  );
  progress.total += entries.reduce((sum, { size }) => sum + size, 0);
  if (!(progress.total <= download.mostBytes))
    raise(
      'invalid-model',
      `${download.repository} has ${(progress.total / 1e9).toFixed(1)} GB, more than the ${(download.mostBytes / 1e9).toFixed(1)} GB that MAX_MODEL_BYTES allows. Allow more, or choose another.`,
    );
  for (const entry of entries)
    await fetchOne(download, entry, (bytes) => {
      progress.done += bytes;
      download.onBytes?.(progress.done, progress.total);
    });
}

async function fetchOne(
  download: Download,
  entry: ListFileEntry,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const path = join(download.folder, entry.path);
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  if ((await sizeOf(path)) === entry.size && (await isAsListed(path, entry))) return onBytes(entry.size);
  await rm(path, { force: true });
  const there = await sizeOf(part);
  const start = there <= entry.size ? there : 0;
  if (start === 0) await rm(part, { force: true });
  onBytes(start);
  await appendFile(part, '');
  if (start < entry.size) await asking(download, () => fetchRest(download, entry, part, start, onBytes));
  if ((await sizeOf(part)) !== entry.size || !(await isAsListed(part, entry))) {
    await rm(part);
    raise(
      'invalid-file',
      `${entry.path} did not arrive as ${download.repository} has it. Run the command again.`,
    );
  }
  await rename(part, path);
}

/** Fetches what lacks, and stops where more comes than was listed. */
async function fetchRest(
  { repository, revision, token, hubUrl }: Download,
  { path, size }: ListFileEntry,
  part: string,
  start: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const params = {
    repo: repository,
    path,
    hubUrl,
    xet: false,
    ...(revision && { revision }),
    ...(token && { accessToken: token }),
  };
  const blob = await downloadFile(params);
  if (blob === null)
    return raise('not-found', `${repository} has no ${path} any more. Run the command again.`);
  const file = await open(part, 'a');
  let there = start;
  try {
    await pipeline(blob.slice(start).stream(), async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) {
        await file.write(chunk);
        onBytes(chunk.length);
        there += chunk.length;
        if (there > size) return;
      }
    });
  } finally {
    await file.close();
  }
}

/** By SHA-256 where the file lies in Git LFS, otherwise by Git's own name for its content. */
async function isAsListed(path: string, { lfs, oid, size }: ListFileEntry): Promise<boolean> {
  const hash = createHash(lfs ? 'sha256' : 'sha1');
  if (!lfs) hash.update(`blob ${size}\0`);
  return (await hashFile(path, hash)) === (lfs?.oid ?? oid);
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** What Hugging Face answers, or a sentence on why it does not; never with the token, which is in no address. */
async function asking<T>({ repository, token }: Download, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const status = error instanceof HubApiError ? error.statusCode : undefined;
    if (status === 401 || status === 403)
      return raise(
        'not-allowed',
        token === undefined
          ? `${repository} is not there, or not for everybody: set HF_TOKEN, and accept its licence on its page.`
          : `${repository} is not there, or not for whom HF_TOKEN is of: accept its licence on its page.`,
      );
    if (status === 404) return raise('not-found', `There is no ${repository}, or no such revision of it.`);
    if (isFullDisk(error))
      return raise(
        'storage-full',
        'The disk is full: free some space, then run the command again: it goes on where it stopped.',
      );
    if (status === undefined && !isNetworkTrouble(error)) throw error;
    return raise(
      'not-found',
      'Hugging Face does not answer, or stopped in the middle. Run the command again: it goes on where it stopped.',
    );
  }
}

/** What fetch, its streams and the library's throw where a connection fails: the library's pass on the message alone. */
function isNetworkTrouble(error: unknown): boolean {
  if (typeof error === 'string') return true;
  return (
    error instanceof Error && ('code' in error || ['fetch failed', 'terminated'].includes(error.message))
  );
}
