/** The page of an error code, as it stands in `problems/` of its module, that of the kernel in `docs/problems`. */
export interface ProblemPage {
  readonly code: string;
  readonly status: string;
  /** For developers, in English: what it means and what to do. */
  readonly paragraphs: readonly string[];
}

const files: Readonly<Record<string, string>> = import.meta.glob(
  ['../../../../docs/problems/*.*.md', '../../../../server/modules/*/problems/*.md'],
  { query: '?raw', import: 'default', eager: true },
);

/** Every page by its code, in the order of the codes. */
export const problemPages: ReadonlyMap<string, ProblemPage> = new Map(
  Object.values(files)
    .flatMap((text) => parsePage(text) ?? [])
    .toSorted((a, b) => a.code.localeCompare(b.code))
    .map((page) => [page.code, page]),
);

/** The first line names the code, the second status and title. */
export function parsePage(text: string): ProblemPage | undefined {
  const [heading = '', ...blocks] = text.trim().split(/\n(?:\s*\n)?/);
  const code = /^# `([a-z_.]+)`$/.exec(heading)?.[1];
  const [, status, title = ''] = /^\*\*(\d{3})\*\* (.*)$/.exec(blocks[0] ?? '') ?? [];
  if (code === undefined || status === undefined) return undefined;
  return { code, status, paragraphs: [title, ...blocks.slice(1)] };
}

export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** The marks these pages use: code and links. */
export function spansOf(paragraph: string): Span[] {
  return paragraph.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).flatMap((part): Span[] => {
    if (part === '') return [];
    if (part.startsWith('`')) return [{ kind: 'code', text: part.slice(1, -1) }];
    const [, text, target] = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part) ?? [];
    if (text === undefined || target === undefined) return [{ kind: 'text', text: part }];
    return [{ kind: 'link', text: text.replaceAll('`', ''), href: addressOf(target) }];
  });
}

/** Where a document of the repository is found at a running server. */
function addressOf(target: string): string {
  if (target === '../openapi.json') return '/api/openapi.json';
  return `/problems/${target.replace(/\.md$/, '')}`;
}
