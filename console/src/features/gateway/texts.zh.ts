import { playgroundZh } from './playground/messages.zh.ts';
import { upstreamsZh } from './upstreams/messages.zh.ts';

export const texts = {
  playground: playgroundZh,
  upstreams: upstreamsZh,
};
