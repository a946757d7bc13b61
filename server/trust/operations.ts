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
  readonly $ref?: string;
  readonly pattern?: string;
}

export interface Operation {
  readonly method: HTTPMethods;
  /** Template like `/api/wallet/top-ups/{topUpId}`. */
  readonly path: string;
  readonly pathParameters: readonly string[];
  readonly queryParameters: readonly string[];
  readonly bodySchema: JsonSchema | null;
  readonly tags: readonly string[];
}

interface Document {
  readonly paths?: Record<string, Record<string, RawOperation>>;
  readonly components?: { readonly schemas?: Record<string, JsonSchema> };
}
interface RawOperation {
  readonly parameters?: { name: string; in: string }[];
  readonly requestBody?: { content?: Record<string, { schema?: JsonSchema }> };
  readonly tags?: string[];
}

/** Every documented operation of the API: tests over this list include routes that do not exist yet. */
export function operationsOf(app: FastifyInstance): Operation[] {
  const document = app.swagger() as Document;
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: asMethod(method),
      path,
      pathParameters: namesIn(operation, 'path'),
      queryParameters: namesIn(operation, 'query'),
      bodySchema: Object.values(operation.requestBody?.content ?? {})[0]?.schema ?? null,
      tags: operation.tags ?? [],
    })),
  );
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
