/** What a genuine document says; its shape is checked where it is read, as another release may say it differently. */
export type Payload = Readonly<Record<string, unknown>>;

export function textIn(payload: Payload, name: string): string | undefined {
  const value = payload[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(payload: Payload, name: string): number | undefined {
  const value = payload[name];
  return typeof value === 'number' ? value : undefined;
}

export function objectIn(payload: Payload, name: string): Payload | undefined {
  const value = payload[name];
  return isPayload(value) ? value : undefined;
}

export function objectsIn(payload: Payload, name: string): Payload[] {
  const value: unknown = payload[name];
  return Array.isArray(value) ? value.filter(isPayload) : [];
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An instant of the payload, undefined when the text is none. */
export function instantIn(payload: Payload, name: string): string | undefined {
  const text = textIn(payload, name);
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text;
}
