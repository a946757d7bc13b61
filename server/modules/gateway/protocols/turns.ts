import type { Turn } from './conversation.ts';

/** Adds what one of the two says; what the same one says at once is one turn. Instructions stand alone. */
export function addTurn(turns: Turn[], turn: Turn): void {
  const last = turns.at(-1);
  if (last?.role === 'user' && turn.role === 'user')
    turns[turns.length - 1] = { role: 'user', parts: [...last.parts, ...turn.parts] };
  else if (last?.role === 'assistant' && turn.role === 'assistant')
    turns[turns.length - 1] = { role: 'assistant', parts: [...last.parts, ...turn.parts] };
  else turns.push(turn);
}
