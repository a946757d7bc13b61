import type { Problem } from '../../../kernel/problem.ts';

/** What clients and upstreams speak: OpenAI's chat completions, Anthropic's Messages, OpenAI's Responses. */
export const protocolNames = ['chat', 'messages', 'responses'] as const;
export type ProtocolName = (typeof protocolNames)[number];

/** How a client hears of a failure: in its protocol's form under /v1, as a problem in the console. */
export interface FailureWords {
  /** Before the first byte, when the status can still be chosen. */
  readonly reply: (problem: Problem) => {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };
  /** The last event of a stream that has begun. */
  readonly event: (problem: Problem) => Buffer;
}
