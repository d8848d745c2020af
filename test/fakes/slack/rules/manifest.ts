import type { Manifest } from '../world.ts';

/** Slack's own slash commands, which no app can have. */
const builtIn =
  'active apps archive away call canvas collapse dm dnd expand feed feedback help huddle invite invite_people join keys kick leave list me msg mute open people prefs pro remind remove rename search section shortcuts shrug star status topic who workflow'.split(
    ' ',
  );

/** Throws where Slack would not take the manifest. */
export function checkManifest({ features: { slash_commands, shortcuts } }: Manifest): void {
  if (slash_commands.length > 50) throw new Error('more than 50 slash commands');
  if (shortcuts.length > 10) throw new Error('more than 10 shortcuts');
  for (const { command, description, usage_hint = '' } of slash_commands) {
    if (!/^\/[a-z0-9_-]{1,32}$/.test(command)) throw new Error(`${command} is no command`);
    if (builtIn.includes(command.slice(1))) throw new Error(`${command} is Slack's own`);
    if (description === '' || description.length > 2000 || usage_hint.length > 1000)
      throw new Error(`${command} is said too much of`);
  }
  for (const { name, callback_id, description } of shortcuts) {
    if (name.length > 24 || callback_id.length > 255 || description.length > 150)
      throw new Error(`${name} is too long`);
  }
  const names = slash_commands.map(({ command }) => command);
  if (new Set(names).size < names.length) throw new Error('a command is there twice');
}
