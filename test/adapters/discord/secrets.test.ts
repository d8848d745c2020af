import { expect, test } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { openHouse } from './house.ts';

const words = 'a-secret-wish';

test('whatever Discord refuses, neither tokens nor words get into the log', async () => {
  let written = '';
  const destination = {
    write(line: string) {
      written += line;
    },
  };
  const log = createLog({ logLevel: 'trace', logText: false, secrets: [] }, destination);
  const house = await openHouse({ log });
  const { ada, channel, discord } = house;
  const refused = { status: 400, code: 50035, message: `Invalid Form Body: ${words}` };
  discord.faults.next('PATCH', /^\/webhooks/, refused, 100);
  discord.faults.next('POST', /^\/webhooks/, refused, 100);
  const sent = ada.slash(channel, 'imagine', { prompt: words });
  await expect.poll(() => written).toContain('its failure could not be told');
  discord.faults.next('POST', /\/callback$/, { status: 500, code: 0, message: words }, 8);
  const lost = ada.slash(channel, 'concepts');
  await expect.poll(() => written).toContain('Discord answered a POST with 500');
  for (const secret of [discord.token, sent.token, lost.token, words]) expect(written).not.toContain(secret);
});
