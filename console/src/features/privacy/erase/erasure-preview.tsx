import { useTranslations } from 'use-intl';
import { Flame, Lock } from 'lucide-react';
import type { ErasurePreview } from '../../../shared/api/entities.ts';
import { formatTime } from '../../../shared/time.ts';
import classes from './erase.module.css';
import { remainingAfter } from './remaining.ts';

/** What goes at once and what a law keeps, side by side, before anything is decided. */
export function ErasurePreviewView({ preview }: { preview: ErasurePreview }) {
  const t = useTranslations('erase');
  // The same figures as in the picture: a record of which a law keeps a part is kept.
  const [today, erased] = remainingAfter(preview);
  const keptRows = erased?.records ?? 0;
  const goneRows = (today?.records ?? 0) - keptRows;
  return (
    <>
      <Picture preview={preview} />
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
              <li key={`${part.table} ${part.how}`} title={part.columns.join(' · ')}>
                <span>{part.title}</span>
                <span className="numeric">
                  {part.rows}
                  {part.how === 'cells-erased' && <small>{t('cells')}</small>}
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
          {preview.unlinked.length > 0 && (
            <>
              <h4>{t('unlinkedTitle')}</h4>
              <p className={classes.hint}>{t('unlinkedHint')}</p>
              <ul>
                {preview.unlinked.map((part) => (
                  <li key={part.table}>
                    <span>
                      {part.title}
                      <small>
                        {part.columns.join(' · ')}
                        {part.law !== null && part.term !== null && (
                          <>
                            <br />
                            {part.law} · {t('atLeast', { term: part.term })}
                          </>
                        )}
                      </small>
                    </span>
                    <span className="numeric">{part.rows}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      </div>
    </>
  );
}

/** What is left over time, as columns that shrink to nothing. */
function Picture({ preview }: { preview: ErasurePreview }) {
  const t = useTranslations('erase');
  const steps = remainingAfter(preview);
  const most = Math.max(1, ...steps.map(({ records }) => records));
  // The day stands in the list; here the month has more room.
  const nameOf = (from: string) =>
    from === 'today' || from === 'erased' ? t(`left.${from}`) : from.slice(0, 7);
  return (
    <figure className={classes.picture}>
      <figcaption>{t('left.title')}</figcaption>
      <ol>
        {steps.map(({ from, records }) => (
          <li key={from}>
            <span className="numeric">{records}</span>
            <svg viewBox="0 0 10 60" preserveAspectRatio="none" aria-hidden="true">
              <rect
                className={from === 'today' ? classes.whole : classes.locked}
                x="0"
                width="10"
                y={60 - heightOf(records, most)}
                height={heightOf(records, most)}
              />
              <line x1="0" x2="10" y1="60" y2="60" />
            </svg>
            <small className="numeric" title={nameOf(from) === from.slice(0, 7) ? from : undefined}>
              {nameOf(from)}
            </small>
          </li>
        ))}
      </ol>
    </figure>
  );
}

/** Few beside many must still be seen. */
function heightOf(records: number, most: number): number {
  return records === 0 ? 0 : 4 + 56 * Math.sqrt(records / most);
}
