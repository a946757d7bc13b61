import type { Language } from '@candor/privacy-engine';

const texts = {
  zh: {
    title: '退订产品动态',
    question: '点击后，您对产品动态邮件的同意即被撤回。其他服务不受影响。',
    button: '退订',
    done: '已退订。您不会再收到产品动态，其他服务不受影响。',
  },
  en: {
    title: 'Unsubscribe from product news',
    question: 'One click takes back your consent to product news by mail. Nothing else changes.',
    button: 'Unsubscribe',
    done: 'You are unsubscribed. There will be no more product news; nothing else changes.',
  },
} as const;

/** A page of its own, without script or session: it works in any mail client's browser. Nothing of the request is in it. */
export function unsubscribePage(language: Language, isDone: boolean): string {
  const { title, question, button, done } = texts[language];
  // Looking at the link must not unsubscribe: scanners of mail look at every link.
  const body = isDone
    ? `<p role="status">${done}</p>`
    : `<p>${question}</p><form method="post"><button>${button}</button></form>`;
  return `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><body style="font:16px/1.6 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem"><h1>${title}</h1>${body}</body></html>`;
}
