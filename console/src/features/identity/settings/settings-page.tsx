import { useTranslations } from 'use-intl';
import { Page } from '../../../shared/ui/page.tsx';
import { ActivityPanel } from '../../audit/parts.ts';
import { AppearancePanel } from './appearance-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

export function SettingsPage() {
  const t = useTranslations('settings');
  return (
    <Page title={t('title')} description={t('description')}>
      <ProfilePanel />
      <PasswordPanel />
      <AppearancePanel />
      <SessionsPanel />
      <ActivityPanel />
    </Page>
  );
}
