import type { AdapterModule } from '../adapter.ts';
import { createWebAdapter } from './server.ts';
import { worldExamples } from './world-examples.ts';

/** The local chat: what `npm start` opens where no platform is set up, or where it is asked for beside them. */
const web: AdapterModule = {
  name: 'web',
  wanted: ({ webChat }) => webChat,
  create: ({ host, port, allowedHosts }, services) =>
    createWebAdapter({ ...services, host, port, allowedHosts, examples: worldExamples() }),
};

export default web;
