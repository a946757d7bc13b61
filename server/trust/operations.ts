import type { FastifyInstance, HTTPMethods } from 'fastify';

/** A JSON schema as far as these tests read it. */
export interface JsonSchema {
  readonly type?: string | string[];
  readonly properties?: Record<string, JsonSchema>;
  readonly required?: string[];
  readonly items?: JsonSchema;
  readonly enum?: unknown[];
  readonly const?: unknown;
  readonly anyOf?: JsonSchema[];
  readonly oneOf?: JsonSchema[];
  readonly allOf?: JsonSchema[];
  readonly $ref?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly additionalProperties?: JsonSchema | boolean;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly method: HTTPMethods;
  /** Template like `/api/wallet/top-ups/{topUpId}`. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly bodySchema: JsonSchema | null;
  readonly tags: readonly string[];
}

interface Document {
  readonly paths?: Record<string, Record<string, RawOperation>>;
  readonly components?: { readonly schemas?: Record<string, JsonSchema> };
}
interface RawOperation {
  readonly parameters?: Parameter[];
  readonly requestBody?: { content?: Record<string, { schema?: JsonSchema }> };
  readonly tags?: string[];
}

/** Every documented operation of the API: tests over this list include routes that do not exist yet. */
export function operationsOf(app: FastifyInstance): Operation[] {
  const document = app.swagger() as Document;
  const named = document.components?.schemas ?? {};
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: asMethod(method),
      path,
      pathParameters: namesIn(operation, 'path'),
      queryParameters: namesIn(operation, 'query'),
      parameters: (operation.parameters ?? []).map((parameter) => ({
        ...parameter,
        schema: resolved(parameter.schema, named),
      })),
      bodySchema: bodyOf(operation, named),
      tags: operation.tags ?? [],
    })),
  );
}

/** The module that an address belongs to. */
export function moduleOf(path: string): string {
  return path.startsWith('/v1/') ? 'gateway' : (path.split('/')[2] ?? '');
}

function bodyOf(operation: RawOperation, named: Record<string, JsonSchema>): JsonSchema | null {
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return schema === undefined ? null : resolved(schema, named);
}

/** The schema with what it refers to in place of the reference. */
function resolved<Part>(part: Part, named: Record<string, JsonSchema>): Part {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((item: unknown) => resolved(item, named)) as Part;
  if ('$ref' in part && typeof part.$ref === 'string') {
    const name = part.$ref.split('/').at(-1) ?? '';
    return resolved(named[name] ?? {}, named) as Part;
  }
  const entries = Object.entries(part).map(([key, inner]) => [key, resolved(inner as unknown, named)]);
  return Object.fromEntries(entries) as Part;
}

/** Guarantee: OpenAPI knows only the methods Fastify registered. */
function asMethod(method: string): HTTPMethods {
  return method.toUpperCase();
}

function namesIn(operation: RawOperation, place: string): string[] {
  return (operation.parameters ?? []).filter((parameter) => parameter.in === place).map(({ name }) => name);
}

/** The path with its parameters filled in. */
export function fillPath(path: string, valueOf: (name: string) => string): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name)));
}
