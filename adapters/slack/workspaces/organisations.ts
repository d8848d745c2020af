import type { ServerResponse } from 'node:http';
import { type Installation, webApi } from '@slack/bolt';

/** What its administrators are told who install the app in a whole organisation (Enterprise Grid). */
export const notForOrganisations =
  'Keepsake is installed in workspaces, one by one, so that what one is taught stays in it. It was not installed in your organisation. Go back, choose a single workspace at the top right of Slack’s page, and install it there.';

/**
 * Whether an installation is one in a workspace. One in a whole organisation is given back to Slack, and answered with a page that
 * says what to do.
 */
export async function inWorkspace(
  { isEnterpriseInstall, bot }: Installation<'v1' | 'v2', boolean>,
  clientOptions: webApi.WebClientOptions,
  response: ServerResponse,
): Promise<boolean> {
  if (!isEnterpriseInstall) return true;
  await new webApi.WebClient(bot?.token, clientOptions).auth.revoke().catch(() => {});
  response
    .writeHead(403, { 'content-type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><meta charset="utf-8"><title>Keepsake</title><p>${notForOrganisations}</p>`);
  return false;
}
