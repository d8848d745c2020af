import type { Command, Context, Reply } from '../command.ts';
import { messagesIn } from '../locales/index.ts';
import type { AcceptedJobs } from './accepted.ts';
import { deliver, placed } from './answering.ts';
import { askerOf } from './asking.ts';
import { placeButton } from './buttons.ts';
import type { ButtonPress, Conversation, Invocation } from './conversation.ts';
import type { JobLife } from './job-life.ts';
import { progressView } from './progress.ts';
import type { LiveJob } from './running.ts';

export interface ContextParts
  extends Pick<Context, 'studio' | 'jobs' | 'drawn' | 'commands' | 'largestPicture'> {
  readonly accepted: AcceptedJobs;
  readonly life: JobLife;
}

/** A command or a button's action at work. */
export interface AtWork {
  readonly command: Command;
  readonly person: Invocation | ButtonPress;
  readonly job: LiveJob;
  readonly to: Conversation;
  /** Whether a restart has taken it up. */
  readonly again: boolean;
}

/** What a command or an action has at hand. */
export function contextOf(
  { accepted, life, ...given }: ContextParts,
  { command, person, job, to, again }: AtWork,
): Context {
  const { server, user } = person;
  const words = messagesIn(user.locale);
  const cancel = { action: 'stop', argument: job.id, label: words.bot.cancel, who: 'requester' } as const;
  const cancelButton = placeButton('cancel', user.id, cancel);

  async function reply({ otherwise, ...rest }: Reply): Promise<void> {
    const ready = { whole: placed(command, user.id, rest), ...(otherwise && { otherwise }) };
    if (!(await accepted.mayAnswer(job.id))) return;
    await accepted.answer(job.id, ready).catch(life.onUnkept);
    if (accepted.isElsewhere(job.id)) return;
    await deliver(to, user, ready, life.hooksOf(job, to));
  }

  return {
    ...given,
    server,
    user,
    words,
    by: askerOf(person),
    job: job.id,
    signal: job.signal,
    running: () => life.others(person, job),
    cancel: (id) => life.cancel(person, id),
    again,
    async defer(visibility = 'everyone') {
      if (again) return;
      await to.defer(visibility);
      const address = to.address?.();
      if (address !== undefined) await accepted.accept(job.id, person, address);
    },
    progress(title, progress) {
      if (progress) life.onProgress(job, progress);
      const onMoved = () => void life.hooksOf(job, to).onMoved().catch(life.onUnkept);
      to.progress(progressView(title, cancelButton, words, progress), onMoved);
    },
    reply,
  };
}
