import { Alert, Button, Stack, Title } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import type { ReactNode, SubmitEvent } from 'react';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import classes from './identity.module.css';

interface DoorHeadingProps {
  title: string;
  subtitle: string;
}

export function DoorHeading({ title, subtitle }: DoorHeadingProps) {
  return (
    <div>
      <DocumentTitle title={title} />
      <Title order={1} className={classes.title}>
        {title}
      </Title>
      <p className={classes.subtitle}>{subtitle}</p>
    </div>
  );
}

interface DoorFormProps {
  onSubmit: (event?: SubmitEvent<HTMLFormElement>) => void;
  message?: string;
  submitLabel: string;
  isBusy: boolean;
  children: ReactNode;
}

/** A form at the door: its fields, what went wrong with the whole of it, one button. */
export function DoorForm({ onSubmit, message, submitLabel, isBusy, children }: DoorFormProps) {
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        {children}
        {message !== undefined && (
          <Alert color="cinnabar" role="alert" icon={<CircleAlert size={18} />} p="sm">
            {message}
          </Alert>
        )}
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}
