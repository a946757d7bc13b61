import { useTranslations } from 'use-intl';

const minLength = 10;

/** What can be said about a password before the server has seen it. */
export function usePasswordRule() {
  const t = useTranslations('identity');
  return {
    hint: t('passwordHint', { count: minLength }),
    check(password: string, mustDiffer: readonly string[] = []): string | null {
      if ([...password].length < minLength) return t('passwordShort', { count: minLength });
      const lowered = password.toLowerCase();
      const isCopied = mustDiffer.some((other) => other !== '' && other.toLowerCase() === lowered);
      return isCopied ? t('passwordCopied') : null;
    },
  };
}
