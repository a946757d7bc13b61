import type { Page } from 'playwright-core';

/** Words of a page that a phone cuts off in a badge, or covers with a button or a figure. */
export async function hiddenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const label of document.querySelectorAll('.mantine-Badge-label')) {
      if (label.checkVisibility() && label.scrollWidth > label.clientWidth)
        found.push(`cut off: ${label.textContent}`);
    }
    const rectsOf = (element: Element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1);
    };
    for (const row of document.querySelectorAll('tbody tr')) {
      const cells = [...row.children].filter((cell) => cell.checkVisibility());
      for (const [index, cell] of cells.entries()) {
        const over = cells
          .slice(index + 1)
          .find((other) =>
            rectsOf(cell).some((a) =>
              rectsOf(other).some(
                (b) =>
                  a.left < b.right - 1 &&
                  b.left < a.right - 1 &&
                  a.top < b.bottom - 1 &&
                  b.top < a.bottom - 1,
              ),
            ),
          );
        if (over !== undefined) found.push(`“${cell.textContent}” and “${over.textContent}” collide`);
      }
    }
    return found;
  });
}
