import { installationZh } from './installation/messages.zh.ts';
import { officerZh } from './messages.zh.ts';

export const texts = {
  installation: installationZh,
  officer: officerZh,
};
