import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef } from 'react';
import { asProblem } from '../../../shared/api/problem.ts';
import { streamChat } from './chat-stream.ts';
import { messagesOf, nextTurns, type ConversationEvent, type Turn } from './conversation.ts';

export interface ChatSettings {
  modelId: string;
  systemPrompt: string;
  temperature: number;
  /** 0 leaves the length to the model. */
  maxTokens: number;
}

const noTurns: Turn[] = [];

/** The conversation of this tab and what can be done with it. Leaving the page stops a running answer. */
export function useConversation(settings: ChatSettings) {
  const queryClient = useQueryClient();
  const [turns, dispatch] = useReducer(nextTurns, noTurns);
  const running = useRef<AbortController | undefined>(undefined);
  const isStreaming = turns.some((turn) => turn.kind === 'answer' && turn.state === 'streaming');

  useEffect(() => () => running.current?.abort(), []);

  async function run(event: ConversationEvent & { kind: 'asked' | 'retried' }) {
    const controller = new AbortController();
    running.current = controller;
    const startedAt = performance.now();
    const messages = messagesOf(nextTurns(turns, event), settings.systemPrompt);
    dispatch(event);
    try {
      const usage = await streamChat(
        {
          model: settings.modelId,
          messages,
          temperature: settings.temperature,
          max_tokens: settings.maxTokens === 0 ? undefined : settings.maxTokens,
        },
        controller.signal,
        (text) => dispatch({ kind: 'text', text }),
      );
      dispatch({ kind: 'ended', state: 'done', usage, durationMs: performance.now() - startedAt });
    } catch (error) {
      const durationMs = performance.now() - startedAt;
      if (controller.signal.aborted) dispatch({ kind: 'ended', state: 'stopped', durationMs });
      else dispatch({ kind: 'failed', problem: asProblem(error), durationMs });
    }
    void queryClient.invalidateQueries({ queryKey: ['wallet', 'balance'] });
    void queryClient.invalidateQueries({ queryKey: ['billing', 'usage'] });
  }

  return {
    turns,
    isStreaming,
    ask: (text: string) => void run({ kind: 'asked', text, modelId: settings.modelId }),
    regenerate: () => void run({ kind: 'retried', modelId: settings.modelId }),
    stop: () => running.current?.abort(),
    clear: () => {
      running.current?.abort();
      dispatch({ kind: 'cleared' });
    },
  };
}
