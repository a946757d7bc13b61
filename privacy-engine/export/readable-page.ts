import type { Language } from '../describe-retention.ts';
import type { JsonValue } from '../sealing/sealed-value.ts';
import { type ExportColumn, type ExportTable, givenColumns } from './describe-export.ts';
import {
  type ExportHead,
  type ExportInput,
  fieldsOf,
  hasFile,
  rowsOf,
  tableFileName,
} from './export-rows.ts';

const rowsShown = 50;
const charactersShown = 300;

/**
 * The page a person opens first: what there is, why, until when, who receives it, the newest rows of each table and
 * links to the files. It loads nothing and runs nothing, and every value stands in it as text.
 */
export async function* readablePage(input: ExportInput): AsyncGenerator<string> {
  const { head, tables, recipients, files } = input;
  const words = texts[head.language];
  yield `<!doctype html>
<html lang="${head.language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${words.title} – ${head.serviceName}`)}</title><style>${style}</style></head><body>
<h1>${escapeHtml(words.title)}</h1>
<p>${escapeHtml(head.serviceName)} · ${escapeHtml(head.clock.textOf(head.generatedAt))} · ${escapeHtml(words.policy)} ${escapeHtml(head.policy.version)}</p>
<p>${escapeHtml(words.clock)} ${escapeHtml(head.clock.name)}</p>
<p>${escapeHtml(words.intro)} <a href="data.json">data.json</a>, <a href="schema.json">schema.json</a></p>
<ul>${tables.map((table) => `<li><a href="#${escapeHtml(table.name)}">${escapeHtml(table.title)}</a></li>`).join('')}</ul>\n`;
  for (const table of tables) yield* tableSection(input, table);
  yield `<h2>${escapeHtml(words.recipients)}</h2>\n`;
  yield htmlTable(
    [words.recipient, words.role, words.region, words.receives],
    recipients.map(({ title, role, region, receives }) => [
      title,
      roles[role]?.[head.language] ?? role,
      region,
      receives.map((place) => titleOf(place, tables)).join(words.comma),
    ]),
  );
  yield `<h2>${escapeHtml(words.files)}</h2>\n<ul>${files
    .map(({ name, title }) => `<li><a href="${escapeHtml(name)}">${escapeHtml(title)}</a></li>`)
    .join('')}</ul>\n</body></html>\n`;
}

async function* tableSection(input: ExportInput, table: ExportTable): AsyncGenerator<string> {
  const words = texts[input.head.language];
  yield `<h2 id="${escapeHtml(table.name)}">${escapeHtml(table.title)}</h2>\n<details><summary>${escapeHtml(words.facts)}</summary>`;
  yield htmlTable(
    [words.datum, words.source, words.purposes, words.basis, words.retention, words.recipients],
    table.columns.map((column) => [
      column.title + noteOf(column, words),
      column.source,
      column.purposes.join(words.comma),
      column.basis.join(words.comma),
      column.retention,
      column.recipients.join(words.comma),
    ]),
  );
  yield '</details>\n';
  if (!hasFile(table)) return;
  const { rows, hasMore } = await newestRows(input, table);
  const columnByName = new Map(givenColumns(table).map((column) => [column.name, column]));
  yield rows.length === 0
    ? `<p>${escapeHtml(words.none)}</p>\n`
    : htmlTable(
        fieldsOf(table).map((name) => columnByName.get(name)?.title ?? words.row),
        rows.map((row) => row.map(([name, value]) => shown(input.head, columnByName.get(name), value))),
      );
  const fileName = escapeHtml(tableFileName(table));
  yield `<p>${hasMore ? escapeHtml(words.more) : ''} <a href="${fileName}">${fileName}</a></p>\n`;
}

function noteOf(column: ExportColumn, words: Words): string {
  if (column.given === 'masked') return words.note(words.masked);
  return column.reason === null ? '' : words.note(`${words.withheld}${words.colon}${column.reason}`);
}

async function newestRows(input: ExportInput, table: ExportTable) {
  const rows: (readonly (readonly [string, JsonValue])[])[] = [];
  for await (const batch of rowsOf(table, input.readRows)) {
    rows.push(...batch);
    if (rows.length > rowsShown) break;
  }
  return { rows: rows.slice(0, rowsShown), hasMore: rows.length > rowsShown };
}

function shown(head: ExportHead, column: ExportColumn | undefined, value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return texts[head.language][value ? 'yes' : 'no'];
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    if (list.every(isScalar)) return shortened(list.map((one) => shown(head, column, one)).join(' · '));
  }
  if (typeof value !== 'string') return shortened(JSON.stringify(value));
  if (column?.given !== 'yes') return shortened(value);
  if (column.valueType === 'instant') return head.clock.textOf(new Date(value));
  if (column.isMicroYuan) return yuanText(value);
  return wordFor(column.words, value) ?? shortened(value);
}

function isScalar(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null;
}

/** The word for a code, or for the part of it that says what it is (`cash` of `cash:tenant_01…`). */
function wordFor(words: ExportColumn['words'], code: string): string | undefined {
  return words?.[code] ?? words?.[code.split(':')[0] ?? ''];
}

/** `1230000` micro-yuan as `¥1.23`, without ever being a floating number. */
function yuanText(micros: string): string {
  const digits = micros.replace('-', '').padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '');
  return `${micros.startsWith('-') ? '-' : ''}¥${digits.slice(0, -6)}.${fraction}`;
}

function shortened(text: string): string {
  // A character is two units of a text at most: so many hold one more than is shown, if there is one.
  const characters = Array.from(text.slice(0, 2 * (charactersShown + 1)));
  return characters.length <= charactersShown ? text : `${characters.slice(0, charactersShown).join('')}…`;
}

function titleOf(place: string, tables: readonly ExportTable[]): string {
  for (const table of tables) {
    const column = table.columns.find(({ name }) => `${table.name}.${name}` === place);
    if (column !== undefined) return column.title;
  }
  return place;
}

function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div><table><thead>${line(head, 'th')}</thead><tbody>\n${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is text in an element and in an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a}div{overflow-x:auto}table{border-collapse:collapse;font-size:14px}th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}h2{margin-top:2rem}';

const roles: Readonly<Record<string, Record<Language, string>>> = {
  entrusted: { zh: '受托处理', en: 'entrusted' },
  joint: { zh: '共同处理', en: 'joint' },
  controller: { zh: '独立处理', en: 'controller' },
};

type Words = (typeof texts)[Language];
const texts = {
  zh: {
    title: '我的个人信息副本',
    intro: '以下是本平台掌握的、与您有关的全部信息。表格文件可用电子表格软件打开；机器可读的完整数据见',
    facts: '来源、目的、依据、保存期限与接收方',
    datum: '信息',
    source: '来源',
    purposes: '目的',
    basis: '法律依据',
    retention: '保存期限',
    recipients: '接收方',
    recipient: '接收方',
    role: '身份',
    region: '所在地',
    receives: '接收的信息',
    files: '其他文件',
    none: '没有记录。',
    more: '此处仅列出最新的部分，完整内容见文件：',
    row: '记录编号',
    policy: '隐私政策版本',
    clock: '时间均为',
    yes: '是',
    no: '否',
    masked: '已遮盖',
    withheld: '不提供',
    comma: '、',
    colon: '：',
    note: (text: string) => `（${text}）`,
  },
  en: {
    title: 'A copy of my personal data',
    intro:
      'Everything this platform holds about you. The table files open in a spreadsheet; the complete machine-readable data is in',
    facts: 'Source, purposes, basis, retention and recipients',
    datum: 'Datum',
    source: 'Source',
    purposes: 'Purposes',
    basis: 'Legal basis',
    retention: 'Retention',
    recipients: 'Recipients',
    recipient: 'Recipient',
    role: 'Role',
    region: 'Region',
    receives: 'Receives',
    files: 'Other files',
    none: 'No records.',
    more: 'Only the newest are shown here; all of them are in the file:',
    row: 'Row',
    policy: 'privacy policy',
    clock: 'Times are',
    yes: 'yes',
    no: 'no',
    masked: 'masked',
    withheld: 'not given',
    comma: ', ',
    colon: ': ',
    note: (text: string) => ` (${text})`,
  },
} as const;
