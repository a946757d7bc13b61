import { useElementScrollRestoration } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/**
 * Scrolls back to where the reader was, once the list is as long as it was then. The router restores the place when
 * the page is rendered, which after a reload is before any row is loaded.
 */
export function useReturnToPlace(isComplete: boolean): void {
  const [place] = useState(useElementScrollRestoration({ getElement: () => window }));
  const isDone = useRef(false);
  useEffect(() => {
    if (!isComplete || isDone.current) return;
    isDone.current = true;
    if (place !== undefined && window.scrollY < place.scrollY) window.scrollTo({ top: place.scrollY });
  }, [isComplete, place]);
}
