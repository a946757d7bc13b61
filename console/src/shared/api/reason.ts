import { useSyncExternalStore } from 'react';

/** Why staff looks at data of persons: said once, kept in this tab, sent with every request. */
const place = 'candor.reason';
export const reasonLength = { min: 10, max: 200 };
const fewestDifferentLetters = 5;

/** The rule of the server, so that a reason it would refuse is refused beside its field. */
export function isReason(text: string): boolean {
  const length = [...text].length;
  if (length < reasonLength.min || length > reasonLength.max) return false;
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]/gu)).size >= fewestDifferentLetters;
}

let listeners: readonly (() => void)[] = [];

export function readReason(): string {
  return sessionStorage.getItem(place) ?? '';
}

export function keepReason(text: string): void {
  if (text === '') sessionStorage.removeItem(place);
  else sessionStorage.setItem(place, text);
  for (const listener of listeners) listener();
}

export function useReason(): string {
  return useSyncExternalStore((listener) => {
    listeners = [...listeners, listener];
    return () => {
      listeners = listeners.filter((other) => other !== listener);
    };
  }, readReason);
}
