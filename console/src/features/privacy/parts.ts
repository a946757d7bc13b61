/** What other features may use of this one. */
export { installationQuery } from './policy-queries.ts';
export { PublicFrame } from './public-frame.tsx';
export { CaseClocks } from './requests/case-clocks.tsx';
export { optionsQuery } from './requests/case-queries.ts';
export { CaseTable } from './requests/case-table.tsx';
export { DueWords } from './requests/due-words.tsx';
export { default as requestClasses } from './requests/requests.module.css';
export { StepUpFields } from './step-up/step-up-fields.tsx';
export { type Proof, useStepUp } from './step-up/use-step-up.ts';
