import { attempt, failure, type Result, raise, unwrap } from '../../src/result.ts';
import type { Studio } from '../../src/studio/studio.ts';
import type { ActionContext, Command, Context, OptionTable, OptionValues } from '../command.ts';
import { type Messages, messagesIn } from '../locales/index.ts';
import { placed } from './answering.ts';
import { askerOf, inLanguageOf, mayUse, type Person } from './asking.ts';
import { mayPress, readButton } from './buttons.ts';
import type { AtWork } from './context.ts';
import type { ButtonPress, Conversation, Invocation } from './conversation.ts';
import { parseOptions } from './options.ts';
import type { LiveJob } from './running.ts';

export interface DispatchParts {
  readonly commands: readonly Command[];
  readonly studio: Studio;
  contextOf(work: AtWork): Context;
}

/** Finds what was asked for, holds it against who may, and does it. Problems are raised, but for {@link check} and {@link mayAsk}. */
export interface Dispatch {
  /** What would refuse the command as it was sent, in the language of the one who asks. */
  check(invocation: Invocation): Promise<Result<void>>;
  /** What would refuse somebody the command whatever they say. */
  mayAsk(asked: Person & Pick<Invocation, 'command'>): Promise<Result<void>>;
  /** @param again whether it was accepted before a restart: then nothing refuses it */
  run(asked: Invocation | ButtonPress, to: Conversation, job: LiveJob, again?: boolean): Promise<void>;
}

export function dispatch({ commands, studio, contextOf }: DispatchParts): Dispatch {
  function find(name: string, words: Messages): Command {
    const command = commands.find((one) => one.name === name);
    return command ?? raise('not-found', words.bot.noSuchCommand);
  }

  async function requireUsable({ anywhere }: Command, person: Person): Promise<void> {
    if (!anywhere) unwrap(await studio.mayBeUsed(person.server.id, askerOf(person)));
  }

  async function findFor(asked: Person & Pick<Invocation, 'command'>): Promise<Command> {
    const words = messagesIn(asked.user.locale);
    const command = find(asked.command, words);
    const { access } = command;
    if (!mayUse(command, asked.user)) {
      const name = words.command(command.name);
      raise('not-allowed', words.bot.forRole(name, access, asked.user.roleNames?.[access]));
    }
    await requireUsable(command, asked);
    return command;
  }

  async function permit(command: Command, person: Person, options: OptionValues<OptionTable>) {
    const { server, user } = person;
    await command.permit?.({ server, user, studio, by: askerOf(person), options });
  }

  async function read(invocation: Invocation, again = false) {
    const words = messagesIn(invocation.user.locale);
    const command = again ? find(invocation.command, words) : await findFor(invocation);
    const options = unwrap(await parseOptions(command, invocation.options, { user: invocation.user, words }));
    if (!again) await permit(command, invocation, options);
    return { command, options };
  }

  async function runCommand(person: Invocation, to: Conversation, job: LiveJob, again: boolean) {
    const { command, options } = await read(person, again);
    await command.run({ ...contextOf({ command, person, job, to, again }), options });
  }

  async function runAction(person: ButtonPress, to: Conversation, job: LiveJob, again: boolean) {
    const { bot } = messagesIn(person.user.locale);
    const button = readButton(person.id) ?? raise('not-found', bot.foreignButton);
    if (!mayPress(button, person.user)) raise('not-allowed', bot.notYours[button.who]);
    const { argument, requester } = button;
    const command = find(button.command, messagesIn(person.user.locale));
    const known = Object.hasOwn(command.actions ?? {}, button.action);
    const action = (known && command.actions?.[button.action]) || raise('not-found', bot.deadButton);
    if (!again) await requireUsable(command, person);
    const context: ActionContext = {
      ...contextOf({ command, person, job, to, again }),
      argument,
      requester,
      ...(person.message !== undefined && { message: person.message }),
      update: (reply) => to.update(placed(command, requester, reply)),
      remove: () => to.remove(),
    };
    await action(context);
  }

  /** What `look` raises, in the language of the one who asks. */
  async function refusal<P extends Person>(given: P, look: (asked: P) => Promise<unknown>) {
    const asked = await inLanguageOf(studio, given);
    const result = await attempt(async () => void (await look(asked)));
    if (result.ok) return result;
    return failure(result.problem.code, messagesIn(asked.user.locale).problem(result.problem));
  }

  return {
    check: (invocation) => refusal(invocation, (asked) => read(asked)),
    mayAsk: (given) => refusal(given, async (asked) => permit(await findFor(asked), asked, {})),
    run: (asked, to, job, again = false) =>
      'command' in asked ? runCommand(asked, to, job, again) : runAction(asked, to, job, again),
  };
}
