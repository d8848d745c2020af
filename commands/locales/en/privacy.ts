import type { Keeping } from '../../../src/studio/data/data.ts';
import { code, lines, type RichText, strong, text } from '../../bot/rich-text.ts';

const some = (count: number, one: string, many: string) =>
  count === 0 ? [] : [count === 1 ? one : `${count} ${many}`];
const listed = (things: readonly string[]) =>
  things.length === 0 ? 'nothing' : things.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** Where what is kept goes, beside the machine of the bot. */
type Where = Pick<Keeping, 'picturesLeave' | 'elsewhere'>;

/** What is said of what is kept of people. */
export const privacy = {
  kept: (graceDays: number, { picturesLeave, elsewhere }: Where, messagesToo = false): RichText =>
    lines(
      text`${strong('What I keep here')}`,
      text`Concepts: what was typed about them, the id of who taught them, when, their weights and a sheet of samples. Until somebody forgets them.`,
      text`Drawings: the prompt, the settings and the id of who asked, so that the buttons under them work. Of the last 1,000; never the pictures.`,
      text`What administrators set, and how many lessons and pictures each id had, for a day at most, for the quotas.`,
      text`The pictures that you teach with are gone when the lesson is over, or 30 days after it was given up. ${picturesLeave ? 'A service that describes pictures gets to see them.' : 'Nobody else gets to see them.'}`,
      text`All of this is ${elsewhere ? 'where whoever runs me has it kept, on other machines too' : 'on the machine that I run on'}. ${graceDays === 0 ? 'When I am taken off this server, I delete it.' : `When I am taken off this server, I delete it after ${graceDays === 1 ? 'a day' : `${graceDays} days`}.`} ${messagesToo ? 'So are the messages here with their pictures, until newer ones take their place.' : "Messages are the chat's own and stay there."}`,
    ),
  yours: (concepts: number, requests: number, jobs: number): RichText => {
    const kept = [
      ...some(concepts, 'one concept', 'concepts'),
      ...some(requests, 'one request', 'requests'),
      ...some(jobs, 'a job that has not ended', 'jobs that have not ended'),
    ];
    return kept.length === 0 ? text`Of you I keep nothing here.` : text`Of you I keep ${listed(kept)}.`;
  },
  job: (command: string, since: string, givenUp: boolean): RichText =>
    text`${command} of ${since}, ${givenUp ? 'given up; it is deleted after 30 days' : 'until it is answered'}`,
  exported: (line: string): RichText =>
    text`All that I keep of you on this server. The weights of your concepts are not in it: ${code(line)} gives those.`,
  ask: (requests: number, messagesToo = false): RichText =>
    text`Delete all that I keep of you on this server? ${requests === 0 ? '' : `The buttons under ${requests === 1 ? 'one picture' : `${requests} pictures`} stop working. `}What you have under way or waiting is stopped and deleted, and the concepts that you taught are forgotten, so that nobody can draw with them any more.${messagesToo ? ' Your messages here and my answers to them are deleted too.' : ''} This cannot be undone.`,
  deleted: (concepts: number, requests: number, jobs: number, messagesToo = false): RichText =>
    text`Deleted: ${listed([
      ...some(concepts, 'one concept', 'concepts'),
      ...some(requests, 'one request', 'requests'),
      ...some(jobs, 'a job that had not ended', 'jobs that had not ended'),
      ...(messagesToo ? ['your messages here with my answers to them'] : []),
    ])}. Only what counts towards your quotas stays, for a day at most.`,
  stays: (): RichText => text`Nothing was deleted.`,
  buttons: {
    export: 'Export mine',
    ask: 'Delete mine',
    confirm: 'Delete it for good',
    keep: 'Keep it',
  },
};
