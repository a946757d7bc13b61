import type { RestrictMessages } from './messages.zh.ts';

export const restrictEn: RestrictMessages = {
  title: 'Restrict processing',
  description:
    'Whatever the contract and the law do not require you can stop: all of it at once, or purpose by purpose. The database obeys at its next access; it does not depend on our good will.',
  onTitle: 'Processing is restricted',
  onText: 'Since {at} no purpose marked “stopped” can read a single row of yours.',
  offTitle: 'Nothing is restricted',
  offText:
    'When you press the button, every purpose below that can stop stops at once; the service, bills and security messages go on.',
  restrict: 'Restrict processing',
  lift: 'Lift the restriction',
  restricted: 'Restricted',
  lifted: 'Lifted',
  undo: 'Undo',
  purposes: 'Purpose by purpose',
  purposesHint: 'Every access to the database happens for exactly one of these purposes.',
  purpose: 'Purpose',
  basis: 'Basis',
  state: 'State',
  running: 'Goes on',
  needed: 'Needed',
  neededHint: 'Needed for the contract or a legal duty, so it cannot stop; closing the account ends it.',
  stoppedByRestriction: 'Stopped',
  objected: 'Objected, {at}',
  byConsent: 'You choose',
  toChoices: 'My choices',
  object: 'Object',
  liftObjection: 'Take back',
  action: 'Action',
};
