import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CaptionCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** What was asked, as it stood on the wire. */
  readonly body: string;
}

/** Answers one call; calls are counted from 0. */
export type CaptionAnswer = (response: ServerResponse, call: CaptionCall, index: number) => void;

/** A local stand-in for an OpenAI-compatible vision service: it speaks the protocol and does what a test says. */
export async function startCaptionService(answer: CaptionAnswer) {
  const calls: CaptionCall[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const call = { method, path: url, headers, body: await text(request) };
    calls.push(call);
    answer(response, call, calls.length - 1);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls,
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** A chat completion whose message is `content`. */
export function completion(content: string): string {
  const message = { role: 'assistant', content };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', model: 'fake', choices });
}

/** Answers with captions as a well-behaved service does. */
export function captionsAnswer(captions: readonly (readonly string[])[]): CaptionAnswer {
  return (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(completion(JSON.stringify({ captions })));
  };
}
