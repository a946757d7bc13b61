import { Modal, type ModalProps } from '@mantine/core';
import { useTranslations } from 'use-intl';

/** A modal dialog whose closing cross has a name. */
export function Dialog(props: ModalProps) {
  const t = useTranslations('common');
  return <Modal closeButtonProps={{ 'aria-label': t('close') }} {...props} />;
}
