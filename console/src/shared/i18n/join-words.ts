import { useTranslations } from 'use-intl';

/** Puts two texts together with the marks of the language of the page. */
export function useJoinedWords() {
  const t = useTranslations('common');
  return {
    /** “Delete: API keys” */
    labelled: (label: string, value: string) => t('labelled', { label, value }),
    /** “names, numbers, times” */
    listed: (texts: readonly string[]) => texts.join(t('listSeparator')),
    /** “Account (optional)” */
    noted: (text: string, note: string) => t('noted', { text, note }),
  };
}
