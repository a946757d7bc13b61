import { type BoundedAnswer, type NoAnswer, openBoundedCalls } from './bounded-call.ts';
import type { ModelKind } from '../catalog/index.ts';
import { type ListedModel, listedModels } from './listed-models.ts';
import { kindsToTry, trialRequestOf } from './trial-requests.ts';
import { messagesVersion } from './protocols/messages/headers.ts';
import { type ProtocolName, protocolNames } from './protocols/protocol.ts';
import { publicWord, readUpstreamError, tellingSecrets } from './upstream-error.ts';
import { statusFailure } from './upstream-failure.ts';
import type { UpstreamReach } from './upstream-reach.ts';

/** What is wrong: a code of ours, and the upstream's own word for it. */
export interface TrialFailure {
  readonly reason: string;
  readonly upstreamCode: string | null;
}

/** What a server answered when it was tried. */
export interface UpstreamTrial {
  /** Why the server could not be asked at all; null when it answered. */
  readonly failure: TrialFailure | null;
  /** `not_needed`: it answers the same without a key. */
  readonly key: 'accepted' | 'refused' | 'not_needed' | 'unknown';
  readonly protocols: readonly ProtocolName[];
  /** The shortest time until an answer, in ms. */
  readonly latencyMs: number | null;
  /** Null when it does not list its models. */
  readonly models: readonly ListedModel[] | null;
  /** How it answered for a model; null when none was named. */
  readonly call: {
    readonly upstreamModel: string;
    readonly kind: ModelKind;
    readonly latencyMs: number | null;
    readonly failure: TrialFailure | null;
  } | null;
}

export interface TrialInput {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Of the operator, on every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of headers that are never shown, like the key. */
  readonly secrets: readonly string[];
  /** Called once for real with a few tokens. */
  readonly upstreamModel: string | null;
}

type Headers = Readonly<Record<string, string>>;
type Answer = BoundedAnswer | NoAnswer;

interface Calls {
  list(path: string, headers: Headers): Promise<Answer>;
  askEmpty(path: string, headers: Headers): Promise<Answer>;
  callModel(path: string, headers: Headers, body: object, isMedia?: boolean): Promise<Answer>;
}

export interface TrialLimits {
  readonly listBytes: number;
  readonly replyBytes: number;
  /** Of a picture or of sound. */
  readonly mediaBytes: number;
  /** Of each request until its answer has been read, in ms. */
  readonly answerMs: number;
  /** The same for the call of a model, which may have to be loaded first. */
  readonly modelMs: number;
}
const defaultLimits: TrialLimits = {
  listBytes: 4 * 1024 * 1024,
  replyBytes: 256 * 1024,
  mediaBytes: 16 * 1024 * 1024,
  answerMs: 15_000,
  modelMs: 60_000,
};
const fewTokens = 16;

const pathByProtocol: Readonly<Record<ProtocolName, string>> = {
  chat: 'chat/completions',
  messages: 'messages',
  responses: 'responses',
};

/**
 * Asks a server what it can: its models, which protocols it speaks, whether it takes the key, and with a model named,
 * one short call. What a request without content is answered tells of key and protocol and costs nothing.
 */
export async function tryServer(
  reach: UpstreamReach,
  input: TrialInput,
  limits: TrialLimits = defaultLimits,
): Promise<UpstreamTrial> {
  const bounded = openBoundedCalls(reach, input.baseUrl);
  const calls: Calls = {
    list: (path, headers) =>
      bounded.call({
        method: 'GET',
        path,
        headers: { ...input.headers, ...headers },
        maxBytes: limits.listBytes,
        timeoutMs: limits.answerMs,
      }),
    askEmpty: (path, headers) => post(path, headers, {}, limits.answerMs),
    callModel: (path, headers, body, isMedia) =>
      post(path, headers, body, limits.modelMs, isMedia ? limits.mediaBytes : limits.replyBytes),
  };
  const post = (
    path: string,
    headers: Headers,
    body: object,
    timeoutMs: number,
    maxBytes = limits.replyBytes,
  ) =>
    bounded.call({
      method: 'POST',
      path,
      headers: { ...input.headers, ...headers },
      body,
      maxBytes,
      timeoutMs,
    });
  try {
    return withoutSecrets(await runTrial(calls, input), [...input.secrets, input.apiKey ?? '']);
  } finally {
    await bounded.close();
  }
}

async function runTrial(calls: Calls, { apiKey, upstreamModel }: TrialInput): Promise<UpstreamTrial> {
  const listed = await listModels(calls, apiKey);
  if ('reason' in listed && listed.reason !== 'too_large')
    return {
      failure: { reason: listed.reason, upstreamCode: null },
      key: 'unknown',
      protocols: [],
      latencyMs: null,
      models: null,
      call: null,
    };
  const asked = await Promise.all(
    protocolNames.map(async (name) => ({ name, answer: await askEmpty(calls, name, apiKey) })),
  );
  const spoken = asked.filter(({ answer }) => isSpoken(answer)).map(({ name }) => name);
  const models = 'status' in listed && isGood(listed) ? listedModels(listed.body) : null;
  const call = upstreamModel === null ? null : await callModel(calls, spoken, apiKey, upstreamModel);
  const answers = [listed, ...asked.map(({ answer }) => answer)];
  return {
    failure: null,
    key: await judgeKey(calls, { answers, spoken, apiKey, call }),
    protocols: spoken,
    latencyMs: shortest(answers),
    models,
    call,
  };
}

function keyHeaders(protocol: ProtocolName, apiKey: string | null): Headers {
  if (protocol !== 'messages') return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return { ...messagesVersion, ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
}

/** Anthropic knows its own header alone, and lists twenty unless asked for more. */
async function listModels(calls: Calls, apiKey: string | null): Promise<Answer> {
  const answer = await calls.list('models', keyHeaders('chat', apiKey));
  if (!isRefusedKey(answer)) return answer;
  const other = await calls.list('models?limit=1000', keyHeaders('messages', apiKey));
  return isRefusedKey(other) ? answer : other;
}

async function askEmpty(calls: Calls, protocol: ProtocolName, apiKey: string | null): Promise<Answer> {
  const ask = (headers: Headers) => calls.askEmpty(pathByProtocol[protocol], headers);
  const answer = await ask(keyHeaders(protocol, apiKey));
  if (protocol !== 'messages' || !isRefusedKey(answer)) return answer;
  // Servers that speak Messages beside another protocol may know only the other's header.
  return ask({ ...keyHeaders('messages', apiKey), ...keyHeaders('chat', apiKey) });
}

/** A request without content is refused where the protocol is spoken, and not found where it is not. */
function isSpoken(answer: Answer): boolean {
  return 'status' in answer && answer.isJson && emptyStatuses.has(answer.status);
}
const emptyStatuses: ReadonlySet<number> = new Set([200, 400, 402, 413, 415, 422, 429, 500]);

function isGood(answer: BoundedAnswer): boolean {
  return answer.status === 200 && answer.isJson;
}

/** Sound is what a model of speech answers with, and no JSON. */
function isGoodFor(kind: ModelKind, answer: BoundedAnswer): boolean {
  if (kind !== 'speech') return isGood(answer);
  return answer.status === 200 && !answer.isJson && answer.body.length > 0;
}

function isRefusedKey(answer: Answer): boolean {
  return 'status' in answer && (answer.status === 401 || answer.status === 403);
}

interface KeyFacts {
  readonly answers: readonly Answer[];
  readonly spoken: readonly ProtocolName[];
  readonly apiKey: string | null;
  readonly call: UpstreamTrial['call'];
}

/** A list of models is public at some servers, so a key counts as accepted where its absence is refused. */
async function judgeKey(calls: Calls, facts: KeyFacts): Promise<UpstreamTrial['key']> {
  const [protocol] = facts.spoken;
  if (facts.call?.failure?.reason === 'key_refused') return 'refused';
  if (protocol === undefined) return facts.answers.some(isRefusedKey) ? 'refused' : 'unknown';
  if (facts.apiKey === null) return 'not_needed';
  return isRefusedKey(await askEmpty(calls, protocol, null)) ? 'accepted' : 'not_needed';
}

async function callModel(
  calls: Calls,
  spoken: readonly ProtocolName[],
  apiKey: string | null,
  upstreamModel: string,
): Promise<UpstreamTrial['call']> {
  let first: UpstreamTrial['call'] = null;
  for (const kind of kindsToTry(upstreamModel)) {
    const answer = await callAs(kind, calls, spoken, apiKey, upstreamModel);
    const said = { upstreamModel, kind, ...outcomeOf(answer, upstreamModel, kind) };
    if (said.failure === null) return said;
    first ??= said;
    if (isRefusedKey(answer) || 'reason' in answer) break;
  }
  return first;
}

async function callAs(
  kind: ModelKind,
  calls: Calls,
  spoken: readonly ProtocolName[],
  apiKey: string | null,
  upstreamModel: string,
): Promise<Answer> {
  if (kind === 'chat') return callChat(calls, spoken[0] ?? 'chat', apiKey, upstreamModel);
  const { path, body } = trialRequestOf(kind);
  const isMedia = kind === 'image' || kind === 'speech';
  return calls.callModel(path, keyHeaders('chat', apiKey), { model: upstreamModel, ...body }, isMedia);
}

async function callChat(
  calls: Calls,
  protocol: ProtocolName,
  apiKey: string | null,
  model: string,
): Promise<Answer> {
  const own = keyHeaders(protocol, apiKey);
  const ask = (more: object, headers: Headers = own) =>
    calls.callModel(pathByProtocol[protocol], headers, { model, ...more });
  if (protocol === 'responses') return ask({ input: 'Hi', max_output_tokens: fewTokens, store: false });
  const messages = [{ role: 'user', content: 'Hi' }];
  const answer = await ask({ messages, max_tokens: fewTokens });
  if (protocol === 'messages')
    return isRefusedKey(answer)
      ? ask({ messages, max_tokens: fewTokens }, { ...own, ...keyHeaders('chat', apiKey) })
      : answer;
  // Newer models of OpenAI know the maximum under another name only.
  const isMisnamed =
    'status' in answer && answer.status === 400 && readUpstreamError(answer.body).param === 'max_tokens';
  return isMisnamed ? ask({ messages, max_completion_tokens: fewTokens }) : answer;
}

function outcomeOf(answer: Answer, upstreamModel: string, kind: ModelKind) {
  if ('reason' in answer) return { latencyMs: null, failure: { reason: answer.reason, upstreamCode: null } };
  const latencyMs = Math.round(answer.latencyMs);
  if (answer.status >= 200 && answer.status < 300)
    return { latencyMs, failure: isGoodFor(kind, answer) ? null : { reason: 'shape', upstreamCode: null } };
  const error = readUpstreamError(answer.body);
  const { health } = statusFailure(answer.status, answer.body, {
    upstreamModel,
    secrets: [],
    modelId: upstreamModel,
  });
  const upstreamCode = publicWord(error.code) ?? publicWord(error.type);
  const reason = answer.status === 401 ? 'key_refused' : (health ?? `status_${answer.status}`);
  return { latencyMs, failure: { reason, upstreamCode } };
}

function shortest(answers: readonly Answer[]): number | null {
  const all = answers.flatMap((answer) => ('status' in answer ? [answer.latencyMs] : []));
  return all.length === 0 ? null : Math.round(Math.min(...all));
}

/** A server that sends the key back must not bring it before eyes, which a stored one never meets. */
function withoutSecrets(trial: UpstreamTrial, given: readonly string[]): UpstreamTrial {
  const secrets = tellingSecrets(given);
  const isTold = (word: string) => secrets.some((secret) => word.includes(secret));
  const { call } = trial;
  const isCodeTold = isTold(call?.failure?.upstreamCode ?? '');
  return {
    ...trial,
    models: trial.models?.filter(({ upstreamModel }) => !isTold(upstreamModel)) ?? null,
    call:
      isCodeTold && call !== null && call.failure !== null
        ? { ...call, failure: { ...call.failure, upstreamCode: null } }
        : call,
  };
}
