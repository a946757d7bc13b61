import { problem } from '../../../kernel/problem.ts';

export const exportNotReady = problem('privacy.export_not_ready', 409, 'The copy is still being prepared');
export const exportDelivering = problem(
  'privacy.export_delivering',
  409,
  'The copy is being downloaded at this moment',
);
export const exportGone = problem(
  'privacy.export_gone',
  410,
  'The copy was downloaded, deleted or has expired; ask for a new one',
);
