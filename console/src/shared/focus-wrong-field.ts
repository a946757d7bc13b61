/** The form that was sent last: what the server answers is about its fields. */
let lastSent: HTMLFormElement | undefined;

/** From now on a form that is refused puts the cursor into its first wrong field. */
export function watchSentForms(): void {
  document.addEventListener('submit', ({ target }) => {
    if (!(target instanceof HTMLFormElement)) return;
    lastSent = target;
    // The marks are on the screen once the form has checked itself and was painted.
    requestAnimationFrame(focusWrongField);
  });
}

export function focusWrongField(): void {
  lastSent?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
