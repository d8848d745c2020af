import { describe, expect, test } from 'vitest';
import { mayPress, placeButton, readButton } from '../../../commands/bot/buttons.ts';

const button = { action: 'delete', argument: 'a/<new1>/é', label: 'Delete', who: 'requester' } as const;

describe('button ids', () => {
  test('say all that is needed to act after a restart', () => {
    const { id } = placeButton('imagine', 'user/1', button);
    expect(readButton(id)).toEqual({
      command: 'imagine',
      action: 'delete',
      argument: 'a/<new1>/é',
      who: 'requester',
      requester: 'user/1',
    });
  });

  test('fit the platforms with the longest ids these have', () => {
    const snowflake = '9'.repeat(20);
    expect(
      placeButton('imagine', snowflake, { ...button, argument: 'x'.repeat(32) }).id.length,
    ).toBeLessThanOrEqual(100);
    expect(() => placeButton('imagine', snowflake, { ...button, argument: 'x'.repeat(90) })).toThrow(
      RangeError,
    );
  });

  test('of others are not read', () => {
    for (const id of ['', 'imagine', 'imagine/delete/nobody/u/x', '////', 'x'.repeat(5000)]) {
      expect(readButton(id)).toBeUndefined();
    }
  });

  test('let the requester and administrators press what is theirs', () => {
    const press = readButton(placeButton('imagine', 'ada', button).id)!;
    expect(mayPress(press, { id: 'ada', role: 'everyone' })).toBe(true);
    expect(mayPress(press, { id: 'ben', role: 'teacher' })).toBe(false);
    expect(mayPress(press, { id: 'ben', role: 'administrator' })).toBe(true);
    expect(mayPress({ ...press, who: 'administrator' }, { id: 'ada', role: 'teacher' })).toBe(false);
    const moderator = { id: 'ben', role: 'everyone', moderates: true } as const;
    expect(mayPress({ ...press, who: 'moderator' }, moderator)).toBe(true);
    expect(mayPress({ ...press, who: 'moderator' }, { id: 'ben', role: 'teacher' })).toBe(false);
    expect(mayPress({ ...press, who: 'moderator' }, { id: 'ada', role: 'everyone' })).toBe(true);
    expect(mayPress(press, moderator)).toBe(false);
  });
});
