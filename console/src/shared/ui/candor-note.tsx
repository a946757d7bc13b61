import { Link } from '@tanstack/react-router';
import { Eye } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import classes from './candor-note.module.css';

/** What Candor records because of this page, said on the page itself. */
export function CandorNote({ children, isPublic = false }: { children: ReactNode; isPublic?: boolean }) {
  const t = useTranslations('common');
  return (
    <aside className={classes.note} aria-label={t('whatIsRecorded')}>
      <Eye size={16} strokeWidth={1.8} aria-hidden="true" />
      <p>
        {children}{' '}
        <Link to={isPublic ? '/privacy/collection-list' : '/privacy'}>
          {isPublic ? t('collectionList') : t('seeMyData')}
        </Link>
      </p>
    </aside>
  );
}
