import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerEmbeddings } from './answer-embeddings.ts';
import { answerGeneration, type AnswerContext } from './answer-generation.ts';
import { chatShape, completionShape } from './answer-shapes.ts';
import type { Log } from './log.ts';
import {
  internalError,
  invalidRequest,
  methodNotAllowed,
  modelNotFound,
  OpenAiError,
  routeNotFound,
} from './openai-errors.ts';
import {
  chatRequest,
  choicesOf,
  completionRequest,
  embeddingRequest,
  inputsOf,
  messagesOf,
  parseRequest,
} from './openai-requests.ts';
import { readJsonBody, sendError, sendJson } from './reply.ts';
import { callableOf, withInstruction } from './tool-calls.ts';

export type OpenAiServerOptions = Omit<AnswerContext, 'response' | 'signal'> & { log: Log };

type Handler = (context: AnswerContext, request: IncomingMessage) => Promise<void>;

const routes: Record<string, { method: 'GET' | 'POST'; handle: Handler } | undefined> = {
  '/health': { method: 'GET', handle: answerHealth },
  '/v1/models': { method: 'GET', handle: answerModels },
  '/v1/chat/completions': { method: 'POST', handle: answerChat },
  '/v1/completions': { method: 'POST', handle: answerCompletion },
  '/v1/embeddings': { method: 'POST', handle: answerEmbedding },
};

/** Serves one model in OpenAI's protocol. */
export function createOpenAiServer(options: OpenAiServerOptions): Server {
  const server = createServer((request, response) => {
    void answer(options, request, response);
  });
  // The gateway keeps its connections; closing idle ones would race with its next request.
  server.keepAliveTimeout = 0;
  return server;
}

async function answer(
  { log, ...options }: OpenAiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const departure = new AbortController();
  response.on('close', () => departure.abort());
  try {
    await findHandler(options, request)({ ...options, response, signal: departure.signal }, request);
  } catch (error) {
    if (departure.signal.aborted || request.errored) return;
    const isExpected = error instanceof OpenAiError;
    if (!isExpected) log.error({ err: error }, 'the local model failed to answer');
    sendError(response, isExpected ? error : internalError());
  }
}

function findHandler(options: { modelId: string }, request: IncomingMessage): Handler {
  const path = request.url?.split('?', 1)[0] ?? '/';
  const isThisModel = path === `/v1/models/${encodeURIComponent(options.modelId)}`;
  const route = isThisModel ? { method: 'GET', handle: answerModel } : routes[path];
  if (!route) throw path.startsWith('/v1/models/') ? modelNotFound() : routeNotFound();
  if (route.method !== request.method) throw methodNotAllowed();
  return route.handle;
}

async function answerHealth(context: AnswerContext): Promise<void> {
  const { freeSequences, waitingRequests } = context.engine;
  sendJson(context.response, 200, { status: 'ok', freeSequences, waitingRequests });
}

async function answerModels(context: AnswerContext): Promise<void> {
  sendJson(context.response, 200, { object: 'list', data: [describeModel(context)] });
}

async function answerModel(context: AnswerContext): Promise<void> {
  sendJson(context.response, 200, describeModel(context));
}

function describeModel({ modelId, engine, nowSeconds }: AnswerContext) {
  return {
    id: modelId,
    object: 'model',
    created: nowSeconds(),
    owned_by: 'candor',
    // Named as vLLM names it.
    max_model_len: engine.contextTokens,
  };
}

async function answerChat(context: AnswerContext, request: IncomingMessage): Promise<void> {
  const chat = parseRequest(chatRequest, await readJsonBody(request));
  requireModel(context, chat.model);
  if (chat.logprobs !== true && (chat.top_logprobs ?? 0) > 0)
    throw invalidRequest("Invalid value for 'top_logprobs': 'logprobs' must be true.", 'top_logprobs');
  const callable = callableOf(chat);
  if (callable !== null && (chat.response_format?.type ?? 'text') !== 'text')
    throw invalidRequest('This model does not combine tools with a response format.', 'response_format');
  const messages = messagesOf(chat);
  const told = callable === null ? messages : withInstruction(messages, callable.instruction);
  await answerGeneration(context, {
    request: chat,
    callGrammar: callable?.grammar ?? null,
    maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? undefined,
    prompts: [context.engine.chatPromptTokens(told)],
    promptParam: 'messages',
    choices: choicesOf(chat),
    likely: chat.logprobs === true ? (chat.top_logprobs ?? 0) : null,
    shape: chatShape,
  });
}

async function answerCompletion(context: AnswerContext, request: IncomingMessage): Promise<void> {
  const completion = parseRequest(completionRequest, await readJsonBody(request));
  requireModel(context, completion.model);
  await answerGeneration(context, {
    request: completion,
    callGrammar: null,
    maxTokens: completion.max_tokens ?? undefined,
    prompts: inputsOf(completion.prompt).map((prompt) => context.engine.promptTokens(prompt)),
    promptParam: 'prompt',
    choices: choicesOf(completion),
    likely: completion.logprobs ?? null,
    shape: completionShape,
  });
}

async function answerEmbedding(context: AnswerContext, request: IncomingMessage): Promise<void> {
  const embedding = parseRequest(embeddingRequest, await readJsonBody(request));
  requireModel(context, embedding.model);
  await answerEmbeddings(context, embedding);
}

function requireModel(context: AnswerContext, model: string): void {
  if (model !== context.modelId) throw modelNotFound();
}
