import { z } from 'zod';
import { invalidRequest, OpenAiError } from './openai-errors.ts';

// A schema comes from a stranger, and a grammar grows with it.
const maxSchemaNodes = 500;
const maxRepetitions = 1000;

const schemaParser = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.unknown()).min(1).optional(),
  oneOf: z.array(z.unknown()).min(1).optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  minItems: z.int().min(0).max(maxRepetitions).optional(),
  maxItems: z.int().min(0).max(maxRepetitions).optional(),
  minLength: z.int().min(0).max(maxRepetitions).optional(),
  maxLength: z.int().min(0).optional(),
});
type Schema = z.infer<typeof schemaParser>;

// Keywords that change what is valid in ways a grammar cannot follow; saying so beats a wrong answer.
const unsupportedKeywords = [
  'allOf',
  'not',
  'if',
  'pattern',
  'patternProperties',
  'prefixItems',
  'dependentSchemas',
];

const sharedRules = [
  String.raw`any ::= string | number | boolean | null | any-object | any-array`,
  String.raw`any-object ::= "{" ws ( string ":" ws any ( "," ws string ":" ws any )* )? "}"`,
  String.raw`any-array ::= "[" ws ( any ( "," ws any )* )? "]"`,
  String.raw`string ::= "\"" char* "\""`,
  String.raw`char ::= [^"\\\x7F\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] )`,
  String.raw`integer ::= "-"? ( "0" | [1-9] [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? [0-9]? )`,
  String.raw`number ::= integer ( "." [0-9]+ )? ( [eE] [-+]? [0-9] [0-9]? )?`,
  String.raw`boolean ::= "true" | "false"`,
  String.raw`null ::= "null"`,
  // One space at most: a small model would otherwise spend its answer on white space.
  String.raw`ws ::= " "?`,
];

/** A grammar that admits any JSON object. */
export const jsonObjectGrammar = ['root ::= any-object', ...sharedRules].join('\n');

/** Writes a JSON schema as a grammar for llama.cpp; refuses what it cannot express. */
export function jsonSchemaGrammar(schema: unknown): string {
  const writer = new GrammarWriter(schema);
  return ['root ::= ' + writer.write(schema), ...writer.rules, ...sharedRules].join('\n');
}

/**
 * A grammar that admits a call of one of the functions, spelled `{"name":"…","arguments":{…}}`, and words where the model
 * may talk: they do not begin with a brace, so that the first character tells which it is.
 */
export function toolCallGrammar(
  tools: readonly { readonly name: string; readonly parameters?: unknown }[],
  mayTalk: boolean,
): string {
  const rules: string[] = [];
  const calls = tools.map(({ name, parameters }, index) => {
    const schema = parameters ?? { type: 'object' };
    const writer = new GrammarWriter(schema, `tool-${index}-`);
    try {
      const args = writer.write(schema);
      rules.push(...writer.rules);
      return `${terminal(`{"name":${JSON.stringify(name)},"arguments":`)} ${args} "}"`;
    } catch (error) {
      if (error instanceof OpenAiError) throw invalidRequest(error.message, 'tools');
      throw error;
    }
  });
  const words = mayTalk ? [String.raw`( [^{] [^\x00]* )?`] : [];
  return [`root ::= ${alternatives([...calls, ...words])}`, ...rules, ...sharedRules].join('\n');
}

class GrammarWriter {
  readonly rules: string[] = [];
  readonly #root: unknown;
  readonly #ruleByRef = new Map<string, string>();
  #nodeCount = 0;

  readonly #prefix: string;

  /** @param prefix of the names of its rules, where several stand in one grammar. */
  constructor(root: unknown, prefix = '') {
    this.#root = root;
    this.#prefix = prefix;
  }

  write(node: unknown): string {
    this.#nodeCount += 1;
    if (this.#nodeCount > maxSchemaNodes) throw refused(`more than ${maxSchemaNodes} parts`);
    if (node === true) return 'any';
    const schema = parseSchema(node);
    if (schema.$ref !== undefined) return this.#writeRef(schema.$ref);
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return alternatives(schema.enum.map(literal));
    const options = schema.anyOf ?? schema.oneOf;
    if (options) return alternatives(options.map((option) => this.write(option)));
    if (Array.isArray(schema.type)) {
      return alternatives(schema.type.map((type) => this.#writeType(type, schema)));
    }
    return this.#writeType(schema.type ?? impliedType(schema), schema);
  }

  #writeType(type: string, schema: Schema): string {
    switch (type) {
      case 'object':
        return this.#writeObject(schema);
      case 'array':
        return this.#writeArray(schema);
      case 'string':
        return writeString(schema);
      case 'number':
      case 'integer':
      case 'boolean':
      case 'null':
      case 'any':
        return type;
      default:
        throw refused(`the type '${type.slice(0, 40)}'`);
    }
  }

  #writeObject(schema: Schema): string {
    const entries = Object.entries(schema.properties ?? {});
    if (entries.length === 0) return this.#writeMap(schema.additionalProperties);
    const isRequired = (name: string) => schema.required?.includes(name) ?? false;
    const pairs = entries.map(([name, value]) => ({
      rule: this.#addRule(`${literal(name)} ":" ws ${this.write(value)}`),
      isRequired: isRequired(name),
    }));
    // A comma stands between pairs only, so the rule branches on which pair comes first.
    let following = '';
    const starts: string[] = [];
    for (const pair of pairs.toReversed()) {
      if (pair.isRequired) starts.length = 0;
      starts.unshift(`${pair.rule}${following}`);
      const next = `"," ws ${pair.rule}`;
      following = ` ${this.#addRule((pair.isRequired ? next : `( ${next} )?`) + following)}`;
    }
    const body = alternatives(starts);
    return `"{" ws ${pairs.some((pair) => pair.isRequired) ? body : `${body}?`} "}"`;
  }

  #writeMap(additional: unknown): string {
    if (additional === false) return '"{" ws "}"';
    if (additional === undefined || additional === true) return 'any-object';
    const pair = this.#addRule(`string ":" ws ${this.write(additional)}`);
    return `"{" ws ( ${pair} ( "," ws ${pair} )* )? "}"`;
  }

  #writeArray(schema: Schema): string {
    const minimum = schema.minItems ?? 0;
    const maximum = schema.maxItems;
    if (maximum !== undefined && maximum < minimum) throw refused('maxItems below minItems');
    if (maximum === 0) return '"[" ws "]"';
    const item = this.#addRule(this.write(schema.items ?? true));
    const more = `( "," ws ${item} )${repetition(Math.max(0, minimum - 1), maximum === undefined ? undefined : maximum - 1)}`;
    return minimum === 0 ? `"[" ws ( ${item} ${more} )? "]"` : `"[" ws ${item} ${more} "]"`;
  }

  #writeRef(ref: string): string {
    const known = this.#ruleByRef.get(ref);
    if (known !== undefined) return known;
    const name = `${this.#prefix}ref-${this.#ruleByRef.size}`;
    // Named before it is written, so that a schema may refer to itself.
    this.#ruleByRef.set(ref, name);
    this.rules.push(`${name} ::= ${this.write(this.#resolve(ref))}`);
    return name;
  }

  #resolve(ref: string): unknown {
    if (ref !== '#' && !ref.startsWith('#/')) throw refused('a $ref to somewhere else');
    let node = this.#root;
    for (const step of ref.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const isHolder = typeof node === 'object' && node !== null && Object.hasOwn(node, key);
      if (!isHolder) throw refused('a $ref that points to nothing');
      node = z.record(z.string(), z.unknown()).parse(node)[key];
    }
    return node;
  }

  #addRule(definition: string): string {
    const name = `${this.#prefix}part-${this.rules.length}`;
    this.rules.push(`${name} ::= ${definition}`);
    return name;
  }
}

function parseSchema(node: unknown): Schema {
  const parsed = schemaParser.safeParse(node);
  if (!parsed.success) throw refused('malformed parts');
  const keyword = unsupportedKeywords.find((name) => name in parsed.data);
  if (keyword !== undefined) throw refused(`'${keyword}'`);
  return parsed.data;
}

function impliedType(schema: Schema): string {
  if (schema.properties) return 'object';
  return schema.items === undefined ? 'any' : 'array';
}

function writeString(schema: Schema): string {
  const minimum = schema.minLength ?? 0;
  const maximum = schema.maxLength;
  if (minimum === 0 && maximum === undefined) return 'string';
  if (maximum !== undefined && maximum < minimum) throw refused('maxLength below minLength');
  // A bound longer than any answer is no bound.
  return String.raw`"\"" char${repetition(minimum, maximum !== undefined && maximum > maxRepetitions ? undefined : maximum)} "\""`;
}

function repetition(minimum: number, maximum: number | undefined): string {
  return `{${minimum},${maximum ?? ''}}`;
}

function alternatives(options: string[]): string {
  return `( ${options.join(' | ')} )`;
}

/** The exact JSON text of a value, as a grammar string. */
function literal(value: unknown): string {
  // JSON leaves control characters escaped, so only what is special to the grammar remains.
  return terminal(stringify(value));
}

function terminal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // The stack is exhausted before the body limit is.
    throw refused('values nested so deeply');
  }
}

function refused(what: string) {
  return invalidRequest(`This model does not support JSON schemas with ${what}.`, 'response_format');
}
