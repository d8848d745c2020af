/** What a route answers. A body makes it JSON; none, as with 204, has no content type either. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** What Discord refuses a request with. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function refuse(status: number, code: number, message: string): never {
  throw new Refusal(status, code, message);
}

/** Discord's word for a body that breaks its rules. */
export function invalid(what: string): never {
  return refuse(400, 50035, `Invalid Form Body: ${what}`);
}

export const unknown = {
  application: () => refuse(404, 10002, 'Unknown Application'),
  channel: () => refuse(404, 10003, 'Unknown Channel'),
  message: () => refuse(404, 10008, 'Unknown Message'),
  webhook: () => refuse(404, 10015, 'Unknown Webhook'),
  interaction: () => refuse(404, 10062, 'Unknown interaction'),
} as const;
