import { expect, onTestFinished } from 'vitest';
import { anOperator } from '../../testing/factories.ts';
import { sendJson } from '../../testing/fake-upstream.ts';
import { test } from '../../testing/test.ts';
import { startModelServer } from './model-server.fixture.ts';
import type { UpstreamTrial } from './upstream-trial.ts';

const url = '/api/gateway/upstreams/test';

test('a model is tried as what its name says it is, and as what names conceal when its server refuses that', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const server = await startModelServer({
    answer(path, { model }, response) {
      const kinds: Record<string, string> = {
        'bge-reranker-v2-m3': '/v1/rerank',
        'orders-things': '/v1/rerank',
        'omni-moderation-latest': '/v1/moderations',
        'bge-m3': '/v1/embeddings',
      };
      if (kinds[String(model)] === path) sendJson(response, 200, { results: [] });
      else sendJson(response, 400, { error: { message: 'not this', code: 'unsupported' } });
    },
  });
  onTestFinished(() => server.close());
  const { baseUrl, seen } = server;
  const tried = async (upstreamModel: string) => {
    const before = seen.length;
    const { call } = (await operator.call('POST', url, { baseUrl, upstreamModel })).json<UpstreamTrial>();
    const paths = seen
      .slice(before)
      .flatMap(({ line, text }) => (text.includes(upstreamModel) ? [line] : []));
    return [call?.kind, call?.failure, paths.length];
  };
  expect(await tried('bge-reranker-v2-m3')).toEqual(['rerank', null, 1]);
  expect(await tried('orders-things')).toEqual(['rerank', null, 3]);
  expect(await tried('omni-moderation-latest')).toEqual(['moderation', null, 1]);
  expect(await tried('bge-m3')).toEqual(['embedding', null, 1]);
});
