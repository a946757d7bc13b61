import { notifications } from '@mantine/notifications';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'celadon', autoClose: 3500 });
}

export function notifyFailure(message: string): void {
  notifications.show({ message, color: 'cinnabar', autoClose: 7000 });
}
