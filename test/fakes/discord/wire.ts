import { createWaiting, type Waiting } from '../waiting.ts';

/** A file of a multipart request. */
export interface WireFile {
  /** The field it came in: `files[0]`. */
  readonly field: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A request to the API, as it came and as it was answered. */
export interface WireRequest {
  /** When it had come, by the clock of the fake. */
  readonly at: number;
  readonly method: string;
  /** Without the address and the version: `/channels/1/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  /** The JSON of the body, or of its field `payload_json`. */
  readonly json: Record<string, unknown>;
  readonly files: readonly WireFile[];
  /** 0 where the connection was cut instead. */
  readonly status: number;
}

/** A frame of the gateway. */
export interface WireFrame {
  readonly at: number;
  readonly from: 'bot' | 'discord';
  readonly op: number;
  readonly t?: string;
  readonly s?: number;
  readonly d: unknown;
}

/** A record of everything that went over the wire, in order. */
export interface Wire extends Waiting {
  readonly requests: readonly WireRequest[];
  readonly frames: readonly WireFrame[];
  /** The requests with that method and a path that fits. */
  sent(method: string, path: RegExp): readonly WireRequest[];
  note(request: WireRequest): void;
  noteFrame(frame: WireFrame): void;
}

export function createWire(): Wire {
  const requests: WireRequest[] = [];
  const frames: WireFrame[] = [];
  const { until, wake } = createWaiting();
  return {
    requests,
    frames,
    until,
    wake,
    sent: (method, path) => requests.filter((one) => one.method === method && path.test(one.path)),
    note(request) {
      requests.push(request);
      wake();
    },
    noteFrame(frame) {
      frames.push(frame);
      wake();
    },
  };
}
