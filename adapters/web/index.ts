import type { AdapterModule } from '../adapter.ts';
import { createWebAdapter } from './server.ts';
import { worldExamples } from './world-examples.ts';

/** The local chat: what `npm start` opens where no platform is set up. */
const web: AdapterModule = {
  name: 'web',
  wanted: () => false,
  create: ({ host, port, allowedHosts }, services) =>
    createWebAdapter({ ...services, host, port, allowedHosts, examples: worldExamples() }),
};

export default web;
