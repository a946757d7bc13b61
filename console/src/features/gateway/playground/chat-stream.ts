import { EventSourceParserStream } from 'eventsource-parser/stream';
import { csrfHeader } from '../../../shared/api/client.ts';
import { ApiProblem, bodyOfFailure, problemOf } from '../../../shared/api/problem.ts';

export interface ChatTurn {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatTurn[];
  temperature: number;
  max_tokens?: number;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
}

/** The part of a streamed chunk that the playground reads. */
interface Chunk {
  choices?: { delta?: { content?: string | null } }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: unknown;
}

function parseChunk(data: string): Chunk {
  const chunk: unknown = JSON.parse(data);
  return typeof chunk === 'object' && chunk !== null ? chunk : {};
}

/** Asks a model and passes on its answer as it comes; resolves with the tokens used, when the server tells. */
export async function streamChat(
  request: ChatRequest,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<TokenUsage | undefined> {
  const response = await fetch('/api/gateway/playground/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...csrfHeader },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  if (!response.ok) throw problemOf(response.status, await bodyOfFailure(response));
  if (response.body === null) throw new ApiProblem(0, {});

  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  const reader = events.getReader();
  let usage: TokenUsage | undefined;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return usage;
    if (value.data === '' || value.data === '[DONE]') continue;
    const chunk = parseChunk(value.data);
    if (chunk.error !== undefined) throw problemOf(502, chunk);
    const text = chunk.choices?.[0]?.delta?.content;
    if (typeof text === 'string' && text !== '') onText(text);
    if (chunk.usage !== null && chunk.usage !== undefined) {
      usage = {
        inputTokens: chunk.usage.prompt_tokens ?? 0,
        outputTokens: chunk.usage.completion_tokens ?? 0,
      };
    }
  }
}
