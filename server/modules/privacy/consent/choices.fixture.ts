// What the tests of consent share: how the console of a person asks and answers.
import { expect } from 'vitest';
import type { Person } from '../../../testing/factories.ts';

export interface Shown {
  readonly purpose: string;
  readonly state: string;
  readonly eventId: string | null;
  readonly mayAsk: boolean;
  readonly mayAskFrom: string | null;
  readonly notice: {
    readonly title: string;
    readonly hash: string;
    readonly sections: { key: string; text: string }[];
  };
  readonly shownToken: string;
}

export async function consents(person: Person, lang: 'zh' | 'en' = 'en'): Promise<Shown[]> {
  const answer = await person.call('GET', `/api/privacy/consents?lang=${lang}`);
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: Shown[] }>().items;
}

export async function marketing(person: Person): Promise<Shown> {
  const found = (await consents(person)).find(({ purpose }) => purpose === 'marketing');
  if (found === undefined) throw new Error('marketing is no optional purpose');
  return found;
}

export async function give(person: Person, shownToken: string, purpose = 'marketing') {
  return person.call('POST', `/api/privacy/consents/${purpose}/give`, { shownToken });
}
