import { defineMessage } from '../../declare/message.ts';

export const news = defineMessage<'text' | 'title' | 'unsubscribe'>('news', {
  title: { zh: '产品动态', en: 'product news' },
  'zh-CN': {
    subject: ({ title }) => String(title),
    body: ({ text, unsubscribe }) =>
      `${text}\n\n您收到这封邮件，是因为您同意接收产品动态。一键退订：${unsubscribe}`,
  },
  en: {
    subject: ({ title }) => String(title),
    body: ({ text, unsubscribe }) =>
      `${text}\n\nYou get this mail because you agreed to product news. Unsubscribe with one click: ${unsubscribe}`,
  },
});
