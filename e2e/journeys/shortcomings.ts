/** What a person who does not see the page would stumble over. Runs in the page, so it stands on its own. */
export function shortcomings(lang: string): string[] {
  const found: string[] = [];
  const short = (element: Element) => element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 140);
  const isShown = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) && element.closest('[aria-hidden="true"]') === null;
  const shown = (selector: string) => [...document.querySelectorAll(selector)].filter(isShown);
  const textOf = (id: string) => document.getElementById(id)?.textContent ?? '';

  const nameOf = (element: Element): string => {
    const labelledBy = (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .filter(Boolean)
      .map(textOf)
      .join(' ');
    const labels =
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? [...(element.labels ?? [])]
        : [];
    const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
    const content = isField
      ? ''
      : [
          element.textContent,
          ...[...element.querySelectorAll('[aria-label], img[alt]')].map(
            (one) => one.getAttribute('aria-label') ?? one.getAttribute('alt'),
          ),
        ].join(' ');
    return [
      element.getAttribute('aria-label'),
      labelledBy,
      ...labels.map((label) => label.textContent),
      content,
    ]
      .join(' ')
      .trim();
  };

  for (const field of shown('input:not([type="hidden"]), textarea, select')) {
    if (nameOf(field) === '') found.push(`a field without a label: ${short(field)}`);
  }
  for (const control of shown(
    'button, a[href], [role="button"], [role="link"], [role="menuitem"], [role="tab"]',
  )) {
    if (nameOf(control) === '') found.push(`a control without a name: ${short(control)}`);
    const inner = control.querySelector('button, a[href], input:not([type="hidden"])');
    if (inner !== null) found.push(`a control inside a control: ${short(control)}`);
  }
  for (const region of shown('[role="dialog"], [role="alertdialog"], table, nav ~ nav')) {
    if (nameOf(region) === '') found.push(`a region without a name: ${short(region)}`);
  }
  for (const image of shown('img:not([alt])')) found.push(`an image without a text: ${short(image)}`);

  const headings = [...document.querySelectorAll('h1')].filter((heading) => heading.checkVisibility());
  if (headings.length !== 1) found.push(`${headings.length} first headings`);
  let level = 0;
  for (const heading of [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((one) =>
    one.checkVisibility(),
  )) {
    const next = Number(heading.tagName.slice(1));
    const isInDialog = heading.closest('[role="dialog"]') !== null;
    if (!isInDialog && next > level + 1)
      found.push(`a heading of level ${next} below level ${level}: ${short(heading)}`);
    level = next;
  }
  if (document.querySelectorAll('main').length !== 1) found.push('not exactly one main region');
  if (document.documentElement.lang !== lang) found.push(`lang is ${document.documentElement.lang}`);
  if (!document.title.endsWith('Candor')) found.push(`the title is “${document.title}”`);
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    found.push(`the id ${id} is used twice`);
  for (const element of shown('[aria-describedby], [aria-labelledby], [aria-controls]')) {
    const pointed = `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`;
    for (const id of pointed.split(' ').filter(Boolean)) {
      if (document.getElementById(id) === null)
        found.push(`“${id}” is pointed to and not there: ${short(element)}`);
    }
  }
  return found;
}
