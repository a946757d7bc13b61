import { peopleSections } from './people-sentences.ts';
import { processingSections } from './processing-sentences.ts';
import { recipientSections } from './recipient-sentences.ts';
import type { SectionSentences } from './sentence.ts';

/** The whole policy, in the order people read it. */
export const sections: readonly SectionSentences[] = [
  ...processingSections,
  ...recipientSections,
  ...peopleSections,
];
