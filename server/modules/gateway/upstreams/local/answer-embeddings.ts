import type { AnswerContext } from './answer-generation.ts';
import type { EmbeddingInput } from './llama-engine.ts';
import { contextLengthExceeded, invalidRequest } from './openai-errors.ts';
import { inputsOf, type EmbeddingRequest } from './openai-requests.ts';
import { sendJson } from './reply.ts';

/** Answers with one vector per input. */
export async function answerEmbeddings(context: AnswerContext, request: EmbeddingRequest): Promise<void> {
  const { engine, signal } = context;
  if (request.dimensions && request.dimensions !== engine.embeddingDimensions) {
    throw invalidRequest(
      `This model's embeddings have ${engine.embeddingDimensions} dimensions.`,
      'dimensions',
    );
  }
  const inputs: EmbeddingInput[] = [];
  for (const item of inputsOf(request.input)) {
    const input = await engine.readEmbeddingInput(item);
    if (input.tokens.length === 0) throw invalidRequest('An input must not be empty.', 'input');
    if (input.tokenCount > engine.contextTokens) {
      throw contextLengthExceeded(engine.contextTokens, input.tokenCount, 'input');
    }
    inputs.push(input);
  }

  const data: object[] = [];
  for (const [index, { tokens }] of inputs.entries()) {
    const vector = await engine.embed(tokens, signal);
    const embedding = request.encoding_format === 'base64' ? encodeBase64(vector) : vector;
    data.push({ object: 'embedding', index, embedding });
  }
  const tokenCount = inputs.reduce((sum, input) => sum + input.tokenCount, 0);
  sendJson(context.response, 200, {
    object: 'list',
    data,
    model: context.modelId,
    usage: { prompt_tokens: tokenCount, total_tokens: tokenCount },
  });
}

function encodeBase64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
