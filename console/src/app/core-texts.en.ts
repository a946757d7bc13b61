import { commonEn } from '../shared/i18n/common.en.ts';
import { issuesEn } from '../shared/i18n/issues.en.ts';
import { problemsEn } from '../shared/i18n/problems.en.ts';

export const texts = { ...commonEn, issues: issuesEn, problems: problemsEn };
