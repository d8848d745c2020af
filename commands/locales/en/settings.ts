import { type RichText, text } from '../../bot/rich-text.ts';

/** What is said of a server's settings. */
export const settings = {
  labels: {
    teachers: 'Who may teach:',
    roles: 'Roles that may teach:',
    channels: 'Where I may be used:',
    blocked: 'Members who may not use me:',
    words: 'Words nobody may use:',
    lessons: 'Lessons in 24 hours:',
    pictures: 'Pictures in an hour:',
    concepts: 'Concepts:',
    language: 'I answer in',
    flagged: 'Pictures that the safety checker flags:',
    method: 'Taught by',
  },
  teachers: {
    everyone: 'everyone who is offered /teach',
    roles: 'members with one of the roles, and administrators',
    administrators: 'administrators alone',
  },
  languages: { auto: 'the language of each member', en: 'English', 'zh-TW': '繁體中文' },
  flagged: { block: 'covered', blur: 'blurred', show: 'shown' },
  installation: 'the method of this installation',
  none: 'none',
  nobody: 'nobody',
  everywhere: 'everywhere',
  list: (names: readonly string[]) => names.join(', '),
  each: (user: string, server: string, used: string) =>
    `${user} a member, ${server} all together, who had ${used} so far`,
  of: (count: string, most: string) => `${count} of ${most}`,
  how: 'To change one, name it: /settings teachers:administrators. /help settings tells of all.',
  changed: 'Changed. It holds from now on:',
  noWord: (line: string) => `There is no word in that. Put commas between words: ${line}`,
  removeWhat:
    'Say what to take out too: a role, a channel, a blocked member or words. What is no longer there to be chosen goes by its name, with gone.',
  nothingCalled: (name: string) =>
    `No role, channel or blocked member that is named here is called “${name}”. /settings shows those that are.`,
  severalCalled: (name: string, all: readonly string[], line: string) =>
    `More than one is called “${name}”: ${all.join(', ')}. Say which by its id: ${line}`,
  reset: 'Reset to the defaults',
  keep: 'Keep them',
  askReset: (): RichText =>
    text`Put all settings back to how they began? Roles, channels, members and words that were named are gone then.`,
};
