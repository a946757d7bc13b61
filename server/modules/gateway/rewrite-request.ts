import { type JsonMember, parseMember } from '../../kernel/json-members.ts';
import { takesResponseFormat } from './protocols/images/image-request.ts';
import type { RequestFacts } from './read-request.ts';

export interface Rewriting {
  /** Name of the model at the upstream. */
  readonly upstreamModel: string;
  /** The upstream can report usage with every chunk, which makes a broken-off answer countable. */
  readonly continuousUsage: boolean;
  /** The bound for each answer where the money held does not pay for the client's own; null to leave it. */
  readonly maxOutputTokens: number | null;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Fields no upstream may see: two of our own, those by which clients name an end user or tie calls of one together, and
 * the wish that the model's operator store the exchange. The policy promises that they are removed.
 */
const withheldFields: ReadonlySet<string> = new Set([
  'apiKeyId',
  'usage',
  'user',
  'user_profile_id',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'store',
]);

/**
 * The bytes for the upstream: the client's own, with the model's name replaced in place, usage asked for on streams,
 * and fields that name persons cut out. Nothing is parsed and written again, so nothing else can change on the way.
 */
export function rewriteRequest(facts: RequestFacts, rewriting: Rewriting): Buffer {
  const splices = [
    ...modelSplice(facts, rewriting),
    ...usageSplice(facts, rewriting),
    ...storeSplice(facts),
    ...pictureSplice(facts, rewriting),
    ...boundSplices(facts, rewriting),
    ...cutAll(facts),
  ];
  return splices.length === 0 ? facts.body : apply(facts.body, splices);
}

function modelSplice(facts: RequestFacts, { upstreamModel }: Rewriting): Splice[] {
  const member = facts.members.get('model');
  if (member === undefined || upstreamModel === facts.modelId) return [];
  return [{ start: member.valueStart, end: member.valueEnd, text: JSON.stringify(upstreamModel) }];
}

/** How usage is asked for on a stream of chat completions. */
export function usageOptions(continuousUsage: boolean) {
  return { include_usage: true, ...(continuousUsage ? { continuous_usage_stats: true } : {}) };
}

function usageSplice(facts: RequestFacts, { continuousUsage }: Rewriting): Splice[] {
  if (!facts.isStreamed || facts.protocol !== 'chat' || facts.work !== null) return [];
  const forced = usageOptions(continuousUsage);
  const member = facts.members.get('stream_options');
  if (member !== undefined) {
    const asked = parseMember(facts.body, member);
    const options = typeof asked === 'object' && asked !== null ? { ...asked, ...forced } : forced;
    return [{ start: member.valueStart, end: member.valueEnd, text: JSON.stringify(options) }];
  }
  const afterBrace = facts.body.indexOf('{') + 1;
  return [{ start: afterBrace, end: afterBrace, text: `"stream_options":${JSON.stringify(forced)},` }];
}

/** A server of Responses keeps what it is asked and answers unless it is asked not to. */
function storeSplice({ protocol, body }: RequestFacts): Splice[] {
  if (protocol !== 'responses') return [];
  const afterBrace = body.indexOf('{') + 1;
  return [{ start: afterBrace, end: afterBrace, text: '"store":false,' }];
}

/** A server that answers with addresses otherwise is asked for the bytes of its pictures. */
function pictureSplice({ work, members, body }: RequestFacts, { upstreamModel }: Rewriting): Splice[] {
  if (work?.wishes.of !== 'images' || members.has('response_format')) return [];
  if (!takesResponseFormat(upstreamModel)) return [];
  const afterBrace = body.indexOf('{') + 1;
  return [{ start: afterBrace, end: afterBrace, text: '"response_format":"b64_json",' }];
}

/** Every bound that the client gave and that is larger. */
function boundSplices(facts: RequestFacts, { maxOutputTokens }: Rewriting): Splice[] {
  if (maxOutputTokens === null) return [];
  return ['max_tokens', 'max_completion_tokens', 'max_output_tokens'].flatMap((name) => {
    const member = facts.members.get(name);
    if (member === undefined || !(Number(parseMember(facts.body, member)) > maxOutputTokens)) return [];
    return [{ start: member.valueStart, end: member.valueEnd, text: String(maxOutputTokens) }];
  });
}

/** Cuts runs of members, each with the commas on one side of it. */
function cutAll(facts: RequestFacts): Splice[] {
  const all = [...facts.members.values()];
  const splices: Splice[] = [];
  for (let first = 0; first < all.length; first += 1) {
    if (!isWithheld(all[first])) continue;
    let last = first;
    while (isWithheld(all[last + 1])) last += 1;
    const [from, to, previous, next] = [all[first], all[last], all[first - 1], all[last + 1]];
    if (from === undefined || to === undefined) break;
    const isLast = next === undefined;
    splices.push({
      start: isLast ? (previous?.valueEnd ?? from.nameStart) : from.nameStart,
      end: isLast ? to.valueEnd : next.nameStart,
      text: '',
    });
    first = last;
  }
  return splices;
}

function isWithheld(member: JsonMember | undefined): boolean {
  return member !== undefined && withheldFields.has(member.name);
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
