import type { Button, User } from '../command.ts';

/** A button as a platform keeps it. */
export interface PlacedButton {
  /** At most 100 characters, all that is needed to act on it after a restart. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'plain' | 'danger';
}

/** What the id of a button says. */
export interface Press {
  readonly command: string;
  readonly action: string;
  readonly argument: string;
  readonly who: NonNullable<Button['who']>;
  /** Id of the user whose request the message answers. */
  readonly requester: string;
}

const longestId = 100;

/** Throws where the id would not fit the platforms. */
export function placeButton(command: string, requester: string, button: Button): PlacedButton {
  const { action, argument, who = 'anyone', label, style = 'plain' } = button;
  const id = [command, action, who, encodeURIComponent(requester), argument].join('/');
  if (id.length > longestId)
    throw new RangeError(`The button ${command}/${action} has an id of ${id.length} characters`);
  return { id, label, style };
}

/** Reads the id of a pressed button; undefined where it is none of ours. */
export function readButton(id: string): Press | undefined {
  const [, command, action, who, requester, argument] =
    /^([^/]+)\/([^/]+)\/(anyone|requester|moderator|administrator)\/([^/]*)\/(.*)$/s.exec(
      id.slice(0, longestId),
    ) ?? [];
  if (command === undefined || action === undefined || requester === undefined || argument === undefined)
    return undefined;
  return { command, action, who: who as Press['who'], requester: decode(requester), argument };
}

/** Whether the user may press the button. */
export function mayPress(
  { who, requester }: Press,
  { id, role, moderates = false }: Omit<User, 'name'>,
): boolean {
  if (role === 'administrator' || who === 'anyone') return true;
  if (who === 'administrator') return false;
  return id === requester || (who === 'moderator' && moderates);
}

function decode(component: string): string {
  try {
    return decodeURIComponent(component);
  } catch {
    return '';
  }
}
