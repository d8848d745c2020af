// The lock under which one launch installs and the others wait. Plain JavaScript, because it runs before anything is installed.

import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const refreshMs = 5000;
const abandonedMs = 60_000;
/** What is not written by then never will be. */
const emptyMs = 5000;

/** @param {string} file */
export function createLock(file) {
  /** @type {NodeJS.Timeout | undefined} */
  let refreshing;

  /** Waits until this launch alone may install. A lock whose owner is gone is cleared. */
  async function take() {
    mkdirSync(dirname(file), { recursive: true });
    for (let tries = 0; ; tries++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' });
        process.once('exit', release);
        refreshing = setInterval(refresh, refreshMs).unref();
        return;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      if (tries === 0)
        process.stderr.write(
          `Waiting for another start of Keepsake to finish installing; where there is none, ${file} is cleared within a minute …\n`,
        );
      await sleep(500);
      clearAbandoned(file);
    }
  }

  /** @param {number | undefined} pid a process that installs also where this one is killed */
  function nameChild(pid) {
    writeFileSync(file, `${process.pid} ${pid ?? ''}`);
  }

  function release() {
    process.off('exit', release);
    clearInterval(refreshing);
    if (isOwn(file)) rmSync(file, { force: true });
  }

  function refresh() {
    const now = new Date();
    if (isOwn(file)) utimesSync(file, now, now);
  }

  return { take, nameChild, release };
}

/**
 * A launch that stood still for a minute may have lost its lock to another.
 * @param {string} file
 */
function isOwn(file) {
  if (!existsSync(file)) return false;
  const owners = readFileSync(file, 'utf8');
  return owners === '' || owners.split(' ')[0] === String(process.pid);
}

/**
 * Moves a lock that nobody holds out of the way.
 * @param {string} file
 */
function clearAbandoned(file) {
  const aside = `${file}.${process.pid}`;
  try {
    const owners = readFileSync(file, 'utf8');
    if (isHeld(owners, Math.abs(Date.now() - statSync(file).mtimeMs))) return;
    renameSync(file, aside);
    // Between the lines above another waiter may have cleared the lock and taken it: then it is given back.
    if (readFileSync(aside, 'utf8') !== owners) linkSync(aside, file);
    unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/**
 * The lock names the launch that holds it and the npm that it started: npm goes on where only its launch is killed. It is empty where the
 * machine went off or the disk was full; and after a restart of the machine the numbers in it are those of other processes.
 * @param {string} owners
 * @param {number} age milliseconds since the launch last refreshed it, or until then where the clock was set back
 */
function isHeld(owners, age) {
  if (owners.trim() === '') return age < emptyMs;
  if (age > abandonedMs) return false;
  return owners
    .trim()
    .split(' ')
    .some((pid) => isRunning(Number(pid)));
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
