import { expect } from 'vitest';
import { test } from '../../../../testing/gateway.ts';
import { answerMessages, postMessages } from '../../../../testing/messages.ts';

// What a client of Messages asks, put to a server that speaks chat completions alone.

const plenty = 100_000_000n;

test('everything that both protocols can say is said in the other one', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const png = 'iVBORw0KGgo=';
  const answer = await postMessages(cloud, customer, {
    model: cloud.modelId,
    system: [
      { type: 'text', text: 'Be short', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind' },
    ],
    max_tokens: 500,
    temperature: 0.5,
    top_p: 0.9,
    stop_sequences: ['END'],
    metadata: { user_id: 'a person' },
    thinking: { type: 'enabled', budget_tokens: 5000 },
    tools: [{ name: 'look', description: 'Looks', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'I should look', signature: 'c2ln' },
          { type: 'text', text: 'Let me look' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
          { type: 'tool_use', id: 'toolu_2', name: 'look', input: { at: 2 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'a cat' },
          {
            type: 'tool_result',
            tool_use_id: 'toolu_2',
            content: [{ type: 'text', text: 'too dark' }],
            is_error: true,
          },
          { type: 'text', text: 'And now?' },
        ],
      },
      { role: 'system', content: 'Hurry' },
    ],
  });
  expect(answer.status).toBe(200);
  const [seen] = cloud.upstream.seen;
  expect(seen?.path).toBe('/v1/chat/completions');
  expect(seen?.headers).toMatchObject({ authorization: 'Bearer upstream-secret' });
  expect(seen?.headers).not.toHaveProperty('anthropic-version');
  expect(seen?.body).toEqual({
    model: 'vendor/model',
    max_tokens: 500,
    temperature: 0.5,
    top_p: 0.9,
    stop: ['END'],
    reasoning_effort: 'medium',
    tools: [
      {
        type: 'function',
        function: { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } },
      },
    ],
    tool_choice: 'required',
    parallel_tool_calls: false,
    messages: [
      { role: 'system', content: 'Be short\n\nBe kind' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
          { type: 'image_url', image_url: { url: 'https://pictures.example/a.png' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look',
        reasoning_content: 'I should look',
        reasoning_details: [{ type: 'reasoning.text', text: 'I should look', signature: 'c2ln', index: 0 }],
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } },
          { id: 'toolu_2', type: 'function', function: { name: 'look', arguments: '{"at":2}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'a cat' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'Error: too dark' },
      { role: 'user', content: 'And now?' },
      { role: 'system', content: 'Hurry' },
    ],
  });
});
const refused: readonly (readonly [object, string])[] = [
  [{ top_k: 5 }, 'top_k'],
  [{ container: 'c' }, 'container'],
  [{ mcp_servers: [] }, 'mcp_servers'],
  [{ thinking: { type: 'enabled', budget_tokens: 2000, display: 'omitted' } }, 'thinking.display'],
  [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools[0].type'],
  [{ tools: [{ name: 'x', input_schema: {}, input_examples: [] }] }, 'tools[0].input_examples'],
  [user({ type: 'document', source: { type: 'url', url: 'x' } }), 'messages[0].content[0].type'],
  [user({ type: 'text', text: 'x', citations: { enabled: true } }), 'messages[0].content[0].citations'],
  [user({ type: 'image', source: { type: 'file', file_id: 'x' } }), 'messages[0].content[0].source.type'],
  [
    user({
      type: 'tool_result',
      tool_use_id: 't',
      content: [{ type: 'image', source: { type: 'url', url: 'https://a.example' } }],
    }),
    'messages[0].content[0].content[0]',
  ],
  [{ messages: [...say('user'), ...say('assistant')] }, 'messages[1].role'],
  [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
  [{ messages: [{ role: 'user', content: 7 }] }, 'messages[0].content'],
];

function user(block: object) {
  return { messages: [{ role: 'user', content: [block] }] };
}
function say(role: string) {
  return [{ role, content: 'x' }];
}

test('what chat completions cannot say is refused by name, before money is held', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  for (const [fields, name] of refused) {
    const answer = await postMessages(cloud, customer, { model: cloud.modelId, ...fields });
    const body = (await answer.json()) as { error: { type: string; message: string } };
    expect([answer.status, body.error.type], name).toEqual([400, 'invalid_request_error']);
    expect(body.error.message, name).toContain(`'${name}'`);
  }
  const invented = await postMessages(cloud, customer, { model: cloud.modelId, zhangsan: 1 });
  expect(await invented.text()).not.toContain('zhangsan');
  expect(cloud.upstream.seen).toHaveLength(0);
  expect(await cloud.balance(customer)).toEqual({ posted: plenty, held: 0n });
});

test('a server that cannot be asked in the client’s words is passed over for one that can', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: cloud.upstream.baseUrl,
    protocols: ['messages'],
    models: [{ modelId: cloud.modelId, upstreamModel: 'other/model' }],
  });
  await cloud.untilHeard();
  cloud.upstream.script(answerMessages());
  for (let times = 0; times < 4; times += 1)
    expect((await postMessages(cloud, customer, { model: cloud.modelId, top_k: 5 })).status).toBe(200);
  expect(new Set(cloud.upstream.seen.map(({ path }) => path))).toEqual(new Set(['/v1/messages']));
});
