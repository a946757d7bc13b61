import type { texts as textsZh } from './texts.zh.ts';
import { playgroundEn } from './playground/messages.en.ts';
import { upstreamsEn } from './upstreams/messages.en.ts';

export const texts: typeof textsZh = {
  playground: playgroundEn,
  upstreams: upstreamsEn,
};
