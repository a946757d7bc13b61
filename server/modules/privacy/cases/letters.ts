import type { CivilDate, Language } from '@candor/privacy-engine';
import { type RefusalCode, refusalGrounds, remedies } from './refusal-grounds.ts';
import { type CaseType, caseTypes } from './request-kinds.ts';
import type { CaseOutcome } from './states.ts';

export const letterKinds = [
  'received',
  'needs-info',
  'closed',
  'refused',
  'overdue',
  'withdrawn',
  'merged',
  'erasure-started',
  'message',
] as const;
export type LetterKind = (typeof letterKinds)[number];

/** What every letter names: which request, from when, and when the answer is due. */
export interface LetterHead {
  readonly caseId: string;
  readonly type: CaseType;
  readonly receivedOn: CivilDate;
  readonly dueOn: CivilDate;
  readonly isProvisional: boolean;
}

export type Letter =
  | { readonly kind: 'received' | 'overdue' | 'withdrawn' }
  | { readonly kind: 'needs-info' | 'message'; readonly text: string }
  | { readonly kind: 'closed'; readonly outcome: CaseOutcome; readonly results: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly explanation: string }
  | { readonly kind: 'merged'; readonly into: string }
  /** The reference follows the erasure and leads to its certificate. */
  | { readonly kind: 'erasure-started'; readonly reference: string };

export const letterTitles: Readonly<Record<LetterKind, Readonly<Record<Language, string>>>> = {
  received: { zh: '我们已收到您的申请', en: 'We have received your request' },
  'needs-info': { zh: '请补充信息', en: 'We need more information' },
  closed: { zh: '您的申请已办结', en: 'Your request is answered' },
  refused: { zh: '您的申请未获支持', en: 'Your request is refused' },
  overdue: { zh: '您的申请已超过答复期限', en: 'Our answer is overdue' },
  withdrawn: { zh: '您已撤回申请', en: 'You have withdrawn your request' },
  merged: { zh: '您的申请已并入较早的申请', en: 'Your request was joined with an earlier one' },
  'erasure-started': { zh: '删除已开始', en: 'The erasure has begun' },
  message: { zh: '关于您的申请', en: 'About your request' },
};

/** A whole letter, ready to be kept in the case and sent. Each one says where that matters how a requester who disagrees can go on. */
export function writeLetter(head: LetterHead, letter: Letter, language: Language): string {
  const write = language === 'zh' ? chinese : english;
  return [letterTitles[letter.kind][language], write.head(head), ...write.body(head, letter)].join('\n\n');
}

interface Hand {
  head(head: LetterHead): string;
  body(head: LetterHead, letter: Letter): string[];
}

const chinese: Hand = {
  head: ({ caseId, type, receivedOn }) =>
    `申请编号：${caseId}\n申请事项：${caseTypes[type].title.zh}\n收到日期：${receivedOn}`,
  body(head, letter) {
    switch (letter.kind) {
      case 'received':
        return [
          `我们将自收到申请之日起十个工作日内、且自核验身份之日起十五个工作日内答复，以先到者为准。最迟答复日期：${dueText(head, 'zh')}`,
          '处理申请不收取费用。您可以随时在申请页面查看进度、补充说明或撤回申请：登录后见 /privacy/requests，没有账户见 /privacy/request。',
        ];
      case 'needs-info':
        return [
          '为答复您的申请，我们需要您补充：',
          letter.text,
          `请勿发送身份证件照片，我们不以此核验身份。等待补充期间，自收到申请之日起的期限不会顺延，最迟答复日期仍为 ${dueText(head, 'zh')}`,
        ];
      case 'closed':
        return [
          letter.outcome === 'fulfilled' ? '您的申请已全部满足。' : '您的申请已部分满足。',
          letter.results,
          remediesText('zh'),
        ];
      case 'refused':
        return [
          `很抱歉，我们不能满足您的申请，因为${refusalGrounds[letter.code].reason.zh}。`,
          `依据：${refusalGrounds[letter.code].law.zh}\n理由代码：${letter.code}（${refusalGrounds[letter.code].title.zh}）`,
          ...(letter.explanation === '' ? [] : [letter.explanation]),
          remediesText('zh'),
        ];
      case 'overdue':
        return [
          `我们本应在 ${head.dueOn} 之前答复，但未能做到，为此致歉。负责人员已收到警示，申请仍在办理。`,
          remediesText('zh'),
        ];
      case 'withdrawn':
        return ['我们不再处理该申请。您可以随时重新提出，不影响您的任何权利。'];
      case 'merged':
        return [
          `您已就同一事项提出过申请，两份申请一并办理，以较早的收到日期计算期限。继续办理的申请编号：${letter.into}`,
        ];
      case 'erasure-started':
        return [
          '相关账户已立即停用，其信息正在删除；法律要求保存的部分仅作存储，到期自行删除。',
          `凭以下编号可查看进度，并在完成后取得已签名的删除证明：${letter.reference}`,
        ];
      case 'message':
        return [letter.text];
    }
  },
};

const english: Hand = {
  head: ({ caseId, type, receivedOn }) =>
    `Request: ${caseId}\nAbout: ${caseTypes[type].title.en}\nReceived: ${receivedOn}`,
  body(head, letter) {
    switch (letter.kind) {
      case 'received':
        return [
          `We answer within ten working days of receipt and within fifteen working days of checking your identity, whichever ends first. Due at the latest: ${dueText(head, 'en')}`,
          'There is no fee. You can follow the request, add to it or withdraw it at any time: at /privacy/requests when you are logged in, at /privacy/request without an account.',
        ];
      case 'needs-info':
        return [
          'To answer your request we need to know:',
          letter.text,
          `Please do not send pictures of identity documents; we do not check identity that way. Waiting for you does not move the day our answer is due, counted from receipt: ${dueText(head, 'en')}`,
        ];
      case 'closed':
        return [
          letter.outcome === 'fulfilled'
            ? 'What you asked for is done.'
            : 'What you asked for is done in part.',
          letter.results,
          remediesText('en'),
        ];
      case 'refused':
        return [
          `We are sorry: we cannot do what you asked, because ${refusalGrounds[letter.code].reason.en}.`,
          `Law: ${refusalGrounds[letter.code].law.en}\nReason code: ${letter.code} (${refusalGrounds[letter.code].title.en})`,
          ...(letter.explanation === '' ? [] : [letter.explanation]),
          remediesText('en'),
        ];
      case 'overdue':
        return [
          `Our answer was due on ${head.dueOn}. We have failed to give it, and we are sorry. The people in charge have been alerted, and your request is still being worked on.`,
          remediesText('en'),
        ];
      case 'withdrawn':
        return ['We have stopped working on it. You may ask again at any time; you have lost no right.'];
      case 'merged':
        return [
          `You had asked for the same before. Both requests are answered together, by the earlier day of receipt. The request that goes on: ${letter.into}`,
        ];
      case 'erasure-started':
        return [
          'The account is closed as of now and its data are being erased. What a law makes us keep is only stored, and is deleted automatically on its day.',
          `With this reference you can follow the erasure and, at its end, get the signed certificate: ${letter.reference}`,
        ];
      case 'message':
        return [letter.text];
    }
  },
};

function dueText({ dueOn, isProvisional }: LetterHead, language: Language): string {
  if (language === 'zh')
    return isProvisional ? `${dueOn}（暂定，下一年度放假安排公布后只会推后）。` : `${dueOn}。`;
  return isProvisional
    ? `${dueOn} (provisional: it can only move later, when the next year’s public holidays are published).`
    : `${dueOn}.`;
}

function remediesText(language: Language): string {
  const lines = Object.values(remedies).map((remedy) => remedy[language]);
  if (language === 'zh')
    return `如您不同意，可以：\n${lines.map((line, index) => `${index + 1}. ${line}；`).join('\n')}`;
  return `If you disagree, you can:\n${lines.map((line, index) => `${index + 1}. ${line}.`).join('\n')}`;
}
