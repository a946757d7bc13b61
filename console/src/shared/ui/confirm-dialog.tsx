import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Dialog } from './dialog.tsx';
import { asProblem } from '../api/problem.ts';
import { useProblemText } from '../problem-text.ts';

interface ConfirmDialogProps {
  isOpen: boolean;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  /** What must be typed before the act, for acts that cannot be taken back. */
  typedName?: string;
  isBusy?: boolean;
  error?: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is destroyed and names what it is. */
export function ConfirmDialog({ isOpen, title, children, typedName, onClose, ...rest }: ConfirmDialogProps) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title}>
      {isOpen && (
        <ConfirmBody typedName={typedName} onClose={onClose} {...rest}>
          {children}
        </ConfirmBody>
      )}
    </Dialog>
  );
}

type ConfirmBodyProps = Omit<ConfirmDialogProps, 'isOpen' | 'title'>;

function ConfirmBody({
  children,
  confirmLabel,
  typedName,
  isBusy,
  error,
  onConfirm,
  onClose,
}: ConfirmBodyProps) {
  const t = useTranslations('common');
  const text = useProblemText();
  const [typed, setTyped] = useState('');
  const isConfirmed = typedName === undefined || typed.trim() === typedName;
  return (
    <Stack gap="md">
      <div>{children}</div>
      {typedName !== undefined && (
        <TextInput
          label={t('typeToConfirm', { name: typedName })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
      )}
      {error !== null && error !== undefined && <Alert color="cinnabar">{text(asProblem(error))}</Alert>}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="cinnabar" loading={isBusy} disabled={!isConfirmed} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </Group>
    </Stack>
  );
}
