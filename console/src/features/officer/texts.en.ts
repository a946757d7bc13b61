import type { texts as textsZh } from './texts.zh.ts';
import { installationEn } from './installation/messages.en.ts';
import { officerEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  installation: installationEn,
  officer: officerEn,
};
