import { useState } from 'react';

/**
 * The text to check. A link of ours may bring it behind the `#`, which a browser never sends to a server; it is taken
 * out of the address at once.
 */
export function useDocument() {
  const [text, setText] = useState(() => {
    const carried = window.location.hash.slice(1);
    if (!/^[\w.-]+$/.test(carried)) return '';
    window.history.replaceState(window.history.state, '', window.location.pathname);
    return carried;
  });
  return { text, setText };
}
