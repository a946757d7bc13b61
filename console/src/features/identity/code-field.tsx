import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { Code } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { CodeInput, type CodeInputProps } from './code-input.tsx';

interface CodeFieldProps extends Pick<CodeInputProps, 'value' | 'error' | 'onChange'> {
  use: Code['use'];
  /** The address to send to, or undefined when what is typed is no address; it then says so itself. */
  findAddress: () => Pick<Code, 'phone' | 'email'> | undefined;
}

/** A one-time code for an address that is typed beside it. */
export function CodeField({ use, findAddress, ...field }: CodeFieldProps) {
  const t = useTranslations('identity');
  const { language } = useLanguage();
  function sendCode() {
    const address = findAddress();
    if (address === undefined) return undefined;
    return unwrap(api.POST('/api/identity/codes', { body: { ...address, use, language } }));
  }
  return <CodeInput sendCode={sendCode} sentText={() => t('codeSent')} {...field} />;
}
