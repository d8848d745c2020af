import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/diffusion/noise.ts';
import { faultsAfter, killOnce, nothingYet } from '../model-store/kills/kills.ts';

/** `npm run bench:kills -- [KILLS] [SEED]`: kills a process that writes to the store, 200 times unless said, and looks at what is left. */

const [kills = 200, seed = Date.now() % 1_000_000] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'keepsake-kills-'));
const random = createRandom(seed);
const expected = nothingYet();
let faults = 0;
for (let kill = 1; kill <= kills; kill++) {
  await killOnce(folder, kill, random, expected);
  for (const fault of await faultsAfter(folder, expected)) {
    faults++;
    console.error(`Kill ${kill}: ${fault}`);
  }
  if (kill % 20 === 0)
    console.log(`${kill} kills: ${expected.concepts.size} concepts and ${expected.jobs.size} jobs are kept.`);
}
await rm(folder, { recursive: true, force: true });
console.log(`SQLite: ${kills} kills with seed ${seed}, ${faults} faults.`);
process.exitCode = faults > 0 ? 1 : 0;
