import {
  getLlama,
  LlamaGrammarEvaluationState,
  type LlamaText,
  type Llama,
  type LlamaContext,
  type LlamaContextSequence,
  type LlamaEmbeddingContext,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp';
import { compileChatTemplate, plainChatTemplate, type ChatMessage } from './chat-prompt.ts';
import { evaluate, type LikelyToken, likelyToken } from './likely-tokens.ts';
import type { Log } from './log.ts';
import { invalidRequest } from './openai-errors.ts';
import { readModelFacts } from './model-facts.ts';
import { Slots } from './slots.ts';
import { StopSequences } from './stop-sequences.ts';
import { TokenText } from './token-text.ts';

export interface EngineOptions {
  weightsPath: string;
  /** Threads that calculate; they spin while they wait, so one per core at most. */
  threads: number;
  /** Answers written at the same time. */
  maxSequences: number;
  /** Requests that may wait for a free sequence before further ones are refused. */
  maxWaiting: number;
  /** Prompt and answer together; less if the model was trained on less. */
  contextTokens: number;
  log: Log;
}

export interface Generation {
  promptTokens: Token[];
  maxTokens: number;
  temperature: number;
  topP: number;
  seed: number;
  frequencyPenalty: number;
  presencePenalty: number;
  stopSequences: string[];
  /** What the answer must follow, and the field of the request that says so. */
  grammar: { source: string; param: string } | undefined;
  /** How many of the likeliest tokens are named at each place; null for none. */
  likely: number | null;
}

export interface AnswerPiece {
  text: string;
  /** Tokens written so far, the end marker not counted. */
  completionTokens: number;
  finishReason: 'stop' | 'length' | null;
  /** Of the tokens since the last piece. */
  likely: LikelyToken[];
}

export interface EmbeddingInput {
  tokens: Token[];
  tokenCount: number;
}

// Portions in which prompts are read: short enough that other answers keep flowing, and that a
// client who leaves stops the reading.
const promptPortionTokens = 128;

/** A loaded model: reads prompts, writes answers, computes embeddings. */
export class LlamaEngine {
  readonly contextTokens: number;
  readonly embeddingDimensions: number;
  readonly isNonsense: boolean;
  readonly vocabularySize: number;
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #sequences: Slots<LlamaContextSequence>;
  readonly #renderChat: (messages: ChatMessage[]) => LlamaText;
  readonly #embeddingTurns: Slots<'turn'>;
  readonly #threads: number;
  #embeddingContext: Promise<LlamaEmbeddingContext> | undefined;

  static async load(options: EngineOptions): Promise<LlamaEngine> {
    const llama = await getLlama({
      build: 'never',
      gpu: false,
      maxThreads: 0,
      logger: (level, message) => options.log.debug({ level, engine: message.trim() }, 'llama.cpp says'),
    });
    const model = await llama.loadModel({ modelPath: options.weightsPath });
    const context = await model.createContext({
      contextSize: Math.min(options.contextTokens, model.trainContextSize),
      sequences: options.maxSequences,
      threads: options.threads,
    });
    return new LlamaEngine(llama, model, context, options);
  }

  private constructor(llama: Llama, model: LlamaModel, context: LlamaContext, options: EngineOptions) {
    this.#llama = llama;
    this.#model = model;
    this.#context = context;
    // llama.cpp rounds the context up; the promise is what was asked for.
    this.contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    this.embeddingDimensions = model.embeddingVectorSize;
    const facts = readModelFacts(model.fileInfo);
    this.isNonsense = facts.isNonsense;
    this.vocabularySize = facts.vocabularySize;
    this.#renderChat = compileChatTemplate({
      source: facts.chatTemplate ?? plainChatTemplate,
      bosToken: model.tokens.bosString ?? '',
      eosToken: model.tokens.eosString ?? '',
    });
    const sequences = Array.from({ length: options.maxSequences }, () => context.getSequence());
    this.#sequences = new Slots(sequences, options.maxWaiting);
    this.#embeddingTurns = new Slots(['turn'], options.maxWaiting);
    this.#threads = options.threads;
  }

  get freeSequences(): number {
    return this.#sequences.freeCount;
  }

  get waitingRequests(): number {
    return this.#sequences.waitingCount;
  }

  chatPromptTokens(messages: ChatMessage[]): Token[] {
    return this.#withBeginning(this.#renderChat(messages).tokenize(this.#model.tokenizer));
  }

  /** Tokens of plain text, or token numbers checked against the vocabulary. */
  promptTokens(prompt: string | number[]): Token[] {
    const tokens = typeof prompt === 'string' ? this.#model.tokenize(prompt) : this.#checkTokens(prompt);
    return this.#withBeginning(tokens);
  }

  /** Tokens of one embedding input, and how many they are with the marks the model puts around them. */
  async readEmbeddingInput(input: string | number[]): Promise<EmbeddingInput> {
    const tokens = typeof input === 'string' ? this.#model.tokenize(input) : this.#checkTokens(input);
    const context = await this.#openEmbeddingContext();
    return { tokens, tokenCount: context.calculateInputLength(tokens) };
  }

  async *generate(generation: Generation, signal: AbortSignal): AsyncGenerator<AnswerPiece> {
    const grammar = await this.#compileGrammar(generation.grammar);
    const sequence = await this.#sequences.acquire(signal);
    try {
      // Nothing is kept between requests: what one tenant wrote must not speed up another's.
      await sequence.clearHistory();
      yield* this.#answer(sequence, generation, grammar, signal);
    } finally {
      this.#sequences.release(sequence);
    }
  }

  /** The embedding of some tokens, of length one. */
  embed(tokens: Token[], signal: AbortSignal): Promise<number[]> {
    return this.#embeddingTurns.use(signal, async () => {
      const context = await this.#openEmbeddingContext();
      const { vector } = await context.getEmbeddingFor(tokens);
      const length = Math.hypot(...vector);
      return vector.map((value) => (length === 0 ? 0 : value / length));
    });
  }

  async dispose(): Promise<void> {
    await (await this.#embeddingContext)?.dispose();
    await this.#context.dispose();
    await this.#model.dispose();
    await this.#llama.dispose();
  }

  async *#answer(
    sequence: LlamaContextSequence,
    generation: Generation,
    grammar: LlamaGrammarEvaluationState | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<AnswerPiece> {
    const { promptTokens, maxTokens } = generation;
    const lastToken = promptTokens.slice(-1);
    for (let start = 0; start < promptTokens.length - 1; start += promptPortionTokens) {
      signal.throwIfAborted();
      const end = Math.min(start + promptPortionTokens, promptTokens.length - 1);
      await sequence.evaluateWithoutGeneratingNewTokens(promptTokens.slice(start, end));
    }

    const written: Token[] = [];
    const text = new TokenText<Token>(
      (tokens, previous) => this.#model.detokenize(tokens, false, previous),
      promptTokens,
    );
    const stops = new StopSequences(generation.stopSequences);
    let likely: LikelyToken[] = [];
    const piece = (said: string, finishReason: AnswerPiece['finishReason']): AnswerPiece => {
      const told = likely;
      likely = [];
      return { text: said, completionTokens: written.length, finishReason, likely: told };
    };
    const rest = () => stops.push(text.flush()) + stops.flush();

    const options = this.#evaluateOptions(generation, written, grammar);
    signal.throwIfAborted();
    for await (const { token, probabilities } of evaluate(sequence, lastToken, options, generation.likely)) {
      signal.throwIfAborted();
      if (this.#model.isEogToken(token)) break;
      written.push(token);
      if (generation.likely !== null)
        likely.push(likelyToken(this.#model, token, probabilities, generation.likely));
      const said = stops.push(text.push(token));
      if (stops.isStopped) {
        yield piece(said, 'stop');
        return;
      }
      if (written.length >= maxTokens) {
        yield piece(said + rest(), 'length');
        return;
      }
      if (said !== '') yield piece(said, null);
    }
    yield piece(rest(), 'stop');
  }

  #evaluateOptions(
    generation: Generation,
    written: Token[],
    grammar: LlamaGrammarEvaluationState | undefined,
  ): SequenceEvaluateOptions {
    const { frequencyPenalty, presencePenalty } = generation;
    const isPenalised = frequencyPenalty !== 0 || presencePenalty !== 0;
    return {
      temperature: generation.temperature,
      topP: generation.topP,
      topK: 0,
      minP: 0,
      seed: generation.seed,
      yieldEogToken: true,
      grammarEvaluationState: grammar,
      repeatPenalty: isPenalised
        ? {
            punishTokens: () => written,
            maxPunishTokens: this.contextTokens,
            penalty: 1,
            frequencyPenalty,
            presencePenalty,
          }
        : undefined,
    };
  }

  async #compileGrammar(wanted: Generation['grammar']): Promise<LlamaGrammarEvaluationState | undefined> {
    if (wanted === undefined) return undefined;
    try {
      const grammar = await this.#llama.createGrammar({ grammar: wanted.source });
      return new LlamaGrammarEvaluationState({ model: this.#model, grammar });
    } catch {
      throw invalidRequest('This model cannot follow the JSON schema.', wanted.param);
    }
  }

  /** Opened by the first request: many installations never compute an embedding. */
  #openEmbeddingContext(): Promise<LlamaEmbeddingContext> {
    this.#embeddingContext ??= this.#model.createEmbeddingContext({
      contextSize: this.contextTokens + 1,
      batchSize: this.contextTokens + 1,
      threads: this.#threads,
    });
    return this.#embeddingContext;
  }

  #withBeginning(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    if (bos === null || tokens[0] === bos) return tokens;
    // A model must read something before it can write.
    return shouldPrependBosToken || tokens.length === 0 ? [bos, ...tokens] : tokens;
  }

  #checkTokens(numbers: number[]): Token[] {
    if (numbers.some((number) => number >= this.vocabularySize)) {
      throw invalidRequest('A token number lies outside the vocabulary.');
    }
    return asTokens(numbers);
  }
}

/** Guarantee: the caller has checked the numbers against the vocabulary. */
function asTokens(numbers: number[]): Token[] {
  return numbers as Token[];
}
