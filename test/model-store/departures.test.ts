import { expect, it } from 'vitest';
import { scratchFolder, storeIn, tamper } from './sample.ts';

it('a server is due from its time on, and no sooner', async () => {
  const { departures } = (await storeIn(await scratchFolder())).servers;
  await departures.leave('a', 1000);
  expect(await departures.due(999)).toEqual([]);
  expect(await departures.due(1000)).toEqual(['a']);
});

it('the earlier of two times holds, and neither once the server stays', async () => {
  const { departures } = (await storeIn(await scratchFolder())).servers;
  await departures.leave('a', 1000);
  await departures.leave('a', 2000);
  expect(await departures.due(1500)).toEqual(['a']);
  await departures.leave('a', 500);
  expect(await departures.due(500)).toEqual(['a']);
  await departures.stay('a');
  expect(await departures.due(9000)).toEqual([]);
  await departures.leave('a', 3000);
  expect(await departures.due(2500)).toEqual([]);
});

it('servers that leave together are all remembered, through a restart, whatever their ids are', async () => {
  const folder = await scratchFolder();
  const store = await storeIn(folder);
  const ids = ['__proto__', 'constructor', 'a/b', '..', '🦊', 'a'];
  await Promise.all(ids.map((id, index) => store.servers.departures.leave(id, index)));
  await store.servers.departures.stay('a');
  await store.close();
  const { departures } = (await storeIn(folder)).servers;
  expect(await departures.due(3)).toEqual(ids.slice(0, 4));
  expect(await departures.due(100)).toEqual(ids.slice(0, 5));
});

it('an id that no server has is refused', async () => {
  const { departures } = (await storeIn(await scratchFolder())).servers;
  for (const id of ['', 'x'.repeat(201), 'a\ud800'])
    await expect(departures.leave(id, 1)).rejects.toThrow(RangeError);
});

it.each(['5', '{"value":[["a"]]}', '{"value":{"a":1}}'])(
  'where a record is damaged, that is said, and it alone is left: %s',
  async (value) => {
    const folder = await scratchFolder();
    const before = await storeIn(folder);
    await before.servers.departures.leave('a', 1);
    await before.servers.departures.leave('b', 1);
    await before.close();
    tamper(folder, `UPDATE entries SET value = '${value}' WHERE key LIKE '%departure/a'`);
    const heard: unknown[] = [];
    const { departures } = (await storeIn(folder, { onDamaged: (error) => void heard.push(error) })).servers;
    expect(await departures.due(100)).toEqual(['b']);
    expect(heard).toHaveLength(1);
    await departures.leave('a', 2);
    expect(await departures.due(100)).toEqual(['b', 'a']);
  },
);
