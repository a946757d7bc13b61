import { commonZh } from '../shared/i18n/common.zh.ts';
import { issuesZh } from '../shared/i18n/issues.zh.ts';
import { problemsZh } from '../shared/i18n/problems.zh.ts';

export const texts = { ...commonZh, issues: issuesZh, problems: problemsZh };
