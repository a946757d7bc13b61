import { Alert, Button, Group } from '@mantine/core';
import { useTranslations } from 'use-intl';

interface FormEndProps {
  /** What the server found wrong that belongs to no field. */
  problem: string | undefined;
  isSaving: boolean;
  onCancel: () => void;
  /** On the button that sends the form; "Save" when left out. */
  action?: string;
}

/** The last rows of a form in a dialog: what is wrong with it as a whole, and its two buttons. */
export function FormEnd({ problem, isSaving, onCancel, action }: FormEndProps) {
  const common = useTranslations('common');
  return (
    <>
      {problem !== undefined && (
        <Alert color="cinnabar" role="alert">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {common('cancel')}
        </Button>
        <Button type="submit" loading={isSaving}>
          {action ?? common('save')}
        </Button>
      </Group>
    </>
  );
}
