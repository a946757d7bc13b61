import { ChevronLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';

/** From the page of one right back to everything that is known. */
export function BackToPrivacy() {
  const t = useTranslations('privacy');
  return (
    <LinkButton to="/privacy" variant="subtle" color="gray" leftSection={<ChevronLeft size={16} />}>
      {t('back')}
    </LinkButton>
  );
}
