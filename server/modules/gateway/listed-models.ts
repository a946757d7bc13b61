import { type ModelKind, modelIdSchema } from '../catalog/index.ts';
import { parseJson } from './protocols/event-fields.ts';

/** A model that a server lists, with what it says of it. */
export interface ListedModel {
  readonly upstreamModel: string;
  readonly kind: ModelKind;
  /** Null where the server does not say. */
  readonly contextTokens: number | null;
}

const maxModels = 2000;

/** The models of a `/models` answer in any of the forms that servers use; null when it is none. */
export function listedModels(body: Buffer): ListedModel[] | null {
  const list = listIn(parseJson(body));
  if (list === null) return null;
  const models = new Map<string, ListedModel>();
  for (const entry of list.slice(0, maxModels)) {
    const fields = recordOf(entry);
    const id = modelIdSchema.safeParse(fields['id'] ?? fields['name']);
    if (!id.success) continue;
    models.set(id.data, {
      upstreamModel: id.data,
      kind: kindOf(fields, id.data),
      contextTokens: contextOf(fields),
    });
  }
  return [...models.values()].sort((a, b) => a.upstreamModel.localeCompare(b.upstreamModel, 'en'));
}

/** OpenAI and nearly all: `data`; Together: the list itself; some of those in front of Ollama: `models`. */
function listIn(value: unknown): readonly unknown[] | null {
  const { data, models } = recordOf(value);
  // Guarantee: a list of anything is a list of the unknown.
  return ([value, data, models].find((one) => Array.isArray(one)) as readonly unknown[] | undefined) ?? null;
}

/** At most servers only the name tells what a model does. */
function kindOf(fields: Record<string, unknown>, id: string): ModelKind {
  const said = [fields['type'], fields['task'], fields['model_type'], id].filter(
    (one) => typeof one === 'string',
  );
  return said.map(kindOfName).find((kind) => kind !== 'chat') ?? 'chat';
}

/** What a word for a model, or for what it does, says of its kind. */
export function kindOfName(name: string): ModelKind {
  return kindNames.find(([words]) => words.test(name))?.[1] ?? 'chat';
}
/** The first that fits counts: `bge-reranker` begins like an embedding. */
const kindNames: readonly (readonly [RegExp, ModelKind])[] = [
  [/re-?rank|text-classification/i, 'rerank'],
  [/moderation/i, 'moderation'],
  [/(^|[/_-])tts([/_-]|$)|text-to-speech|cosyvoice|kokoro|fish-speech/i, 'speech'],
  [/dall-e|gpt-image|stable-diffusion|text-to-image|qwen-image|cogview|seedream|kolors/i, 'image'],
  [/(^|[/_-])(flux|sdxl|sd3|imagen)([/_.\d-]|$)/i, 'image'],
  [/embed|feature-extraction|(^|[/_-])(bge|e5|gte|m3e)[_-]/i, 'embedding'],
];

/** vLLM, OpenRouter, Groq, Mistral and Anthropic each have a name of their own for it. */
const contextNames = [
  'max_model_len',
  'context_length',
  'context_window',
  'max_context_length',
  'max_input_tokens',
  'context_tokens',
];

function contextOf(fields: Record<string, unknown>): number | null {
  const said = contextNames.map((name) => fields[name]).find((value) => Number.isInteger(value));
  const tokens = Number(said);
  return tokens >= 16 && tokens <= 10_000_000 ? tokens : null;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
