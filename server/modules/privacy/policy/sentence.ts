import type { Language, LocalisedText } from '@candor/privacy-engine';
import type { PolicySource } from './policy-facts.ts';

/**
 * Why a sentence may stand in the policy. `holds` is asked whenever a version is made; an operation must exist, and a
 * test of that name must exist and so pass: `policy-proofs.test.ts` refuses a sentence whose proof is not there.
 */
export type SentenceProof =
  | { readonly holds: (source: PolicySource) => boolean }
  | { readonly operations: readonly string[] }
  | { readonly tests: readonly string[] };

export interface Sentence {
  readonly id: string;
  readonly proof: SentenceProof;
  /** Where the sentence has nothing to say, it is left out. */
  readonly when?: (source: PolicySource) => boolean;
  readonly text: LocalisedText | ((source: PolicySource, language: Language) => string[]);
}

export interface SectionSentences {
  readonly key: string;
  readonly title: LocalisedText;
  readonly sentences: readonly Sentence[];
}

/** `Name: value`, with the colon of the language. */
export function labelled(name: string, value: string, language: Language): string {
  return language === 'zh' ? `${name}：${value}` : `${name}: ${value}`;
}
