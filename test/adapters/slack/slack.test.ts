import { afterAll } from 'vitest';
import { testAdapter } from '../conformance.ts';
import { createSlackPlatform } from './platform.ts';

const { start, tidyUp } = createSlackPlatform();
afterAll(tidyUp);
testAdapter({ name: 'Slack', start });
