import { notifications } from './page-kit.ts';

// They close automatically; a cross without a name in the reader's language would say nothing to a screen reader.
const quiet = { withCloseButton: false } as const;

export function notifyDone(message: string): void {
  notifications.show({ ...quiet, message, color: 'celadon', autoClose: 3500 });
}

export function notifyFailure(message: string): void {
  notifications.show({ ...quiet, message, color: 'cinnabar', autoClose: 7000 });
}
