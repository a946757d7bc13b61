import { limitsZh } from './limits/messages.zh.ts';
import { playgroundZh } from './playground/messages.zh.ts';
import { upstreamsZh } from './upstreams/messages.zh.ts';

export const texts = {
  limits: limitsZh,
  playground: playgroundZh,
  upstreams: upstreamsZh,
};
