import { z } from 'zod';
import { encodeShown } from '../../pictures/encode.ts';
import { raise } from '../../result.ts';
import type { Captioner, CaptionRequest, Captions } from './captioner.ts';
import { type Exchange, exchange } from './exchange.ts';
import { facts, instructions } from './request.ts';
import { usableCaptions } from './usable.ts';

/** A service with an interface like OpenAI's. */
export interface VisionService {
  /** Its base address, such as `https://api.example.com/v1`, or that with `/chat/completions`. */
  readonly url: string;
  readonly key?: string;
  readonly model: string;
  /** How long one teach waits for captions, retry included. */
  readonly seconds: number;
}

/** Captions by a service that sees the pictures. Whatever goes wrong there, the model looks itself and a note says so. */
export function visionCaptioner(service: VisionService): Captioner {
  const completions = { ...service, url: completionsUrl(service.url) };
  return {
    async caption(request, signal) {
      const answer = await ask(completions, request, signal);
      if (signal?.aborted) raise('cancelled', 'The teach was cancelled.');
      return answer.ok ? completed(answer.text, request) : fallback(request, answer.why);
    },
  };
}

function completionsUrl(address: string): string {
  const url = new URL(address);
  if (!url.pathname.endsWith('/chat/completions')) {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  }
  return url.href;
}

async function ask(
  service: VisionService,
  request: CaptionRequest,
  signal: AbortSignal | undefined,
): Promise<Exchange> {
  const body = JSON.stringify({ model: service.model, messages: await messages(request) });
  return exchange({ ...service, body, ...(signal && { signal }) });
}

async function messages(request: CaptionRequest) {
  const pictures = await Promise.all(request.pictures.map((picture) => encodeShown(picture)));
  const seen = pictures.map((png) => ({
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${Buffer.from(png).toString('base64')}` },
  }));
  return [
    { role: 'system', content: instructions(request) },
    { role: 'user', content: [{ type: 'text', text: facts(request) }, ...seen] },
  ];
}

const Completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
});
const Content = z.object({ captions: z.array(z.array(z.string())) });

/** Keeps what is usable of the answer; pictures that got nothing usable are left to the model. */
function completed(text: string, request: CaptionRequest): Captions {
  const lists = parsed(text);
  if (!lists) return fallback(request, 'did not answer in the form asked for');
  const captions = request.pictures.map((_, index) => usableCaptions(lists[index] ?? [], request));
  const missing = captions.filter((list) => list.length === 0).length;
  if (missing === captions.length) return fallback(request, 'gave no caption that could be used');
  if (missing === 0) return { captions };
  const which = `${missing} of ${captions.length} pictures`;
  return {
    captions,
    note: `The caption service had nothing usable for ${which}, so the model described those itself.`,
  };
}

function parsed(text: string): readonly (readonly string[])[] | undefined {
  const completion = Completion.safeParse(json(text));
  const content = completion.data?.choices[0]?.message.content;
  if (content === undefined) return undefined;
  const object = content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1);
  return Content.safeParse(json(object)).data?.captions;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fallback(request: CaptionRequest, why: string): Captions {
  return {
    captions: request.pictures.map(() => []),
    note: `The caption service ${why}, so the model described the pictures itself.`,
  };
}
