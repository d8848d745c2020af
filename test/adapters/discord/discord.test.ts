import { afterAll } from 'vitest';
import { testAdapter } from '../conformance.ts';
import { createDiscordPlatform } from './platform.ts';

const { start, tidyUp } = createDiscordPlatform();
afterAll(tidyUp);
testAdapter({ name: 'Discord', start });
