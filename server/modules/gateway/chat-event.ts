import { type JsonMember, MalformedJson, parseMember } from '../../kernel/json-members.ts';
import { type SseEvent, withData } from './sse-events.ts';
import { replyMembers, withoutSupplierCost, withoutUsage } from './usage.ts';

const emptyBytes = Buffer.alloc(0);

/** An event with a JSON object for data. */
export interface ReadEvent {
  readonly bytes: Buffer;
  readonly event: SseEvent;
  /** Its JSON object. */
  readonly data: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
}

/** Whether it is an event of the protocol, and not a piece of one. */
export function isReadable({ data }: SseEvent): boolean {
  return data !== null && (data.toString('latin1').trim() === '[DONE]' || replyMembers(data) !== null);
}

/** What an event has of each answer. */
export function choicesOf(data: Buffer, members: ReadonlyMap<string, JsonMember>): readonly object[] {
  const member = members.get('choices');
  if (member === undefined) return [];
  try {
    const choices: unknown = parseMember(data, member);
    const list: readonly unknown[] = Array.isArray(choices) ? choices : [];
    return list.filter((choice) => typeof choice === 'object' && choice !== null);
  } catch (error) {
    if (error instanceof MalformedJson) return [];
    throw error;
  }
}

/**
 * The usage event that was not requested is removed; usage so far, inside an event that carries text, becomes null.
 */
export function withoutForcedUsage(
  read: ReadEvent,
  options: { readonly wantsUsage: boolean; readonly continuousUsage: boolean },
): Buffer {
  if (hasNoChoices(read) && !options.wantsUsage) return emptyBytes;
  if (!hasNoChoices(read) && options.continuousUsage) return withoutUsageOf(read);
  const { bytes, event, data, members } = read;
  const shown = withoutSupplierCost(members, data);
  return shown === data ? bytes : withData(bytes, event, shown);
}

/** The same event with `null` for usage; nothing where it carries nothing else. */
export function withoutUsageOf(read: ReadEvent): Buffer {
  if (hasNoChoices(read)) return emptyBytes;
  const { bytes, event, data, members } = read;
  return withData(bytes, event, withoutUsage(members, data));
}

/** An event with an empty list of them carries nothing but usage. */
export function hasNoChoices({ data, members }: ReadEvent): boolean {
  const choices = members.get('choices');
  if (choices === undefined) return false;
  return /^\[\s*\]$/.test(
    data.toString('latin1', choices.valueStart, Math.min(choices.valueEnd, choices.valueStart + 16)),
  );
}
