import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from './answer.ts';
import type { Fault, Faults } from './faults.ts';
import { serveFile } from './files.ts';
import type { Method, Methods } from './method.ts';
import { answerResponse } from './response-urls.ts';
import type { Arguments, Wire } from './wire.ts';
import type { FakeTeam, World } from './world.ts';

export interface ApiOptions {
  readonly world: World;
  readonly wire: Wire;
  readonly faults: Faults;
  readonly methods: Methods;
  readonly address: () => string;
}

interface Answer {
  readonly status: number;
  readonly body: object | string;
  readonly outcome: string;
}

type Work = (lost: boolean) => Answer;

/** Answers calls of the Web API and requests to addresses that Slack gave, and writes each down with its answer. */
export function createApi({ world, wire, faults, methods, address }: ApiOptions) {
  const teamOf = (authorization: string | undefined) =>
    [...world.teams.values()].find(({ token }) => token !== '' && authorization === `Bearer ${token}`);

  function callOf(name: string, authorization: string | undefined, args: Arguments): Work {
    return (lost) => {
      try {
        const method = methods[name];
        if (!method) throw new Refusal('unknown_method');
        const team = permitted(method, authorization);
        return ok({ ok: true, ...method.answer({ world, team, args, address: address(), lost }) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { message, messages } = error;
        return {
          status: 200,
          body: { ok: false, error: message, response_metadata: { messages } },
          outcome: message,
        };
      }
    };
  }

  function permitted({ token = 'bot', scope }: Method, authorization: string | undefined): FakeTeam {
    const none = { ...nobody };
    if (token === 'none') return none;
    if (token === 'app')
      return authorization === `Bearer ${world.appToken}` ? none : refuseWith('invalid_auth');
    const team = teamOf(authorization);
    if (authorization === undefined) return refuseWith('not_authed');
    const was = world.revoked.has(authorization.replace(/^Bearer /, ''));
    if (!team) return refuseWith(was ? 'account_inactive' : 'invalid_auth');
    return scope === undefined || team.scopes.has(scope) ? team : refuseWith('missing_scope');
  }

  function uploadOf(path: string, bytes: Uint8Array): Work {
    return () => {
      const file = world.files.get(path.split('/').at(-1) ?? '');
      if (!file || file.bytes || bytes.length !== file.length)
        return { status: 400, body: 'bad upload', outcome: '400' };
      file.bytes = bytes;
      return { status: 200, body: `OK - ${bytes.length}`, outcome: 'ok' };
    };
  }

  return async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? '', 'http://fake.invalid');
    const { authorization } = incoming.headers;
    const at = world.clock.now();
    if (pathname.startsWith('/files-pri/')) {
      const outcome = serveFile(world, pathname, authorization, response);
      return wire.note({
        at,
        method: 'download',
        team: undefined,
        authorization,
        args: { pathname },
        outcome,
      });
    }
    const body = await buffer(incoming).catch(() => undefined);
    if (!body) return;
    const [method, args, work] = ((): readonly [string, Arguments, Work] => {
      if (pathname.startsWith('/upload/'))
        return ['upload', { length: body.length }, uploadOf(pathname, new Uint8Array(body))];
      if (pathname.startsWith('/respond/')) {
        const json = JSON.parse(body.toString()) as Arguments;
        return ['respond', json, () => answerResponse(world, pathname.slice('/respond/'.length), json)];
      }
      const args = argumentsOf(body.toString());
      const name = pathname.replace(/^\/api\//, '');
      return [name, args, callOf(name, authorization, args)];
    })();
    const fault = faults.meet(method);
    if (fault && 'hold' in fault) await fault.hold;
    const cut = fault && 'cut' in fault && fault.cut;
    const planned = fault && plannedAnswer(fault);
    const answer = planned ?? (cut === 'before' ? ok({}) : work(fault !== undefined && 'lost' in fault));
    const outcome = cut ? 'cut' : answer.outcome;
    wire.note({ at, method, team: teamOf(authorization)?.id, authorization, args, outcome });
    if (cut) return void incoming.socket.destroy();
    if (fault && 'retryAfter' in fault) response.setHeader('retry-after', String(fault.retryAfter));
    const json = typeof answer.body !== 'string';
    response
      .writeHead(answer.status, { 'content-type': json ? 'application/json' : 'text/plain' })
      .end(json ? JSON.stringify(answer.body) : answer.body);
    await pause(0);
    wire.wake();
  };
}

const nobody: FakeTeam = {
  id: '',
  domain: '',
  botUser: '',
  botId: '',
  users: new Map(),
  channels: new Map(),
  scopes: new Set(),
  token: '',
};

function refuseWith(error: string): never {
  throw new Refusal(error);
}

function ok(body: object): Answer {
  return { status: 200, body, outcome: 'ok' };
}

function plannedAnswer(fault: Fault): Answer | undefined {
  if ('error' in fault) return { status: 200, body: { ok: false, error: fault.error }, outcome: fault.error };
  if ('retryAfter' in fault)
    return { status: 429, body: { ok: false, error: 'ratelimited' }, outcome: 'ratelimited' };
  if ('status' in fault)
    return { status: fault.status, body: 'The fake fails', outcome: String(fault.status) };
  return undefined;
}

/** Arguments come as a form; those that are objects are JSON inside it. */
function argumentsOf(body: string): Arguments {
  return Object.fromEntries([...new URLSearchParams(body)].map(([name, value]) => [name, parsed(value)]));
}

function parsed(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
