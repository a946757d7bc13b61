import { useState } from 'react';

/** What opens a request on the open page; it stands behind the `#` of the secret link, which no server sees. */
export interface CaseKey {
  reference: string;
  accessKey: string;
}

const linkPattern = /^#(case_[0-9a-z]+)\.([\w-]+)$/;

function readLink(): CaseKey | undefined {
  const [, reference, accessKey] = linkPattern.exec(window.location.hash) ?? [];
  if (reference === undefined || accessKey === undefined) return undefined;
  return { reference, accessKey };
}

export function linkOf({ reference, accessKey }: CaseKey): string {
  return `${window.location.origin}/privacy/request#${reference}.${accessKey}`;
}

/** The request this page is about, from the secret link or from a code that was just entered. */
export function useCaseKey() {
  const [caseKey, setKey] = useState(readLink);

  /** The address carries the key on, so that loading the page again does not lose the request. */
  function setCaseKey(next: CaseKey | undefined) {
    const address = next === undefined ? window.location.pathname : linkOf(next);
    window.history.replaceState(window.history.state, '', address);
    setKey(next);
  }
  return { caseKey, setCaseKey };
}
