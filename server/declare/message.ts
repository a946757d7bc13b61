import type { LocalisedText } from '@candor/privacy-engine';

export type MessageLanguage = 'zh-CN' | 'en';
type Values<Name extends string> = Readonly<Record<Name, string | number>>;

interface Text<Name extends string> {
  readonly subject: string | ((values: Values<Name>) => string);
  readonly body: (values: Values<Name>) => string;
}

/** A text with its values: what one person is sent, in whichever language they read. */
export interface Message {
  /** Name of its template, which the outbox keeps. */
  readonly template: string;
  in(language: MessageLanguage): { readonly subject: string; readonly body: string };
}

/** A text this cloud sends. Every value ends up in the message, so secrets other than one-time codes stay out. */
export interface MessageTemplate<Name extends string = never> {
  (values: Values<Name>): Message;
  readonly template: string;
  /** What people read in their own data about a message of this kind. */
  readonly title: LocalisedText;
}

/**
 * A text in both languages: `defineMessage<'code'>('code', …)` makes `code({ code: '123456' })`.
 * @param template its name in the outbox; it never changes, because sent messages keep it.
 */
export function defineMessage<Name extends string = never>(
  template: string,
  texts: { readonly title: LocalisedText } & Readonly<Record<MessageLanguage, Text<Name>>>,
): MessageTemplate<Name> {
  const fill = (values: Values<Name>): Message => ({
    template,
    in(language) {
      const { subject, body } = texts[language];
      return { subject: typeof subject === 'string' ? subject : subject(values), body: body(values) };
    },
  });
  return Object.assign(fill, { template, title: texts.title });
}
