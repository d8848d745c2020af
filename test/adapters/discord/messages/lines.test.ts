import { expect, test } from 'vitest';
import { localeOf, messagesIn } from '../../../../commands/locales/index.ts';
import { unwrap } from '../../../../src/result.ts';
import { readPasted } from '../../../fakes/discord/pasted.ts';
import type { FakeMessage } from '../../../fakes/discord/world.ts';
import { buttonOf, openHouse } from '../house.ts';
import { permissionsOf } from '../platform.ts';

test.each(['en-GB', 'zh-TW'])(
  'lines that are shown to a client in %s can be pasted there',
  async (locale) => {
    const house = await openHouse();
    const { discord, channel, studio, server } = house;
    const mei = discord.person('mei', permissionsOf.teacher, locale);
    const words = messagesIn(localeOf(locale));
    const paste = ({ state }: FakeMessage) => {
      const [, line = ''] = /`(\/[^`]+)`/.exec(state.content) ?? [];
      const { command, values } = readPasted(discord.world, locale, line);
      return house.answered(mei.slash(channel, command, values));
    };
    const given = {
      prompt: 'a dog in the park',
      seed: 7,
      count: 2,
      guidance: 3.5,
      negative: 'a "cat", dark',
    };
    const drawn = await house.answered(mei.slash(channel, 'imagine', given));
    await paste(await house.answered(mei.press(drawn, buttonOf(drawn, words.imagine.buttons.seed))));
    const [first, again] = studio.asked.map(({ request }) => request);
    expect(again).toEqual({ ...first, steps: 25 });
    const taught = await house.answered(
      mei.slash(channel, 'teach', { class: 'dog' }, [await house.picture()]),
    );
    await paste(taught);
    expect(studio.asked.at(-1)?.request).toMatchObject({ prompt: 'a <new1> dog in the park' });

    unwrap(await studio.changeSettings(server, (now) => ({ ...now, language: 'en' })));
    await paste(await house.answered(mei.slash(channel, 'help', { command: 'imagine' })));
    expect(studio.asked.at(-1)?.request).toMatchObject({ prompt: 'a dog in the park', count: 4 });
  },
);
