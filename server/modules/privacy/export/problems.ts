import { problem } from '../../../kernel/problem.ts';

export const exportNotReady = problem(
  'privacy.export_not_ready',
  409,
  'The copy is still being prepared or is being downloaded',
);
export const exportGone = problem(
  'privacy.export_gone',
  410,
  'The copy was downloaded, deleted or has expired; ask for a new one',
);
