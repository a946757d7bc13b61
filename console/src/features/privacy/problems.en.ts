import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  privacy: {
    case_state: 'The request is in another state by now. Reload the page.',
    wrong_case_code: 'The reference or the code is wrong, used or too old.',
    refusal_needs_ground: 'A refusal names one of the grounds the law knows for this kind of request.',
    role_may_not_ask: 'The law does not give this right to this role.',
    transfer_conditions: 'A transfer to another provider needs all of the conditions.',
    no_contact: 'Add a phone number or an e-mail address first, so that the answer can reach you.',
    erasure_plan_changed: 'What would happen is no longer what you were shown. Please look again.',
    erasure_running: 'The erasure is under way already.',
    erasure_blocked: 'Something must be settled before the account can be closed.',
    balance_not_acknowledged: 'The account still has a balance; enter exactly the amount that is given up.',
    account_not_matched: 'No account is proved to be the one this request is about.',
    second_officer_needed: 'You accepted or matched this request, so another officer must erase the account.',
    not_deletable: 'These data go with the account only.',
    erasure_not_failed: 'This erasure has not failed.',
    export_not_ready: 'The copy is still being prepared.',
    export_delivering: 'The copy is being downloaded right now. If that broke off, try again in a minute.',
    export_gone: 'The copy was downloaded, deleted or has expired. Ask for a new one.',
    purpose_cannot_stop: 'This purpose goes on: the contract or the law requires it.',
    not_correctable: 'This cannot be corrected; the page says why.',
    changed_elsewhere: 'This is changed on a page of its own.',
    code_needed: 'A new number or address needs the code that was sent to it.',
    shown_token_refused: 'The text has changed. Read the one in force before you decide.',
    may_not_ask: 'This may not be asked now.',
    policy_false:
      'With these settings a sentence of the privacy policy would not be true, so nothing was saved.',
    acceptance_required:
      'The privacy policy now does more with your data. Please read what has changed and accept it first, or, if you disagree, close the account under Privacy › Erase.',
    unknown_policy: 'This is not the version in force. Reload and read the one that is.',
    installation_not_named: 'The operator has not yet said who runs this service, so registration is closed.',
  },
};
