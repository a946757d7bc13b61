// Drives /v1/responses with the official openai package for Node, unchanged. Prints one line per promise kept.
import OpenAI from 'openai';

const [url = '', apiKey = '', poorKey = '', model = ''] = process.argv.slice(2);
const baseURL = `${url}/v1`;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

/**
 * @param {string} name
 * @param {boolean} isKept
 */
function promise(name, isKept) {
  if (!isKept) throw new Error(`broken: ${name}`);
  process.stdout.write(`kept: ${name}\n`);
}

/** @type {import('openai').OpenAI.Responses.ResponseInput} */
const question = [
  {
    role: 'user',
    content: [
      { type: 'input_text', text: 'What is this?' },
      { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
    ],
  },
];
/** @type {import('openai').OpenAI.Responses.FunctionTool[]} */
const tools = [
  {
    type: 'function',
    name: 'look',
    description: 'Looks at a place',
    parameters: { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] },
    strict: false,
  },
];
const request = {
  model,
  instructions: 'Be short',
  max_output_tokens: 4000,
  reasoning: { effort: /** @type {const} */ ('low') },
  tools,
  input: question,
};
/** @param {import('openai').OpenAI.Responses.ResponseUsage | undefined} usage */
const isCounted = (usage) =>
  usage?.input_tokens === 16 && usage.input_tokens_details.cached_tokens === 4 && usage.output_tokens === 5;

const whole = await client.responses.create({ model, input: 'Hello' });
promise('an answer has its text and its model', whole.output_text === 'It is a cat' && whole.model === model);
promise(
  'an answer has its usage, and is not stored',
  isCounted(whole.usage) && 'store' in whole && whole.store === false,
);

const first = await client.responses.create(request);
const kinds = first.output.map(({ type }) => type).join();
promise('reasoning comes before two calls', kinds === 'reasoning,function_call,function_call');

const outputs = first.output
  .filter((item) => item.type === 'function_call')
  .map((item) => ({
    type: /** @type {const} */ ('function_call_output'),
    call_id: item.call_id,
    output: `a cat at ${item.arguments}`,
  }));
const given = first.output.filter((item) => item.type === 'reasoning' || item.type === 'function_call');
const second = await client.responses.create({
  ...request,
  input: [...question, ...given, ...outputs],
});
promise('outputs of tools are answered', second.output_text === 'It is a cat');

const stream = client.responses.stream(request);
/** @type {string[]} */
const seen = [];
for await (const event of stream) seen.push(event.type);
const final = await stream.finalResponse();
promise(
  'a streamed response is put together as the whole one',
  final.output.map(({ type }) => type).join() === kinds,
);
promise(
  'its end and its usage are the last event',
  seen.at(-1) === 'response.completed' && isCounted(final.usage),
);

let text = '';
for await (const event of await client.responses.create({ model, input: 'Hello', stream: true }))
  if (event.type === 'response.output_text.delta') text += event.delta;
promise('a text comes in pieces', text === 'It is a cat');

/**
 * @template {Error} Kind
 * @param {new (...values: never[]) => Kind} type
 * @param {() => Promise<unknown>} call
 */
async function fails(type, call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error(`broken: expected ${type.name}`);
}
const ask =
  (changes = {}, by = client) =>
  () =>
    by.responses.create({ ...request, ...changes });
const stored = await fails(OpenAI.BadRequestError, ask({ store: true }));
promise('to store is refused by name', stored.param === 'store');
const former = await fails(OpenAI.BadRequestError, ask({ previous_response_id: 'resp_1' }));
promise('a former response is refused by name', former.param === 'previous_response_id');
await fails(OpenAI.NotFoundError, ask({ model: 'no-such' }));
promise('an unknown model is a NotFoundError', true);
const poor = await fails(
  OpenAI.RateLimitError,
  ask({}, new OpenAI({ baseURL, apiKey: poorKey, maxRetries: 0 })),
);
promise('no money is a RateLimitError with insufficient_quota', poor.code === 'insufficient_quota');
const refused = await fails(OpenAI.BadRequestError, ask({ input: 'make it fail' }));
promise(
  'what the model server refuses is a BadRequestError in its words',
  refused.message.includes('too many pictures'),
);

const priced = { ...request, usage: { include: true } };
const costs = [
  await client.responses.create(priced),
  await client.responses.stream(priced).finalResponse(),
].map(({ usage }) => (usage !== undefined && 'cost' in usage ? usage.cost : undefined));
promise(
  'a usage has its cost when it is asked for',
  costs.every((cost) => typeof cost === 'number' && cost > 0),
);
