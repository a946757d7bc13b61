import '../theme/page-styles.ts';

export { notifications, Notifications } from '@mantine/notifications';
