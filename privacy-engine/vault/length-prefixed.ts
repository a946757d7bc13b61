/**
 * Joins texts so that no two different lists give the same bytes: each is preceded by its length (32 bits, big
 * endian). With separators, `a|b` and `c` would be `a` and `b|c`, and a value could be moved between cells.
 */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  let sizeBytes = 0;
  for (const part of parts) sizeBytes += 4 + Buffer.byteLength(part);
  const joined = Buffer.allocUnsafe(sizeBytes);
  let offset = 0;
  for (const part of parts) {
    const written = joined.write(part, offset + 4);
    joined.writeUInt32BE(written, offset);
    offset += 4 + written;
  }
  return joined;
}
