import type { RequestFacts } from './read-request.ts';
import { allInputTokens, allOutputTokens, textUsage, type TokenUsage } from './usage.ts';

/** What a request will probably use, before it is sent. */
export interface Estimate {
  readonly inputTokens: number;
  /** Of all its choices together: as long as the client allows, or as answers are. */
  readonly outputTokens: number;
  /** Of answers as they usually are, where the client allows them to be that long. */
  readonly usualOutputTokens: number;
}

/** What recent answers of each model were like: how long, and how many bytes a token has. */
export interface TokenStatistics {
  estimate(facts: RequestFacts, contextTokens: number): Estimate;
  /** Learns from a request whose usage the upstream reported. */
  learn(facts: RequestFacts, usage: TokenUsage): void;
}

interface ModelStatistics {
  bytesPerToken: number;
  /** Lengths of the latest answers, per choice. */
  readonly answers: number[];
  nextAnswer: number;
  usualAnswerTokens: number;
}

/**
 * Between English prose (4) and code or Chinese (2.7): three is off by a third at most. Charges without a report keep to
 * it.
 */
const firstBytesPerToken = 3;
/** Sensible bounds for what is learned: a batch of images or an empty answer must not turn the estimate around. */
const bytesPerTokenBounds = { min: 1, max: 12 };
const learningRate = 0.1;
/** Asking for a little too much costs nothing: what is not used is free again at once. */
const inputMargin = 1.15;
/** Tokens of the template around messages, in any model. */
const templateTokens = 32;
const firstAnswerTokens = 1024;
const keptAnswers = 64;

/**
 * Tokens of a text of which only the size is known, where a charge depends on it: a rule that is the same for everyone,
 * not what others' requests were like.
 */
export function tokensOfText(textBytes: number): number {
  return Math.ceil(textBytes / firstBytesPerToken);
}

/** Tokens of a request by the same rule. */
export function inputTokensOf({
  inputBytes,
  mediaTokens,
}: Pick<RequestFacts, 'inputBytes' | 'mediaTokens'>): number {
  return tokensOfText(inputBytes) + mediaTokens;
}

/** What is booked for an answer with so many bytes of text when its upstream has not counted. */
export function estimateFor(
  facts: Pick<RequestFacts, 'inputBytes' | 'mediaTokens'>,
): (textBytes: number) => TokenUsage {
  return (textBytes) => textUsage(inputTokensOf(facts), tokensOfText(textBytes));
}

/** The size of a text that counts so many tokens. */
export function textBytesFor(tokens: number): number {
  return tokens * firstBytesPerToken;
}

export function createTokenStatistics(): TokenStatistics {
  const statisticsByModel = new Map<string, ModelStatistics>();

  function of(modelId: string): ModelStatistics {
    const existing = statisticsByModel.get(modelId);
    if (existing !== undefined) return existing;
    const statistics = {
      bytesPerToken: firstBytesPerToken,
      answers: [],
      nextAnswer: 0,
      usualAnswerTokens: firstAnswerTokens,
    };
    statisticsByModel.set(modelId, statistics);
    return statistics;
  }

  return {
    estimate(facts, contextTokens) {
      const { bytesPerToken, usualAnswerTokens } = of(facts.modelId);
      const inputTokens =
        Math.ceil((facts.inputBytes / bytesPerToken) * inputMargin) + templateTokens + facts.mediaTokens;
      const answerTokens = Math.min(facts.maxOutputTokens ?? usualAnswerTokens, contextTokens);
      // What writes nothing reads each of its texts separately; everything else has one context for everything.
      const isBatch = facts.choices !== 1;
      return {
        inputTokens: isBatch ? inputTokens : Math.min(inputTokens, contextTokens),
        outputTokens: facts.work?.outputTokens ?? answerTokens * facts.choices,
        usualOutputTokens:
          facts.work?.outputTokens ?? Math.min(answerTokens, usualAnswerTokens) * facts.choices,
      };
    },
    learn(facts, usage) {
      if (facts.work !== null) return;
      const statistics = of(facts.modelId);
      // Short prompts are mostly template; learning from them would make long ones look longer than they are.
      const inputTokens = allInputTokens(usage);
      if (inputTokens > 2 * templateTokens && facts.mediaTokens === 0) {
        statistics.bytesPerToken = towards(statistics.bytesPerToken, facts.inputBytes / inputTokens);
      }
      if (facts.choices === 0 || facts.maxOutputTokens !== null) return;
      statistics.answers[statistics.nextAnswer] = Math.ceil(allOutputTokens(usage) / facts.choices);
      statistics.nextAnswer = (statistics.nextAnswer + 1) % keptAnswers;
      if (statistics.nextAnswer % 8 === 0) statistics.usualAnswerTokens = longAnswer(statistics.answers);
    },
  };
}

function towards(old: number, seen: number): number {
  const { min, max } = bytesPerTokenBounds;
  return old + learningRate * (Math.min(max, Math.max(min, seen)) - old);
}

/** The 95th percentile of the latest answers, and a bit for the one that is longer. */
function longAnswer(answers: readonly number[]): number {
  const sorted = answers.toSorted((a, b) => a - b);
  return Math.max(64, Math.ceil((sorted[Math.floor(sorted.length * 0.95)] ?? firstAnswerTokens) * 1.25));
}
