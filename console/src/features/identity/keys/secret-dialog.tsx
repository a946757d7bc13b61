import { Alert, Button, Checkbox, Group, Stack } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { CopyTextButton } from '../../../shared/ui/copy.tsx';
import classes from './keys.module.css';

/** The one and only sight of a key. It stays until the person says it is stored. */
export function SecretDialog({
  name,
  secret,
  onClose,
}: {
  name: string;
  secret: string;
  onClose: () => void;
}) {
  const t = useTranslations('keys');
  const [isStored, setStored] = useState(false);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={t('secretTitle', { name })}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <Alert color="amber" icon={<TriangleAlert size={18} />} p="sm">
          {t('secretOnce')}
        </Alert>
        <output className={classes.secret} aria-label={t('key')}>
          {secret}
        </output>
        <Group>
          <CopyTextButton value={secret} label={t('copyKey')} />
        </Group>
        <Checkbox
          label={t('stored')}
          checked={isStored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Button variant="default" disabled={!isStored} onClick={onClose}>
          {t('finish')}
        </Button>
      </Stack>
    </Dialog>
  );
}
