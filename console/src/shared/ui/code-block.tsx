import { CopyIcon } from './copy.tsx';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './code-block.module.css';

export interface CodeSample {
  label: string;
  code: string;
}

/** Code to copy, in one language or several. */
export function CodeBlock({ samples, label }: { samples: readonly CodeSample[]; label: string }) {
  const t = useTranslations('common');
  const [shownLabel, setShownLabel] = useState(samples[0]?.label);
  const shown = samples.find((sample) => sample.label === shownLabel) ?? samples[0];
  if (shown === undefined) return null;
  return (
    <div className={classes.block}>
      <div className={classes.bar}>
        <div role="group" aria-label={label} className={classes.tabs}>
          {samples.map((sample) => (
            <button
              key={sample.label}
              type="button"
              className={classes.tab}
              aria-pressed={sample.label === shown.label}
              onClick={() => setShownLabel(sample.label)}
            >
              {sample.label}
            </button>
          ))}
        </div>
        <CopyIcon value={shown.code} label={t('copyCode')} />
      </div>
      {/* Long lines scroll sideways, which a keyboard can only do inside a focusable element. */}
      <pre className={classes.code} tabIndex={0} aria-label={label}>
        <code>{shown.code}</code>
      </pre>
    </div>
  );
}
