import type { Answer } from './answer.ts';
import type { WireFile } from './wire.ts';
import type { World } from './world.ts';

/** What a route gets: the ids of its path, and the body. */
export interface RouteRequest {
  readonly world: World;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly json: Record<string, unknown>;
  readonly files: readonly WireFile[];
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Of the path without its version, with a group for each id. */
  readonly path: RegExp;
  /** Whether the bot's token has to come along. */
  readonly token: boolean;
  answer(request: RouteRequest): Answer;
}
