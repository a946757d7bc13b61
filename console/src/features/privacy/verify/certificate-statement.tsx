import { Check, Lock } from 'lucide-react';
import { useLocale, useMessages, useTranslations } from 'use-intl';
import { formatTime } from '../../../shared/time.ts';
import { Facts } from './facts.tsx';
import { instantIn, numberIn, objectIn, objectsIn, type Payload, textIn } from './payload.ts';
import classes from './verify.module.css';

/** A certificate of erasure in words: what went, what a law keeps until when, and how that was made sure. */
export function CertificateStatement({ payload }: { payload: Payload }) {
  const t = useTranslations('verify.certificate');
  const erased = objectsIn(payload, 'erased');
  const held = objectsIn(payload, 'held');
  const sinks = objectsIn(payload, 'sinks');
  const closedAt = instantIn(payload, 'closedAt');
  const rows = erased.reduce((sum, part) => sum + (numberIn(part, 'rows') ?? 0), 0);
  return (
    <>
      {closedAt !== undefined && (
        <p className={classes.sentence}>
          {t('closed', {
            at: formatTime(closedAt, 'second'),
            controller: textIn(payload, 'controller') ?? t('here'),
            rows,
          })}
        </p>
      )}
      <Parts title={t('erased')} parts={erased} />
      {held.length === 0 ? <p>{t('keptNothing')}</p> : <Parts title={t('kept')} parts={held} isKept />}
      {sinks.length > 0 && (
        <>
          <h3 className={classes.partsTitle}>{t('sinks')}</h3>
          <ul className={classes.parts}>
            {sinks.map((sink) => (
              <li key={textIn(sink, 'sink')}>
                <Check size={15} aria-hidden="true" />
                <span>{textIn(sink, 'sink')}</span>
                <small>{t('sinkDone')}</small>
              </li>
            ))}
          </ul>
        </>
      )}
      <Sureties payload={payload} />
      <Facts payload={payload} />
    </>
  );
}

interface PartsProps {
  title: string;
  parts: readonly Payload[];
  isKept?: boolean;
}

function Parts({ title, parts, isKept = false }: PartsProps) {
  const nameOf = useTableName();
  const Icon = isKept ? Lock : Check;
  return (
    <>
      <h3 className={classes.partsTitle}>{title}</h3>
      <ul className={classes.parts} data-kept={isKept || undefined}>
        {parts.map((part, index) => (
          <li key={index}>
            <Icon size={15} aria-hidden="true" />
            <span>
              {nameOf(textIn(part, 'table') ?? '')}
              {isKept && <Laws part={part} />}
            </span>
            <small className="numeric">{numberIn(part, 'rows')}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

/** By which law and until when, once per law. */
function Laws({ part }: { part: Payload }) {
  const t = useTranslations('verify.certificate');
  const language = useLocale() === 'en' ? 'en' : 'zh';
  const terms = objectsIn(part, 'cells').map((cell) => {
    const until = instantIn(cell, 'until');
    return t('until', {
      law: textIn(objectIn(cell, 'law') ?? {}, language) ?? textIn(cell, 'law') ?? '',
      at: until === undefined ? '' : formatTime(until, 'day'),
    });
  });
  return [...new Set(terms)].map((term) => <small key={term}>{term}</small>);
}

/** How it was made sure: keys, search, backups, log. */
function Sureties({ payload }: { payload: Payload }) {
  const t = useTranslations('verify.certificate');
  const unreadableFrom = instantIn(payload, 'unreadableFrom');
  const bytesGoneBy = instantIn(payload, 'bytesGoneBy');
  const probe = objectIn(payload, 'probe');
  const index = numberIn(objectIn(payload, 'auditLeaf') ?? {}, 'leafIndex');
  const lines = [
    unreadableFrom === undefined ? undefined : t('keys', { at: formatTime(unreadableFrom, 'second') }),
    probe === undefined
      ? undefined
      : t('probe', {
          identifiers: numberIn(probe, 'identifiers') ?? 0,
          places: numberIn(probe, 'places') ?? 0,
          columns: numberIn(probe, 'columns') ?? 0,
        }),
    bytesGoneBy === undefined ? undefined : t('backups', { at: formatTime(bytesGoneBy, 'day') }),
    index === undefined ? undefined : t('leaf', { index }),
  ].filter((line) => line !== undefined);
  return (
    <ul className={classes.how} style={{ marginTop: 14 }}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function useTableName(): (table: string) => string {
  const { verify } = useMessages();
  const names: Readonly<Record<string, string>> = verify.tables;
  return (table) => names[table.replace('.', '/')] ?? table;
}
