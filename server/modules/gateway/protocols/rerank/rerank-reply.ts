import { randomUUID } from 'node:crypto';
import { parseMember } from '../../../../kernel/json-members.ts';
import type { RequestFacts } from '../../read-request.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure } from '../../upstream-failure.ts';
import { allInputTokens, countOf, fieldsOf, textUsage, type TokenUsage } from '../../usage.ts';
import { createCollectedReply } from '../collected-reply.ts';
import { parseJson } from '../event-fields.ts';

interface Ranked {
  readonly index: number;
  readonly score: number;
}

/** What the client asked for beside the order. */
interface Wishes {
  readonly documentCount: number;
  readonly topN: number;
  /** As the client sent them, when it wants them back. */
  readonly documents: readonly unknown[] | null;
}

/**
 * The answer to `rerank` in one form, that of Jina and Cohere, whatever the server wrote: best first, at most `top_n`, with
 * the documents of the request where they were requested, never what a server says they are.
 */
export function createRerankReply(sink: ReplySink, facts: RequestFacts & ModelNames): ReplyReader {
  const wishes = wishesOf(facts);
  return createCollectedReply(sink, (reply) => {
    const value = parseJson(reply);
    if (saysError(value)) return { failure: reportedFailure(reply, facts) };
    const ranked = rankedIn(value, wishes.documentCount);
    if (ranked === null) return { failure: shapeFailure() };
    const usage = rerankUsageOf(value);
    const shown = {
      id: `rerank-${randomUUID()}`,
      object: 'list',
      model: facts.modelId,
      results: ranked.slice(0, wishes.topN).map(({ index, score }) => ({
        index,
        relevance_score: score,
        ...(wishes.documents === null ? {} : { document: documentOf(wishes.documents[index]) }),
      })),
      // The books hold an estimate where the server has not counted; no other number may stand beside it.
      ...(usage === null ? {} : { usage: shownUsage(usage) }),
    };
    return { shown: Buffer.from(JSON.stringify(shown)), usage, textBytes: () => 0 };
  });
}

function wishesOf({ body, members }: RequestFacts): Wishes {
  const valueOf = (name: string) => {
    const member = members.get(name);
    return member === undefined ? null : parseMember(body, member);
  };
  const documentCount = members.get('documents')?.elements ?? 0;
  const documents = valueOf('return_documents') === true ? valueOf('documents') : null;
  return {
    documentCount,
    topN: Number(valueOf('top_n') ?? documentCount),
    documents: Array.isArray(documents) ? (documents as readonly unknown[]) : null,
  };
}

/** Documents are texts, or objects with one; a picture comes back as it was sent. */
function documentOf(document: unknown): unknown {
  return typeof document === 'string' ? { text: document } : document;
}

function shownUsage(usage: TokenUsage) {
  const tokens = allInputTokens(usage);
  return { prompt_tokens: tokens, total_tokens: tokens };
}

/**
 * Best first; null unless every place is one of the request's documents, once, with a number. Cohere, Jina, vLLM, llama.cpp
 * and Xinference write `results` with `relevance_score`; SGLang and text-embeddings-inference a list with `score`.
 */
function rankedIn(value: unknown, documentCount: number): Ranked[] | null {
  const results = Array.isArray(value) ? value : fieldsOf(value)?.['results'];
  if (!Array.isArray(results) || results.length === 0) return null;
  const seen = new Set<number>();
  const ranked: Ranked[] = [];
  for (const result of results as readonly unknown[]) {
    const fields = fieldsOf(result);
    const index = fields?.['index'];
    const score = fields?.['relevance_score'] ?? fields?.['score'];
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= documentCount)
      return null;
    if (typeof score !== 'number' || seen.has(index)) return null;
    seen.add(index);
    ranked.push({ index, score });
  }
  return ranked.sort((a, b) => b.score - a.score);
}

/**
 * Tokens that a server says it read, in the place where it says so; null when it counts something else, as Cohere does with
 * its searches, or nothing.
 */
export function rerankUsageOf(value: unknown): TokenUsage | null {
  const fields = fieldsOf(value);
  const usage = fieldsOf(fields?.['usage']);
  const meta = fieldsOf(fields?.['meta']);
  const said = [
    usage?.['prompt_tokens'],
    usage?.['input_tokens'],
    usage?.['total_tokens'],
    fieldsOf(meta?.['tokens'])?.['input_tokens'],
    fieldsOf(meta?.['billed_units'])?.['input_tokens'],
    fieldsOf(fields?.['tokens'])?.['input_tokens'],
  ];
  const tokens = said.map(countOf).find((count) => count !== null && count > 0);
  return tokens === undefined ? null : textUsage(tokens ?? 0, 0);
}

function saysError(value: unknown): boolean {
  const fields = fieldsOf(value);
  return (fields?.['error'] ?? null) !== null || fields?.['object'] === 'error';
}
