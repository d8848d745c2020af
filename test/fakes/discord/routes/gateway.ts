import type { Route } from '../route.ts';

/** Where the gateway is; `address` is known once the server listens. */
export function gatewayRoute(address: () => string): Route {
  return {
    method: 'GET',
    path: /^\/gateway\/bot$/,
    token: true,
    answer: ({ world }) => ({
      status: 200,
      body: {
        url: address(),
        shards: world.shards,
        session_start_limit: {
          total: 1000,
          remaining: 999,
          reset_after: 86_400_000,
          max_concurrency: world.shards,
        },
      },
    }),
  };
}
