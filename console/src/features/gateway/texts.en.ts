import type { texts as textsZh } from './texts.zh.ts';
import { limitsEn } from './limits/messages.en.ts';
import { playgroundEn } from './playground/messages.en.ts';
import { upstreamsEn } from './upstreams/messages.en.ts';

export const texts: typeof textsZh = {
  limits: limitsEn,
  playground: playgroundEn,
  upstreams: upstreamsEn,
};
