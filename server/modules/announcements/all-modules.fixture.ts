import { id, idOf } from '../../testing/list-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listNews } from './write-news.ts';

export const fixture = {
  lists: {
    '/api/announcements/news': {
      table: 'announcements.news',
      rows: { id, state: `'sent'` },
      queries: { all: listNews },
      idOf,
    },
  },
  addresses: { newsId: 'public' },
  rows: { 'announcements.news_sends': [{}] },
  withoutFiles: {
    '/api/announcements/news': 'texts',
  },
} as const satisfies ModuleFixture;
