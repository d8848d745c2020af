import { applicationJson } from '../payloads.ts';
import type { Route } from '../route.ts';

export const application: Route = {
  method: 'GET',
  path: /^\/applications\/@me$/,
  token: true,
  answer: ({ world }) => ({ status: 200, body: applicationJson(world) }),
};
