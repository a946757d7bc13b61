import { Progress } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import { Check, ChevronDown } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { OperatorHome } from '../../../shared/api/entities.ts';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { code } from '../../../shared/ui/rich.tsx';
import classes from './operator-home.module.css';

type Item = OperatorHome['checklist'][number];

/** The page where a point is done. The first password is replaced by logging in with it. */
const pageOf = {
  password: null,
  company: '/operator/installation',
  mail: '/operator/outbox',
  upstream: '/operator/upstreams',
  price: '/operator/prices',
  payment: '/operator/bank-transfers',
} as const satisfies Record<Item['point'], LinkProps['to'] | null>;

/** What must be done before an installation can sell. Folded into one line once everything is. */
export function Checklist({ items }: { items: readonly Item[] }) {
  const t = useTranslations('operatorHome.checklist');
  const done = items.filter(({ isDone }) => isDone).length;
  if (done === items.length) {
    return (
      <details className={classes.folded}>
        <summary>
          <Check size={16} aria-hidden="true" />
          {t('complete')}
          <ChevronDown size={16} aria-hidden="true" />
        </summary>
        <Points items={items} />
      </details>
    );
  }
  const progress = t('progress', { done, all: items.length });
  return (
    <Panel
      title={t('title')}
      actions={<span className={`numeric ${classes.progress ?? ''}`}>{progress}</span>}
    >
      <Progress value={(done / items.length) * 100} size={6} aria-label={progress} mb="sm" />
      <Points items={items} />
    </Panel>
  );
}

function Points({ items }: { items: readonly Item[] }) {
  const first = items.find(({ isDone }) => !isDone)?.point;
  return (
    <ol className={classes.points}>
      {items.map((item) => (
        <Point key={item.point} item={item} isNext={item.point === first} />
      ))}
    </ol>
  );
}

function Point({ item: { point, isDone }, isNext }: { item: Item; isNext: boolean }) {
  const t = useTranslations('operatorHome.checklist');
  return (
    <li className={classes.point} data-done={isDone || undefined}>
      <span className={classes.mark} role="img" aria-label={t(isDone ? 'done' : 'open')}>
        {isDone && <Check size={14} strokeWidth={2.6} aria-hidden="true" />}
      </span>
      <div className={classes.pointText}>
        <p className={classes.pointTitle}>{t(isDone ? point : `${point}Todo`)}</p>
        {!isDone && <p>{t.rich(`${point}Text`, { code })}</p>}
      </div>
      {!isDone && point !== 'password' && (
        <LinkButton to={pageOf[point]} size="xs" variant={isNext ? 'filled' : 'default'}>
          {t(`${point}Action`)}
        </LinkButton>
      )}
    </li>
  );
}
