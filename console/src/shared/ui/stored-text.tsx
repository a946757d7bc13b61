import type { ReactNode } from 'react';

interface StoredTextProps {
  children: string;
  as?: 'p' | 'div' | 'span';
  className?: string | undefined;
}

/** Text that was written in its own language, which need not be the language of the page: read and set as such. */
export function StoredText({ children, as: Tag = 'span', className }: StoredTextProps): ReactNode {
  return (
    <Tag className={className} lang={languageOf(children)}>
      {children}
    </Tag>
  );
}

/** Chinese shows itself by its characters; anything else may be a name, a number or any language. */
export function languageOf(text: string): 'zh-CN' | undefined {
  return /\p{Script=Han}/u.test(text) ? 'zh-CN' : undefined;
}
