import type { RequestOptions } from '../../../shared/api/entities.ts';

type CaseType = RequestOptions['types'][number]['key'];

const pageByType = {
  access: '/privacy',
  copy: '/privacy/export',
  correct: '/privacy/correct',
  supplement: '/privacy/correct',
  delete: '/privacy/erase',
  'cancel-account': '/privacy/erase',
  restrict: '/privacy/restrict',
  object: '/privacy/restrict',
  withdraw: '/privacy/choices',
} as const satisfies Partial<Record<CaseType, string>>;

/** The page where a person does this at once, without asking; undefined when it needs an answer. */
export function pageFor(type: CaseType | null): (typeof pageByType)[keyof typeof pageByType] | undefined {
  return type !== null && type in pageByType ? pageByType[type as keyof typeof pageByType] : undefined;
}
