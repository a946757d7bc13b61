// Drives /v1/messages with Anthropic's official package for Node, unchanged. Prints one line per promise kept.
import { createRequire } from 'node:module';

const [environment = '', baseURL = '', apiKey = '', poorKey = '', model = ''] = process.argv.slice(2);
const { default: Anthropic } = createRequire(environment)('@anthropic-ai/sdk');
/** @typedef {{ type: string, id: string, input: { at: number }, signature?: string }} Block */

const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });
const byToken = new Anthropic({ baseURL, apiKey: null, authToken: apiKey, maxRetries: 0 });

/**
 * @param {string} name
 * @param {boolean} isKept
 */
function promise(name, isKept) {
  if (!isKept) throw new Error(`broken: ${name}`);
  process.stdout.write(`kept: ${name}\n`);
}

const tools = [
  {
    name: 'look',
    description: 'Looks at a place',
    input_schema: { type: 'object', properties: { at: { type: 'integer' } }, required: ['at'] },
  },
];
const picture = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
const question = {
  role: 'user',
  content: [
    { type: 'text', text: 'What is this?', cache_control: { type: 'ephemeral' } },
    { type: 'image', source: picture },
    { type: 'image', source: { type: 'url', url: 'https://pictures.example/cat.png' } },
  ],
};
const request = {
  model,
  max_tokens: 4000,
  system: 'Be short',
  thinking: { type: 'enabled', budget_tokens: 2000 },
  tools,
  messages: [question],
};
const usage = {
  input_tokens: 10,
  cache_read_input_tokens: 4,
  cache_creation_input_tokens: 2,
  output_tokens: 5,
};
/** @param {Record<string, unknown>} counted */
const isCounted = (counted) => Object.entries(usage).every(([name, tokens]) => counted[name] === tokens);

const whole = await client.messages.create({
  model,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
});
promise(
  'an answer has its text, its model and its usage',
  whole.content[0].text === 'It is a cat' && whole.model === model && isCounted(whole.usage),
);

const first = await client.messages.create(request);
/** @type {Block[]} */
const blocks = first.content;
promise(
  'thinking comes before two calls',
  blocks.map(({ type }) => type).join() === 'thinking,tool_use,tool_use' && first.stop_reason === 'tool_use',
);

const results = blocks
  .filter(({ type }) => type === 'tool_use')
  .map(({ id, input }) => ({
    type: 'tool_result',
    tool_use_id: id,
    content: `place ${input.at}: a cat`,
    is_error: input.at === 2,
  }));
const messages = [
  question,
  { role: 'assistant', content: first.content },
  { role: 'user', content: results },
];
const second = await client.messages.create({ ...request, messages });
promise(
  'results of tools are answered',
  second.content.at(-1).text === 'It is a cat' && second.stop_reason === 'end_turn',
);

/** @param {Block[]} content */
const shown = (content) => JSON.stringify(content.map((block) => ({ ...block, signature: undefined })));
const stream = client.messages.stream(request);
const pieces = [];
stream.on('inputJson', (/** @type {string} */ piece) => pieces.push(piece));
const streamed = await stream.finalMessage();
promise('a streamed message is put together as the whole one', shown(streamed.content) === shown(blocks));
promise(
  'its usage is known at the end',
  isCounted(streamed.usage) && streamed.stop_reason === 'tool_use' && streamed.model === model,
);
promise('what is given to tools comes in pieces', pieces.length > 0);

/** What an answer costs is no field of the package's types. @param {object} usage */
const costOf = (usage) => ('cost' in usage ? usage.cost : undefined);
const priced = { ...request, usage: { include: true } };
const costs = [costOf((await client.messages.create(priced)).usage)];
// The package leaves fields that it does not know out of the message it puts together; its events have them.
for await (const event of client.messages.stream(priced))
  if (event.type === 'message_delta') costs.push(costOf(event.usage));
promise(
  'a usage has its cost when it is asked for',
  costs.length === 2 &&
    costs.every((cost) => typeof cost === 'number' && cost > 0) &&
    costOf(streamed.usage) === undefined,
);

const text = await byToken.messages.stream({ ...request, tools: undefined, thinking: undefined }).finalText();
promise('the key is taken as a bearer token too', text === 'It is a cat');

const count = await client.messages.countTokens({ model, messages: [question] });
promise('tokens are counted', count.input_tokens > 0);

/**
 * @param {new (...values: never[]) => Error} type
 * @param {() => Promise<unknown>} call
 */
async function fails(type, call) {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof type)) throw error;
    /** @type {Error & { status?: number, requestID?: string, error?: { request_id: string, error: { type: string } } }} */
    const failure = error;
    return failure;
  }
  throw new Error(`broken: expected ${type.name}`);
}
/** @param {typeof client} client */
const ask =
  (client, changes = {}) =>
  () =>
    client.messages.create({ ...request, ...changes });
const wrong = await fails(
  Anthropic.AuthenticationError,
  ask(new Anthropic({ baseURL, apiKey: 'sk-wrong', maxRetries: 0 })),
);
promise(
  'a wrong key is an AuthenticationError',
  wrong.error?.error.type === 'authentication_error' && wrong.requestID === wrong.error?.request_id,
);
await fails(Anthropic.NotFoundError, ask(client, { model: 'no-such' }));
promise('an unknown model is a NotFoundError', true);
const poor = await fails(Anthropic.APIError, ask(new Anthropic({ baseURL, apiKey: poorKey, maxRetries: 2 })));
promise(
  'no money is a billing_error, which is not tried again',
  poor.status === 402 && poor.error?.error.type === 'billing_error',
);
const refused = await fails(
  Anthropic.BadRequestError,
  ask(client, { messages: [{ role: 'user', content: 'make it fail' }] }),
);
promise(
  'what the model server refuses is a BadRequestError in its words',
  refused.message.includes('too many pictures'),
);
