import type { JsonMember } from '../../../../kernel/json-members.ts';
import { booleanOf, countOf, invalid, missing, type ReadableBody } from '../../request-values.ts';

const quote = 0x22;
const openBracket = 0x5b;

/**
 * Bytes that a model reads to order documents: it reads the query again with each of them.
 * @throws `gateway.malformed_request` naming the field at fault.
 */
export function rerankBytesOf({ body, members, read }: ReadableBody): number {
  const query = members.get('query');
  const documents = members.get('documents');
  if (query === undefined || documents === undefined) throw missing('documents');
  if (body[query.valueStart] !== quote) throw invalid('query', 'must be a text');
  if (body[documents.valueStart] !== openBracket || documents.elements === 0)
    throw invalid('documents', 'must be a list of at least one document');
  countOf(read('top_n'), 'top_n', Number.MAX_SAFE_INTEGER);
  booleanOf(read('return_documents'), 'return_documents');
  return lengthOf(query) * documents.elements + lengthOf(documents);
}

function lengthOf({ valueStart, valueEnd }: JsonMember): number {
  return valueEnd - valueStart;
}
