import { expect } from 'vitest';
import { test } from '../../../../testing/gateway.ts';
import { postResponses } from '../../../../testing/responses.ts';

// A client of Responses in front of a server that speaks chat completions alone.

const plenty = 100_000_000n;
const user = (part: object) => ({ input: [{ role: 'user', content: [part] }] });
const refused: readonly (readonly [object, string])[] = [
  [{ tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  [{ tools: [{ type: 'custom', name: 'x' }] }, 'tools[0].type'],
  [{ truncation: 'auto' }, 'truncation'],
  [{ include: ['message.output_text.logprobs'] }, 'include[0]'],
  [{ text: { verbosity: 'low' } }, 'text.verbosity'],
  [{ text: { format: { type: 'json_object' } } }, 'text.format.type'],
  [{ top_logprobs: 2 }, 'top_logprobs'],
  [{ max_tool_calls: 2 }, 'max_tool_calls'],
  [{ service_tier: 'flex' }, 'service_tier'],
  [{ input: [{ type: 'item_reference', id: 'x' }] }, 'input[0].type'],
  [user({ type: 'input_file', file_id: 'x' }), 'input[0].content[0].type'],
  [user({ type: 'input_image', image_url: 'file:///x' }), 'input[0].content[0].image_url'],
  [
    {
      input: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: 'x' },
      ],
    },
    'input[1]',
  ],
  [
    {
      input: [
        { type: 'function_call', call_id: 'c', name: 'x', arguments: '[]' },
        { role: 'user', content: 'x' },
      ],
    },
    'input[0].arguments',
  ],
];

test('what chat completions cannot say is refused by name, before money is held', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  for (const [fields, param] of refused) {
    const answer = await postResponses(cloud, customer, { model: cloud.modelId, ...fields });
    expect([answer.status, await answer.json()], param).toMatchObject([
      400,
      { error: { type: 'invalid_request_error', param } },
    ]);
  }
  expect(cloud.upstream.seen).toHaveLength(0);
  expect(await cloud.balance(customer)).toEqual({ posted: plenty, held: 0n });
});
