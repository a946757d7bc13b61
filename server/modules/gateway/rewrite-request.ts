import { parseMember } from '../../kernel/json-members.ts';
import type { RequestFacts } from './read-request.ts';

export interface Rewriting {
  /** Name of the model at the upstream. */
  readonly upstreamModel: string;
  /** The upstream can report usage with every chunk, which makes a broken-off answer countable. */
  readonly continuousUsage: boolean;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Fields of our own that no upstream may see. */
const ownFields = ['apiKeyId'];

/**
 * The bytes for the upstream: the client's own, with the model's name replaced in place, usage asked for on streams,
 * and our own fields cut out. Nothing is parsed and written again, so nothing else can change on the way.
 */
export function rewriteRequest(facts: RequestFacts, rewriting: Rewriting): Buffer {
  const splices = [
    ...modelSplice(facts, rewriting),
    ...usageSplice(facts, rewriting),
    ...ownFields.flatMap((name) => cut(facts, name)),
  ];
  return splices.length === 0 ? facts.body : apply(facts.body, splices);
}

function modelSplice(facts: RequestFacts, { upstreamModel }: Rewriting): Splice[] {
  const member = facts.members.get('model');
  if (member === undefined || upstreamModel === facts.modelId) return [];
  return [{ start: member.valueStart, end: member.valueEnd, text: JSON.stringify(upstreamModel) }];
}

function usageSplice(facts: RequestFacts, { continuousUsage }: Rewriting): Splice[] {
  if (!facts.isStreamed) return [];
  const forced = { include_usage: true, ...(continuousUsage ? { continuous_usage_stats: true } : {}) };
  const member = facts.members.get('stream_options');
  if (member !== undefined) {
    const asked = parseMember(facts.body, member);
    const options = typeof asked === 'object' && asked !== null ? { ...asked, ...forced } : forced;
    return [{ start: member.valueStart, end: member.valueEnd, text: JSON.stringify(options) }];
  }
  const afterBrace = facts.body.indexOf('{') + 1;
  return [{ start: afterBrace, end: afterBrace, text: `"stream_options":${JSON.stringify(forced)},` }];
}

/** Cuts a member with one of its commas. */
function cut(facts: RequestFacts, name: string): Splice[] {
  const all = [...facts.members.values()];
  const index = all.findIndex((member) => member.name === name);
  const member = all[index];
  if (member === undefined) return [];
  const next = all[index + 1];
  if (next !== undefined) return [{ start: member.nameStart, end: next.nameStart, text: '' }];
  const previous = all[index - 1];
  return [{ start: previous?.valueEnd ?? member.nameStart, end: member.valueEnd, text: '' }];
}

function apply(body: Buffer, splices: readonly Splice[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const splice of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(body.subarray(at, splice.start), Buffer.from(splice.text));
    at = splice.end;
  }
  parts.push(body.subarray(at));
  return Buffer.concat(parts);
}
