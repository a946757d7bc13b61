import { problem } from '../../kernel/problem.ts';

export const rangeTooLong = problem('billing.range_too_long', 400, 'The time range is too long');
