import { useCallback } from 'react';
import { useMessages, useTranslations } from 'use-intl';
import type { ApiProblem, FieldIssue } from './api/problem.ts';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The text at a dotted code such as `wallet.insufficient_balance`, if this language has one. */
function findText(messages: unknown, code: string): string | undefined {
  let at = messages;
  for (const part of code.split('.')) at = isRecord(at) ? at[part] : undefined;
  return typeof at === 'string' ? at : undefined;
}

/** What to tell a person about a problem: by its code, else by its kind. */
export function useProblemText(): (problem: Pick<ApiProblem, 'code' | 'status' | 'fields'>) => string {
  const messages = useMessages();
  const t = useTranslations('problemKinds');
  return useCallback(
    (problem) => {
      const { rule } = problem.fields;
      const ruleText =
        typeof rule === 'string' ? findText(messages, `problems.${problem.code}_${rule}`) : undefined;
      const known = ruleText ?? findText(messages, `problems.${problem.code}`);
      if (known !== undefined) return known;
      if (problem.status === 0) return t('unreachable');
      if (problem.status === 400 || problem.status === 422) return t('invalid');
      if (problem.status === 401) return t('signedOut');
      if (problem.status === 402) return t('money');
      if (problem.status === 403) return t('forbidden');
      if (problem.status === 404) return t('missing');
      if (problem.status === 409) return t('conflict');
      if (problem.status === 413) return t('tooLarge');
      if (problem.status === 429) return t('tooMany');
      return t('bug');
    },
    [messages, t],
  );
}

/** What to tell a person about one field: by the rule it breaks, never in the words for programmers. */
export function useIssueText(): (issue: FieldIssue) => string {
  const messages = useMessages();
  const t = useTranslations('issues');
  return useCallback(
    ({ rule, limit }) => {
      const isKnown = (name: string | undefined): name is keyof typeof messages.issues =>
        name !== undefined && Object.hasOwn(messages.issues, name);
      return t(isKnown(rule) ? rule : 'not_accepted', { limit: limit ?? 0 });
    },
    [messages, t],
  );
}
