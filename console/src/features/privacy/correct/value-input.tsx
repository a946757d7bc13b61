import { Select, TextInput } from '@mantine/core';
import { useMessages } from 'use-intl';

/** What a field must fulfil, as far as a form shows it; the server checks all of it. */
export interface ValueShape {
  options: string[] | undefined;
  maxLength: number | undefined;
  isOptional: boolean;
}

interface JsonSchema {
  type?: unknown;
  enum?: unknown;
  maxLength?: unknown;
  anyOf?: unknown;
}

/** Reads the JSON Schema of a value: a choice, a text with a length, and whether nothing is something. */
export function shapeOf(schema: JsonSchema | undefined): ValueShape {
  const anyOf: unknown[] = Array.isArray(schema?.anyOf) ? schema.anyOf : [schema];
  const variants = anyOf.filter(isSchema);
  const main = variants.find(({ type }) => type !== 'null') ?? {};
  return {
    options: Array.isArray(main.enum) ? main.enum.map(String) : undefined,
    maxLength: typeof main.maxLength === 'number' ? main.maxLength : undefined,
    isOptional: variants.some(({ type }) => type === 'null'),
  };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

interface ValueInputProps {
  label: string;
  shape: ValueShape;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** The input a shape asks for. */
export function ValueInput({ label, shape, value, error, onChange }: ValueInputProps) {
  const { correct } = useMessages();
  const names: Readonly<Record<string, string>> = correct.languages;
  if (shape.options !== undefined)
    return (
      <Select
        label={label}
        data={shape.options.map((option) => ({ value: option, label: names[option] ?? option }))}
        value={value}
        error={error}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  return (
    <TextInput
      label={label}
      value={value}
      error={error}
      maxLength={shape.maxLength}
      autoComplete="off"
      data-autofocus
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
