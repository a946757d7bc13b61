import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import type { MyDataColumn } from '../../shared/api/entities.ts';
import { Instant } from '../../shared/ui/instant.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { StoredText } from '../../shared/ui/stored-text.tsx';
import classes from './privacy.module.css';

// ISO 8601, and PostgreSQL's own writing of the same: `2026-03-01 09:06:12.268+00`.
const instantPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:Z|\+00(?::?00)?)$/;
/** An identifier, a hash, an address of the interface, what a browser calls itself: read letter by letter. */
const machineText = /^(?:[a-z]+_[0-9a-z]{26}|[0-9a-f]{64}|\/\S*|\w+\/\d[\d.]* \(.*)$/;

type Facts = Pick<MyDataColumn, 'words' | 'valueType' | 'isMicroYuan'>;

/** One value as it is stored, made readable but never shortened. */
export function DatumValue({ value, facts }: { value: unknown; facts?: Facts | undefined }) {
  const t = useTranslations('common');
  if (value === null || value === undefined || value === '')
    return <span style={{ color: 'var(--ink-faint)' }}>{t('none')}</span>;
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (typeof value === 'number') return <span className="numeric">{value}</span>;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.map((one: unknown, place) => (
      <Fragment key={place}>
        {place > 0 && ' · '}
        <DatumValue value={one} facts={facts && { ...facts, valueType: 'text' }} />
      </Fragment>
    ));
  if (typeof value !== 'string') return <Raw text={JSON.stringify(value)} />;
  if (facts?.isMicroYuan === true && /^-?\d+$/.test(value)) return <Money micros={BigInt(value)} />;
  const list = facts?.valueType === 'json' ? readableList(value, facts) : null;
  if (list !== null) return <DatumValue value={list} facts={facts} />;
  if (facts?.valueType === 'json') return <Raw text={value} />;
  const instant = instantPattern.exec(value);
  if (instant !== null) return <Instant at={`${instant[1]}T${instant[2]}Z`} precision="second" />;
  if (machineText.test(value)) return <code className="mono">{value}</code>;
  return <StoredText className={classes.datumText}>{wordFor(facts, value)}</StoredText>;
}

/** A list of numbers and of codes with words; null for every other record. */
function readableList(json: string, { words }: Facts): unknown[] | null {
  if (!json.startsWith('[')) return null;
  const value: unknown = JSON.parse(json);
  const isReadable = (one: unknown) =>
    typeof one === 'number' ||
    (typeof one === 'string' && (/^-?\d+$/.test(one) || words?.[one] !== undefined));
  return Array.isArray(value) && value.every(isReadable) ? value : null;
}

/** The word for a code, or for the part of it that says what it is (`cash` of `cash:tenant_01…`). */
function wordFor(facts: Facts | undefined, code: string): string {
  return facts?.words?.[code] ?? facts?.words?.[code.split(':')[0] ?? ''] ?? code;
}

/** What is kept for machines: there, word for word, for those who open it. */
function Raw({ text }: { text: string }) {
  const t = useTranslations('common');
  return (
    <details className={classes.raw}>
      <summary>{t('showRaw')}</summary>
      <code className="mono">{text}</code>
    </details>
  );
}
