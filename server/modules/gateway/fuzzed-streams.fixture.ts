/** A stream as some upstream might send it, and what must come of it. The same number gives the same stream. */
export interface FuzzedStream {
  /** As the network cut it. */
  readonly chunks: readonly Buffer[];
  /** How the connection ends. */
  readonly end: 'clean' | 'reset';
  /** Answers that were requested. */
  readonly choices: number;
  /** Null for bytes that were damaged: then only what holds for all is known. */
  readonly expected: Expected | null;
}

export interface Expected {
  /** Null where the request is refused and nothing is written down. */
  readonly outcome: 'completed' | 'upstream_failed' | null;
  /** Something of the answer reached the client. */
  readonly isDelivered: boolean;
  /** Everything the client reads of the answer. */
  readonly text: string;
  /** What the upstream has counted, where that counts. */
  readonly reported: { readonly read: number; readonly written: number } | null;
  /** Bytes of text, for an estimate. */
  readonly textBytes: number;
}

type Random = () => number;

/** Numbers from 0 to 1, exclusive: the same for the same seed on every machine. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Part {
  /** Null: no event of the answer, but bytes between them. */
  readonly data: string | null;
  readonly name?: string;
  readonly raw?: string;
  readonly meaning: Meaning;
}
interface Meaning {
  readonly text?: string;
  /** Text of which a client's library shows nothing: reasoning, arguments of a call. */
  readonly other?: string;
  readonly usage?: { readonly read: number; readonly written: number };
  /** The usage stands in an event of its own. */
  readonly isAlone?: boolean;
  /** Nothing of an answer stands in it. */
  readonly isEmpty?: boolean;
  readonly finished?: number;
  readonly failure?: 'failed' | 'refused';
  /** Words that are no event of an answer. */
  readonly isGarbage?: boolean;
  readonly isDone?: boolean;
}

const words = [
  'Hello',
  ' world',
  '你好',
  ' "usage":{',
  '\n\ndata: x',
  '[DONE]',
  '\\',
  '🙂',
  ' event:',
  '{"error":1}',
];
const lineEnds = ['\n', '\r', '\r\n'] as const;

/** @param seed one number for each stream. */
export function fuzzedStream(seed: number): FuzzedStream {
  const random = randomFrom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const pick = <T>(items: readonly [T, ...T[]] | readonly T[]): T => items[below(items.length)] as T;
  const choices = below(5) === 0 ? 2 : 1;
  const parts = partsOf(random, choices);
  const line = pick(lineEnds);
  const pieces = parts.map((part) => Buffer.from(spell(part, line, random)));
  const end = below(6) === 0 ? ('reset' as const) : ('clean' as const);
  // Cut before the end, in the first half of an event so that no library could read it, or between two.
  let kept = parts.length;
  let rest: Buffer = Buffer.alloc(0);
  if (below(4) === 0) {
    kept = below(parts.length + 1);
    const cut = pieces[kept];
    if (cut !== undefined && parts[kept]?.data?.startsWith('{') === true)
      rest = Buffer.from(cut.subarray(0, below(Math.floor(cut.length / 2))));
  }
  // A CR that stands last may be half of a CR LF, so what it ends is not read before more comes.
  const heard = line === '\r' && end === 'reset' && rest.length === 0 ? Math.max(0, kept - 1) : kept;
  let bytes: Buffer = Buffer.concat([...pieces.slice(0, kept), rest]);
  if (below(10) === 0) bytes = Buffer.concat([Buffer.from('\ufeff'), bytes]);
  const isDamaged = below(8) === 0;
  if (isDamaged) bytes = damaged(bytes, random);
  return {
    chunks: cutAnywhere(bytes, random),
    end,
    choices,
    expected: isDamaged ? null : expectedOf(parts.slice(0, heard), choices, end),
  };
}

function partsOf(random: Random, choices: number): Part[] {
  const below = (most: number) => Math.floor(random() * most);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const parts: Part[] = [];
  const json = (value: object, meaning: Meaning = {}): Part => ({ data: JSON.stringify(value), meaning });
  const head = { id: 'c', object: 'chat.completion.chunk', model: 'vendor/model' };
  const choice = (delta: object, more: object = {}) => ({
    ...head,
    choices: [{ index: below(choices), delta, finish_reason: null, ...more }],
  });
  const usage = () => ({ read: 1 + below(4000), written: below(6) === 0 ? 0 : below(4000) });
  const usageFields = ({ read, written }: { read: number; written: number }) => ({
    prompt_tokens: read,
    completion_tokens: written,
    total_tokens: read + written,
    prompt_tokens_details: { cached_tokens: below(read + 1) },
  });
  const some: (() => Part)[] = [
    () => ({
      data: null,
      raw: pick([': ping', ':', 'id: 7', 'retry: 10', 'event: ping', 'unknown']),
      meaning: {},
    }),
    () => json({ type: 'ping' }, { isEmpty: true }),
    () => json(choice({ role: 'assistant', content: '' })),
    () => json(choice({ content: '' })),
    () => json({ ...head, choices: [], error: null }, { isEmpty: true }),
    () => {
      const thought = pick(words);
      return json(choice({ reasoning_content: thought }), { other: thought });
    },
    () => {
      const args = pick(words);
      return json(choice({ tool_calls: [{ index: 0, function: { arguments: args } }] }), { other: args });
    },
    () => {
      const used = usage();
      const text = pick(words);
      return json({ ...choice({ content: text }), usage: usageFields(used) }, { text, usage: used });
    },
    () => {
      const used = usage();
      return json({ ...head, choices: [], usage: usageFields(used) }, { usage: used, isAlone: true });
    },
  ];
  const text = () => {
    const written = pick(words);
    return json({ ...choice({ content: written }), usage: null }, { text: written });
  };
  for (let count = below(12); count > 0; count -= 1) parts.push(below(2) === 0 ? text() : pick(some)());
  const endings: (() => Part[])[] = [
    () => [],
    () => [{ data: '[DONE]', meaning: { isDone: true } }],
    () => finishes(),
    () => [...finishes(), pick(some)(), { data: '[DONE]', meaning: { isDone: true } }, text()],
    () => {
      const used = usage();
      const alone = json({ ...head, choices: [], usage: usageFields(used) }, { usage: used, isAlone: true });
      return [...finishes(), alone, text(), { data: '[DONE]', meaning: { isDone: true } }];
    },
    () => [
      json(
        { error: { message: '10.0.0.5 is down', code: pick(['oom', 'insufficient_quota', 500]) } },
        { failure: 'failed' },
      ),
      text(),
    ],
    () => [json({ error: { message: 'too long', type: 'invalid_request_error' } }, { failure: 'refused' })],
    () => [{ data: 'out of memory at 10.0.0.5', name: 'error', meaning: { failure: 'failed' } }],
    () => [{ data: 'traceback of 10.0.0.5', meaning: { isGarbage: true } }, text()],
  ];
  function finishes(): Part[] {
    return Array.from({ length: choices }, (_, index) =>
      json({ ...head, choices: [{ index, delta: {}, finish_reason: 'stop' }] }, { finished: index }),
    );
  }
  return [...parts, ...pick(endings)()];
}

/** One of the ways to write an event that the standard allows. */
function spell({ data, name, raw }: Part, line: string, random: Random): string {
  const below = (most: number) => Math.floor(random() * most);
  if (data === null) return `${raw ?? ''}${line}${line}`;
  const space = below(3) === 0 ? '' : ' ';
  const lines = [
    ...(below(8) === 0 ? [': a comment'] : []),
    ...(below(8) === 0 ? ['id: 1'] : []),
    ...(name === undefined ? [] : [`event: ${name}`]),
    ...(name === undefined && below(8) === 0 ? ['event: message'] : []),
    ...dataLines(data, below).map((part) => `data:${space}${part}`),
    ...(below(8) === 0 ? ['retry: 3'] : []),
  ];
  return `${lines.join(line)}${line}${line}`;
}

/** JSON may stand in several lines: they are joined by a line feed, which between its members is white space. */
function dataLines(data: string, below: (most: number) => number): string[] {
  const at = data.indexOf(',"choices"');
  return at === -1 || below(10) !== 0 ? [data] : [data.slice(0, at + 1), data.slice(at + 1)];
}

function cutAnywhere(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  const largest = random() < 0.2 ? 3 : 400;
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(random() * largest);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

function damaged(bytes: Buffer, random: Random): Buffer {
  const out = Buffer.from(bytes);
  for (let count = 1 + Math.floor(random() * 5); count > 0 && out.length > 0; count -= 1)
    out[Math.floor(random() * out.length)] = Math.floor(random() * 256);
  return out;
}

/** The rules of the README, read once more: what counts, when an answer is over, what it is charged for. */
function expectedOf(parts: readonly Part[], choices: number, end: 'clean' | 'reset'): Expected {
  let reported: Expected['reported'] = null;
  let [text, textBytes] = ['', 0];
  let [isDelivered, isWhole, isOver] = [false, false, false];
  let failure: 'failed' | 'refused' | null = null;
  const finished = new Set<number>();
  for (const { data, meaning } of parts) {
    if (isOver) break;
    if (data === null) continue;
    if (meaning.isDone === true) {
      // What a failed answer is followed by counts for nothing but its usage.
      isWhole = true;
      isOver = true;
      continue;
    }
    if (meaning.failure !== undefined || (meaning.isGarbage === true && isDelivered)) {
      failure ??= meaning.failure ?? 'failed';
      if (!isDelivered) isOver = true;
      continue;
    }
    const { usage } = meaning;
    const saysNothingWritten = usage?.written === 0 && meaning.isAlone === true && textBytes > 0;
    if (usage !== undefined && !saysNothingWritten) {
      const isMore = reported === null || usage.read + usage.written >= reported.read + reported.written;
      if (isMore) reported = usage;
    }
    if (failure !== null) continue;
    const written = meaning.text ?? meaning.other ?? '';
    if (written !== '') isDelivered = true;
    text += meaning.text ?? '';
    textBytes += Buffer.byteLength(written);
    if (meaning.finished !== undefined) finished.add(meaning.finished);
    if (finished.size > 0 || reported !== null) isWhole = true;
    // With the finish of every answer and the usage, what holds nothing of an answer is its end.
    const isLast = meaning.isAlone === true || meaning.isEmpty === true;
    if (finished.size === choices && reported !== null && isLast) isOver = true;
  }
  if (reported?.written === 0 && textBytes > 0) reported = null;
  // A model may end without a word: it says so by the reason of its end.
  const isAnswer = isDelivered || finished.size > 0;
  const isGood = failure === null && isWhole && isAnswer && (isOver || end === 'clean');
  if (!isGood && !isDelivered) [text, textBytes, reported] = ['', 0, null];
  const isRefused = failure === 'refused' && !isDelivered;
  return {
    outcome: isRefused ? null : isGood ? 'completed' : 'upstream_failed',
    isDelivered: isDelivered || isGood,
    text,
    reported,
    textBytes,
  };
}
