/** What other features may use of this one. */
export { ActivityPanel, Result, Target } from './activity-panel.tsx';
