import { setTimeout as delay } from 'node:timers/promises';
import { describe } from 'vitest';
import { testJobs } from '../suite.ts';
import { shareRedis } from './house.ts';

const newHouse = shareRedis();

describe('jobs on BullMQ', () => {
  testJobs({
    open({ running, perServer }, handlers) {
      const house = newHouse();
      house.worker(handlers, { atOnce: running });
      return house.bot({ perServer });
    },
    settle: () => delay(150),
  });
});
