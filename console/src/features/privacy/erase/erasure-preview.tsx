import { useTranslations } from 'use-intl';
import { Flame, Lock } from 'lucide-react';
import type { ErasurePreview } from '../../../shared/api/entities.ts';
import { formatTime } from '../../../shared/time.ts';
import classes from './erase.module.css';

/** What goes at once and what a law keeps, side by side, before anything is decided. */
export function ErasurePreviewView({ preview }: { preview: ErasurePreview }) {
  const t = useTranslations('erase');
  const goneRows = sum(preview.erased);
  const keptRows = sum(preview.held);
  return (
    <>
      <Picture gone={goneRows} kept={keptRows} />
      <div className={classes.sides}>
        <section className={classes.side} data-side="gone">
          <h3>
            <Flame size={17} aria-hidden="true" />
            {t('goesTitle')}
            <span className="numeric">{t('goesCount', { rows: goneRows })}</span>
          </h3>
          <p className={classes.hint}>{t('goesHint')}</p>
          <ul>
            {preview.erased.map((part) => (
              <li key={part.table} title={part.columns.join(' · ')}>
                <span>{part.title}</span>
                <span className="numeric">
                  {part.how === 'cells-erased' && <small>{t('cells')} </small>}
                  {part.rows}
                </span>
              </li>
            ))}
          </ul>
        </section>
        <section className={classes.side} data-side="kept">
          <h3>
            <Lock size={17} aria-hidden="true" />
            {t('keptTitle')}
            <span className="numeric">{t('goesCount', { rows: keptRows })}</span>
          </h3>
          <p className={classes.hint}>{preview.held.length === 0 ? t('keptNothing') : t('keptHint')}</p>
          <ul>
            {preview.held.map((part) => (
              <li key={`${part.table} ${part.law} ${part.until}`}>
                <span>
                  {part.title}
                  <small>
                    {part.columns.join(' · ')}
                    <br />
                    {part.law} · {t('term', { term: part.term })} ·{' '}
                    <strong className="numeric">{t('until', { at: formatTime(part.until, 'day') })}</strong>
                  </small>
                </span>
                <span className="numeric">{part.rows}</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}

function sum(parts: readonly { rows: number }[]): number {
  return parts.reduce((total, { rows }) => total + rows, 0);
}

/** Both sides as one bar: most of it goes. */
function Picture({ gone, kept }: { gone: number; kept: number }) {
  const t = useTranslations('erase');
  const total = Math.max(1, gone + kept);
  const share = (gone / total) * 100;
  return (
    <svg
      className={classes.picture}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={t('pictureLabel', { gone, kept })}
    >
      <defs>
        <pattern
          id="kept-hatch"
          width="1.2"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="skewX(-30)"
        >
          <rect width="0.5" height="4" className={classes.hatch} />
        </pattern>
      </defs>
      <rect width={share} height="10" className={classes.gone} />
      <rect x={share} width={100 - share} height="10" className={classes.kept} />
      <rect x={share} width={100 - share} height="10" fill="url(#kept-hatch)" />
    </svg>
  );
}
