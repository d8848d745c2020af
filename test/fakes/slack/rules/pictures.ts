import type { FakeTeam, World } from '../world.ts';

/** What Slack takes a file to be, by its name. */
export function typeOf(name: string): string {
  const extension = /\.(png|jpe?g|webp|gif)$/i.exec(name)?.[1]?.toLowerCase();
  return extension ? `image/${extension.replace('jpg', 'jpeg')}` : 'application/octet-stream';
}

/**
 * Whether blocks of the bot's can show the file with that id: a picture that Slack has looked at, and that the bot has access to,
 * as to all that it uploaded itself.
 * @see https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
 */
export function canBeShown({ files }: World, team: FakeTeam, id: unknown): boolean {
  const file = files.get(String(id));
  if (!file || file.team !== team.id || file.deleted || !file.completed) return false;
  const own = file.user === team.botUser || file.shares.size > 0;
  return own && ['image/png', 'image/jpeg', 'image/gif'].includes(file.mimetype);
}
