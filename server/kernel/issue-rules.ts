/**
 * The rule an input breaks, as a stable code with its limit, so that a client can say it in its own words. The English
 * message beside it is for programmers.
 */
export const issueRules = [
  'missing',
  'wrong_type',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'too_few',
  'too_many',
  'wrong_format',
  'not_a_choice',
  'unknown_field',
  'not_a_multiple',
  'mixed_scripts',
  'like_a_phone',
  'reserved',
  'special_address',
  'own_service',
  'private_address',
  'not_accepted',
] as const;
export type IssueRule = (typeof issueRules)[number];

export interface BrokenRule {
  readonly rule: IssueRule;
  readonly limit?: number;
}

/** Reads the code and the parameters of a zod issue about a value that is there or is not. */
export function brokenRule(
  code: string,
  params: Readonly<Record<string, unknown>>,
  isGiven: boolean,
): BrokenRule {
  if (!isGiven && code !== 'unrecognized_keys') return { rule: 'missing' };
  switch (code) {
    case 'too_small':
      return withLimit(bySize(params, 'too_short', 'too_few', 'too_small'), params['minimum']);
    case 'too_big':
      return withLimit(bySize(params, 'too_long', 'too_many', 'too_large'), params['maximum']);
    case 'invalid_type':
      return { rule: 'wrong_type' };
    case 'invalid_format':
      return { rule: 'wrong_format' };
    case 'invalid_value':
    case 'invalid_union':
      return { rule: 'not_a_choice' };
    case 'unrecognized_keys':
      return { rule: 'unknown_field' };
    case 'not_multiple_of':
      return { rule: 'not_a_multiple' };
    default:
      return { rule: namedRule(params['params']) ?? 'not_accepted' };
  }
}

/** A rule of our own says which one it is: `addIssue({ code: 'custom', params: { rule } })`. */
function namedRule(params: unknown): IssueRule | undefined {
  if (typeof params !== 'object' || params === null || !('rule' in params)) return undefined;
  return issueRules.find((rule) => rule === params.rule);
}

function bySize(
  { origin }: Readonly<Record<string, unknown>>,
  ofText: IssueRule,
  ofList: IssueRule,
  ofNumber: IssueRule,
): IssueRule {
  if (origin === 'string') return ofText;
  return origin === 'array' || origin === 'set' || origin === 'map' ? ofList : ofNumber;
}

function withLimit(rule: IssueRule, limit: unknown): BrokenRule {
  return typeof limit === 'number' || typeof limit === 'bigint' ? { rule, limit: Number(limit) } : { rule };
}
