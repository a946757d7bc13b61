const newline = 0x0a;
const carriageReturn = 0x0d;
const blankLine = Buffer.from('\n\n');
const blankCarriageLine = Buffer.from('\n\r\n');
const dataField = Buffer.from('data:');

/** One past the blank line that ends the last whole event; 0 when there is none. Lines may end in LF or in CR LF. */
export function endOfLastEvent(bytes: Buffer): number {
  const plain = bytes.lastIndexOf(blankLine);
  const carriage = bytes.lastIndexOf(blankCarriageLine);
  return Math.max(plain === -1 ? 0 : plain + 2, carriage === -1 ? 0 : carriage + 3);
}

/** Cuts bytes behind every blank line; together the pieces are the bytes again. */
export function splitEvents(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  eachEvent(bytes, (start, end) => events.push(bytes.subarray(start, end)));
  return events;
}

export function countEvents(bytes: Buffer): number {
  let count = 0;
  eachEvent(bytes, () => {
    count += 1;
  });
  return count;
}

function eachEvent(bytes: Buffer, visit: (start: number, end: number) => void): void {
  // Each needle is searched for again only behind its last hit, so that many events in one read stay linear.
  let plain = bytes.indexOf(blankLine);
  let carriage = bytes.indexOf(blankCarriageLine);
  for (let start = 0; start < bytes.length;) {
    if (plain !== -1 && plain < start) plain = bytes.indexOf(blankLine, start);
    if (carriage !== -1 && carriage < start) carriage = bytes.indexOf(blankCarriageLine, start);
    const end = nearestEnd(plain, carriage, bytes.length);
    visit(start, end);
    start = end;
  }
}

function nearestEnd(plain: number, carriage: number, length: number): number {
  if (plain === -1 && carriage === -1) return length;
  if (carriage === -1 || (plain !== -1 && plain < carriage)) return plain + 2;
  return carriage + 3;
}

/** Where the value of the `data:` line of an event begins and ends, or null for comments and other lines. */
export function dataOf(event: Buffer): { start: number; end: number } | null {
  for (let at = 0; at < event.length;) {
    if (event.subarray(at, at + dataField.length).equals(dataField))
      return { start: at + dataField.length, end: endOfContent(event) };
    const next = event.indexOf(newline, at);
    if (next === -1) return null;
    at = next + 1;
  }
  return null;
}

/** The value of all `data:` lines of an event together, as clients read it; null without one. */
export function dataLinesOf(event: Buffer): Buffer | null {
  const lines = event.toString('latin1').split(/\r?\n/);
  const values = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length));
  return values.length === 0 ? null : Buffer.from(values.join('\n'), 'latin1');
}

function endOfContent(event: Buffer): number {
  let end = event.length;
  while (end > 0 && (event[end - 1] === newline || event[end - 1] === carriageReturn)) end -= 1;
  return end;
}
