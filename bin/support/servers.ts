import { globSync } from 'node:fs';
import type { Program } from './programs.ts';

/** The server that the tests of Redis start. */
export const redisServer: Program = {
  names: ['redis-server'],
  variable: 'REDIS_SERVER',
  packages: ['redis-server'],
  title: "Debian's Redis for the tests of what several machines share",
  sentence:
    "The tests of what several machines share need Redis 7: install it (Debian's package is called redis-server), or set REDIS_SERVER to the path of yours.",
};

/** The server that the tests of Postgres start; its `initdb` lies beside it. Debian keeps both off the PATH. */
export const postgresServer: Program = {
  names: ['postgres'],
  folders: () => globSync('/usr/lib/postgresql/*/bin'),
  variable: 'POSTGRES',
  packages: ['postgresql'],
  title: "Debian's PostgreSQL for the tests of what several machines share",
  sentence:
    "The tests of what several machines share need PostgreSQL: install it (Debian's package is called postgresql), or set POSTGRES to the path of your postgres program.",
};
