import type { Route } from '../route.ts';
import { application } from './application.ts';
import { edit, post } from './channels.ts';
import { readCommands, writeCommands } from './commands.ts';
import { gatewayRoute } from './gateway.ts';
import { callback } from './interactions.ts';
import { editAnswer, follow, removeAnswer } from './webhooks.ts';

/** All of the API that the fake has. */
export function routes(gateway: () => string): readonly Route[] {
  return [
    application,
    readCommands,
    writeCommands,
    gatewayRoute(gateway),
    callback,
    follow,
    editAnswer,
    removeAnswer,
    post,
    edit,
  ];
}
