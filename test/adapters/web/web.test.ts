import { afterAll } from 'vitest';
import { testAdapter } from '../conformance.ts';
import { createWebPlatform } from './platform.ts';

const { start, tidyUp } = createWebPlatform();

afterAll(tidyUp);
testAdapter({ name: 'web', start });
