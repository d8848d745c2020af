import { Refusal } from './answer.ts';
import { addMessage, changeMessage, stateOf } from './messages.ts';
import type { Arguments } from './wire.ts';
import type { ResponseUrl, World } from './world.ts';

const mostUses = 5;
const life = 30 * 60_000;

/** Answers what was sent to a `response_url`: at most five times, within half an hour. */
export function answerResponse(world: World, id: string, args: Arguments) {
  const place = world.responseUrls.get(id);
  const spent = !place || place.uses >= mostUses || world.clock.now() - place.at > life;
  if (spent) return { status: 404, body: { ok: false, error: 'used_url' }, outcome: 'used_url' };
  place.uses++;
  try {
    act(world, place, args);
    return { status: 200, body: { ok: true }, outcome: 'ok' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 400, body: { ok: false, error: error.message }, outcome: error.message };
  }
}

function act(world: World, { team: id, channel, user, message }: ResponseUrl, args: Arguments): void {
  const team = world.teams.get(id)!;
  if (args.delete_original === true && message) message.deleted = true;
  else if (args.replace_original === true && message) changeMessage(message, stateOf(world, team, args));
  else {
    const alone = args.response_type === 'in_channel' ? {} : { alone: user };
    const thread = typeof args.thread_ts === 'string' ? { thread: args.thread_ts } : {};
    addMessage(world, team, { channel, ...alone, ...thread }, stateOf(world, team, args));
  }
}
