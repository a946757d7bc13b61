import { Link, Outlet } from '@tanstack/react-router';
import { Eye, FileCheck2, ShieldCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { AppearanceControls } from '../../shared/ui/appearance-controls.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import classes from './signed-out-frame.module.css';

const promises = [
  { key: 'promiseDeclared', icon: FileCheck2 },
  { key: 'promiseSeen', icon: Eye },
  { key: 'promiseEnforced', icon: ShieldCheck },
] as const;

/** The door: who we are on one side, the form on the other. */
export function SignedOutFrame() {
  const t = useTranslations('identity');
  return (
    <div className={classes.frame}>
      <aside className={classes.side}>
        <Rings />
        <div className={classes.brand}>
          <Wordmark size={30} />
        </div>
        <div className={classes.words}>
          <p className={classes.claim}>
            <span>{t('claimFirst')}</span> <span>{t('claimSecond')}</span>
          </p>
          <ul className={classes.promises}>
            {promises.map(({ key, icon: Icon }) => (
              <li key={key}>
                <Icon size={18} strokeWidth={1.7} aria-hidden="true" />
                <span>{t(key)}</span>
              </li>
            ))}
          </ul>
        </div>
        <p className={classes.sideFoot}>{t('selfHosted')}</p>
      </aside>
      <main className={classes.main}>
        <div className={classes.controls}>
          <span className={classes.smallBrand}>
            <Wordmark size={24} />
          </span>
          <AppearanceControls />
        </div>
        <div className={classes.form}>
          <Outlet />
        </div>
        <footer className={classes.foot}>
          <Link to="/privacy/collection-list">{t('collectionListLink')}</Link>
        </footer>
      </main>
    </div>
  );
}

/** Open rings, the mark seen from close by. */
function Rings() {
  return (
    <svg className={classes.rings} viewBox="0 0 600 600" aria-hidden="true" focusable="false">
      {[80, 140, 200, 260, 320].map((radius, index) => (
        <circle
          key={radius}
          cx="330"
          cy="300"
          r={radius}
          fill="none"
          stroke="currentColor"
          strokeWidth={radius / 9}
          strokeLinecap="round"
          pathLength="360"
          strokeDasharray="278 82"
          transform={`rotate(${41 + index * 9} 330 300)`}
          opacity={0.1 - index * 0.016}
        />
      ))}
      <circle cx="410" cy="300" r="15" className={classes.lamp} />
    </svg>
  );
}
