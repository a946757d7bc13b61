import { Link } from '@tanstack/react-router';
import {
  Download,
  Eraser,
  Glasses,
  MessageSquareText,
  PauseCircle,
  PencilLine,
  type LucideIcon,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import classes from './overview.module.css';

const rights = [
  { to: '/privacy/export', label: 'export', icon: Download },
  { to: '/privacy/correct', label: 'correct', icon: PencilLine },
  { to: '/privacy/restrict', label: 'restrict', icon: PauseCircle },
  { to: '/privacy/erase', label: 'erase', icon: Eraser },
  { to: '/privacy/looked', label: 'looked', icon: Glasses },
  { to: '/privacy/requests', label: 'requests', icon: MessageSquareText },
] as const satisfies readonly { to: string; label: string; icon: LucideIcon }[];

/** Every right of the person, one click away and side by side. */
export function RightsRow() {
  const t = useTranslations('knows.rights');
  return (
    <nav aria-label={t('title')} className={classes.rights}>
      {rights.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={classes.right}>
          <Icon size={19} strokeWidth={1.7} aria-hidden="true" />
          <span>
            <strong>{t(label)}</strong>
            <small>{t(`${label}Hint`)}</small>
          </span>
        </Link>
      ))}
    </nav>
  );
}
