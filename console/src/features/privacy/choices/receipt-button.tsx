import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** The signed receipt of one decision, as a file to keep. */
export function ReceiptButton({ consentId }: { consentId: string }) {
  const t = useTranslations('choices');
  return (
    <Button
      component="a"
      href={`/api/privacy/receipts/${consentId}`}
      download
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<Download size={15} />}
    >
      {t('receipt')}
    </Button>
  );
}
