import type { Language } from '@candor/privacy-engine';
import { remedies } from './refusal-grounds.ts';
import { caseStates, stateTitles } from './states.ts';
import { caseRoleNames, caseRoles, caseTypeNames, caseTypes } from './request-kinds.ts';

/** What may be asked for, as whom, and what a requester who disagrees can do: for the forms. */
export function requestOptions(language: Language) {
  return {
    types: caseTypeNames.map((key) => ({
      key,
      label: caseTypes[key].title[language],
      needsProof: caseTypes[key].givesOrChangesData,
      isSelfService: caseTypes[key].selfService,
    })),
    roles: caseRoleNames.map((key) => ({
      key,
      label: caseRoles[key].title[language],
      types: [...caseRoles[key].may],
    })),
    states: caseStates.map((key) => ({ key, label: stateTitles[key][language] })),
    remedies: Object.entries(remedies).map(([key, text]) => ({ key, text: text[language] })),
  };
}
