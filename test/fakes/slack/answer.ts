/** What Slack refuses a call with: 200, and a body that says so. */
export class Refusal extends Error {
  readonly messages: readonly string[];

  constructor(error: string, messages: readonly string[] = []) {
    super(error);
    this.messages = messages;
  }
}

export function refuse(error: string, ...messages: readonly string[]): never {
  throw new Refusal(error, messages);
}
