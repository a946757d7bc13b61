/**
 * Splits a text stream of server-sent events into the `data` of each event. Pieces may end anywhere, also in the
 * middle of a line.
 */
export function createEventReader(): (piece: string) => string[] {
  let rest = '';
  return (piece) => {
    rest += piece;
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop() ?? '';
    return events.map(dataOf).filter((data) => data !== '');
  };
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
    .join('\n');
}
