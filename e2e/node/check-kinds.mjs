// Drives the endpoints beside chat with the official openai package for Node, unchanged. Prints one line per promise kept.
import OpenAI from 'openai';

const [url = '', apiKey = '', poorKey = ''] = process.argv.slice(2);
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

/** @param {Promise<unknown>} work */
async function refusalOf(work) {
  try {
    await work;
  } catch (error) {
    if (error instanceof OpenAI.APIError) return error;
    throw error;
  }
  throw new Error('broken: nothing was refused');
}

/** @type {{ model: string, results: { index: number }[] }} */
const order = await client.post('/rerank', {
  body: { model: 'rerank', query: 'Which?', documents: ['a', 'b', 'c'], top_n: 2 },
});
promise(
  'documents come best first under the public name',
  order.model === 'rerank' && order.results.map(({ index }) => index).join() === '2,1',
);

const judged = await client.moderations.create({ model: 'moderation', input: 'Hello' });
promise(
  'a text is judged under the public name',
  judged.model === 'moderation' && judged.results[0]?.flagged === true,
);

const drawn = await client.images.generate({ model: 'image', prompt: 'A dot', n: 2 });
promise('pictures come as bytes', drawn.data?.length === 2 && drawn.data[0]?.b64_json !== undefined);

/** @type {string[]} */
const types = [];
const stream = await client.images.generate({
  model: 'image',
  prompt: 'A dot',
  stream: true,
  partial_images: 1,
});
for await (const event of stream) types.push(event.type);
promise(
  'a streamed picture has its preview and its end',
  types.join() === 'image_generation.partial_image,image_generation.completed',
);

const spoken = await client.audio.speech.create({ model: 'speech', voice: 'alloy', input: 'Hello' });
const sound = Buffer.from(await spoken.arrayBuffer());
promise('speech comes as sound', sound.length === 50_003 && sound.subarray(0, 3).toString() === 'ID3');

const poor = new OpenAI({ baseURL, apiKey: poorKey, maxRetries: 0 });
const unpaid = await refusalOf(poor.images.generate({ model: 'image', prompt: 'A dot' }));
promise(
  'an empty wallet draws nothing',
  unpaid instanceof OpenAI.RateLimitError && unpaid.code === 'insufficient_quota',
);

const refused = await refusalOf(client.images.generate({ model: 'image', prompt: 'make it fail' }));
promise(
  'what the model server refuses is a BadRequestError in its words',
  refused instanceof OpenAI.BadRequestError &&
    refused.param === 'prompt' &&
    refused.message.includes('too many'),
);

const elsewhere = await refusalOf(
  client.chat.completions.create({ model: 'image', messages: [{ role: 'user', content: 'Hi' }] }),
);
promise('a model is called at its own endpoint', elsewhere.code === 'wrong_endpoint');
