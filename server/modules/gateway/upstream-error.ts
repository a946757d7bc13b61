/** What a model server says of a failure, in whichever of the forms that servers use. */
export interface UpstreamError {
  readonly message: string | null;
  readonly type: string | null;
  readonly param: string | null;
  readonly code: string | null;
  /** The status it names inside its answer. */
  readonly status: number | null;
}

/** A model as its upstream and as our customers call it, and what the upstream was sent that no customer may read. */
export interface ModelNames {
  readonly upstreamModel: string;
  readonly secrets: readonly string[];
  readonly modelId: string;
}

const nothing: UpstreamError = { message: null, type: null, param: null, code: null, status: null };
/** Enough for a sentence; some servers send the whole request back inside it. */
const maxMessageLength = 2000;
const maxWordLength = 200;
/** What is shorter is a word that servers take for a key, and may stand in any sentence. */
const shortestSecret = 6;

/** Those that no other word can be mistaken for; the longest first, because one may be a part of another. */
export function tellingSecrets(secrets: readonly string[]): string[] {
  return secrets
    .filter((secret) => secret.length >= shortestSecret)
    .sort((one, other) => other.length - one.length);
}

/**
 * OpenAI's envelope, alone or in a list (Gemini), the flat object of vLLM and DashScope, a sentence (Ollama), or what
 * FastAPI says of a field. Of bytes that were cut off, what still can be read.
 */
export function readUpstreamError(bytes: Buffer): UpstreamError {
  const text = bytes.toString('utf8');
  try {
    return errorOf(JSON.parse(text));
  } catch {
    return { ...nothing, ...stringsIn(text) };
  }
}

function errorOf(value: unknown): UpstreamError {
  const fields = asRecord(Array.isArray(value) ? value[0] : value);
  // An event of Responses tells of its failure in the answer it carries.
  if ('response' in fields) return errorOf(fields['response']);
  const { error, detail } = fields;
  if (typeof error === 'string') return { ...nothing, message: error };
  if (detail !== undefined && error === undefined) return errorOfDetail(detail);
  const { message, type, param, code, status } = 'error' in fields ? asRecord(error) : fields;
  return {
    message: textOf(message),
    type: textOf(type) ?? textOf(status),
    param: textOf(param),
    code: textOf(code),
    status: typeof code === 'number' ? code : null,
  };
}

/** `{"detail": "…"}`, or `{"detail": [{"loc": ["body", "temperature"], "msg": "…", "input": …}]}` */
function errorOfDetail(detail: unknown): UpstreamError {
  if (!Array.isArray(detail)) return { ...nothing, message: textOf(detail) };
  const { loc, msg } = asRecord(detail[0]);
  const places: readonly unknown[] = Array.isArray(loc) ? loc : [];
  const param = places.filter((place) => place !== 'body').join('.');
  return { ...nothing, message: textOf(msg), param: param === '' ? null : param };
}

/** The first text under each of these names. */
function stringsIn(text: string): Partial<UpstreamError> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(
    /"(message|msg|type|param|code)"\s*:\s*("(?:[^"\\]|\\.)*")/g,
  )) {
    const field = name === 'msg' ? 'message' : name;
    try {
      found[field] ??= String(JSON.parse(value));
    } catch {
      // A text that is none says nothing.
    }
  }
  return found;
}

/**
 * A sentence of an upstream as a customer may read it: where the server stands, whose account it is and how the model is
 * called there are not for them. Null where nothing but the inside of a program speaks.
 */
export function publicText(text: string | null, names: ModelNames): string | null {
  const { upstreamModel, secrets, modelId } = names;
  if (text === null || /Traceback \(most recent|\bat \S+ \(\S+:\d+:\d+\)|File "[^"]+", line \d/.test(text))
    return null;
  const short =
    text.length > maxMessageLength ? `${text.slice(0, maxMessageLength).replace(/\S+$/, '')}…` : text;
  // Some servers repeat what they are sent, and not every key looks like one. Before the model, whose name may be a part of it.
  const keyless = tellingSecrets(secrets).reduce((words, secret) => words.replaceAll(secret, '[id]'), short);
  const named = upstreamModel === '' ? keyless : keyless.replaceAll(upstreamModel, modelId);
  return hidden.reduce((words, [pattern, instead]) => words.replace(pattern, instead), named);
}

const hidden: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi, '[address]'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/\[?(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})?\]?(?::\d+)?/gi, '[address]'],
  [/\b(?:[a-z0-9-]+\.)+(?:local|internal|svc|lan|cluster)(?:\.[a-z0-9-]+)*(?::\d+)?\b/gi, '[address]'],
  [/\b(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+):\d{2,5}\b/gi, '[address]'],
  [
    /(?<![\w/])\/(?:home|usr|opt|root|var|etc|app|workspace|mnt|data|tmp|srv|models|Users)\/[^\s"']+/g,
    '[path]',
  ],
  [/\b(?:sk|pk|rk|key|org|proj|req|acct|user|team|account)[-_][A-Za-z0-9_*-]{6,}/g, '[id]'],
  [/\bBearer\s+\S+/gi, '[id]'],
  [/\b(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{32,}\b/g, '[id]'],
];

/** A code or a name of a field: a word of an interface, never a sentence. */
export function publicWord(word: string | null): string | null {
  return word !== null && word.length <= maxWordLength && /^[A-Za-z_][\w.[\]-]*$/.test(word) ? word : null;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
