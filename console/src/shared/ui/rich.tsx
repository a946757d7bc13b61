import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** Renderers for the tags in translated texts. */
export function strong(text: ReactNode): ReactNode {
  return <strong className="numeric">{text}</strong>;
}

/** What is typed or copied letter by letter. */
export function code(text: ReactNode): ReactNode {
  return <code className="mono">{text}</code>;
}

export function linkTo(to: LinkProps['to']): (text: ReactNode) => ReactNode {
  return (text) => <Link to={to}>{text}</Link>;
}

/** A page to read beside this one. */
export function newTab(href: string): (text: ReactNode) => ReactNode {
  return (text) => (
    <a href={href} target="_blank" rel="noopener">
      {text}
    </a>
  );
}
