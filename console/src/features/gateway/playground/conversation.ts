import type { ApiProblem } from '../../../shared/api/problem.ts';
import type { ChatTurn, TokenUsage } from './chat-stream.ts';

export interface Question {
  kind: 'question';
  id: number;
  text: string;
}

export interface Answer {
  kind: 'answer';
  id: number;
  modelId: string;
  text: string;
  state: 'streaming' | 'done' | 'stopped' | 'failed';
  usage?: TokenUsage;
  durationMs?: number;
  problem?: ApiProblem;
}

export type Turn = Question | Answer;

export type ConversationEvent =
  | { kind: 'asked'; text: string; modelId: string }
  | { kind: 'retried'; modelId: string }
  | { kind: 'text'; text: string }
  | { kind: 'ended'; state: 'done' | 'stopped'; usage?: TokenUsage; durationMs: number }
  | { kind: 'failed'; problem: ApiProblem; durationMs: number }
  | { kind: 'cleared' };

function nextId(turns: readonly Turn[]): number {
  return (turns.at(-1)?.id ?? 0) + 1;
}

function pending(id: number, modelId: string): Answer {
  return { kind: 'answer', id, modelId, text: '', state: 'streaming' };
}

function changeLastAnswer(turns: readonly Turn[], change: (answer: Answer) => Answer): Turn[] {
  const last = turns.at(-1);
  if (last?.kind !== 'answer') return [...turns];
  return [...turns.slice(0, -1), change(last)];
}

/** What the playground shows, as a pure function of what happened. It lives in this tab only. */
export function nextTurns(turns: readonly Turn[], event: ConversationEvent): Turn[] {
  switch (event.kind) {
    case 'asked': {
      const id = nextId(turns);
      return [...turns, { kind: 'question', id, text: event.text }, pending(id + 1, event.modelId)];
    }
    case 'retried':
      return changeLastAnswer(turns, (answer) => pending(answer.id, event.modelId));
    case 'text':
      return changeLastAnswer(turns, (answer) => ({ ...answer, text: answer.text + event.text }));
    case 'ended':
      return changeLastAnswer(turns, (answer) => ({
        ...answer,
        state: event.state,
        usage: event.usage,
        durationMs: event.durationMs,
      }));
    case 'failed':
      return changeLastAnswer(turns, (answer) => ({
        ...answer,
        state: 'failed',
        problem: event.problem,
        durationMs: event.durationMs,
      }));
    case 'cleared':
      return [];
  }
}

/** The messages to send: the system prompt, then the turns up to the last question; failed answers are left out. */
export function messagesOf(turns: readonly Turn[], systemPrompt: string): ChatTurn[] {
  const lastQuestion = turns.findLastIndex((turn) => turn.kind === 'question');
  const said = turns.slice(0, lastQuestion + 1).flatMap((turn): ChatTurn[] => {
    if (turn.kind === 'question') return [{ role: 'user', content: turn.text }];
    return turn.text === '' ? [] : [{ role: 'assistant', content: turn.text }];
  });
  return systemPrompt.trim() === '' ? said : [{ role: 'system', content: systemPrompt.trim() }, ...said];
}
