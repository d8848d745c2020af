import type { ServerResponse } from 'node:http';
import { serve } from '../serving.ts';
import { addMessage } from './messages.ts';
import type { Call } from './method.ts';
import { typeOf } from './rules/pictures.ts';
import type { FakeFile, FakeTeam, World } from './world.ts';

/** Milliseconds until an upload that was completed is there. */
const processing = 5;

/** Looks at files a moment after Slack said that it has, and shares them in one message where a channel is named. */
export function finishLater(
  world: World,
  team: FakeTeam,
  channel: string | undefined,
  files: readonly FakeFile[],
  thread: string,
): void {
  setTimeout(() => {
    const there = files.filter(({ deleted }) => !deleted);
    for (const file of there) file.mimetype = typeOf(file.name);
    if (there.length === 0 || channel === undefined) return;
    const where = { channel, files: there.map(({ id }) => id), ...(thread !== '' && { thread }) };
    const message = addMessage(world, team, where, { text: '', blocks: [] });
    for (const file of there) file.shares.set(channel, message.ts);
  }, processing);
}

/** A file as the API and payloads tell of it. */
export function fileJson({ world, address }: Pick<Call, 'world' | 'address'>, file: FakeFile) {
  const { id, team, name, title, mimetype, length, user, shares } = file;
  const channels = [...shares].map(([channel, ts]) => ({
    channel,
    ts,
    kind: world.teams.get(team)?.channels.get(channel)?.kind,
  }));
  const sharesOf = (open: boolean) =>
    Object.fromEntries(
      channels
        .filter(({ kind }) => (kind === 'public') === open)
        .map(({ channel, ts }) => [channel, [{ ts }]]),
    );
  const url = `${address}/files-pri/${team}-${id}`;
  return {
    id,
    name,
    title,
    mimetype,
    filetype: name.split('.').at(-1),
    size: length,
    user,
    url_private: `${url}/${name}`,
    url_private_download: `${url}/download/${name}`,
    ims: channels.filter(({ kind }) => kind === 'direct').map(({ channel }) => channel),
    shares: { public: sharesOf(true), private: sharesOf(false) },
  };
}

/** Answers a download: with the file to who has the right token, with a page to log in by to everyone else. */
export function serveFile(
  world: World,
  path: string,
  authorization: string | undefined,
  response: ServerResponse,
): string {
  const [, team, id] = /^\/files-pri\/([^-/]+)-([^/]+)\//.exec(path) ?? [];
  const file = world.files.get(id ?? '');
  const owner = world.teams.get(team ?? '');
  const allowed = owner && authorization === `Bearer ${owner.token}` && owner.scopes.has('files:read');
  if (!allowed || file?.serving === 'page') {
    serve(response, { bytes: new Uint8Array(), mimetype: '', serving: 'page' });
    return 'page';
  }
  if (!file?.bytes || file.deleted || file.team !== team) {
    response.writeHead(404).end();
    return '404';
  }
  serve(response, { ...file, bytes: file.bytes });
  return 'ok';
}
