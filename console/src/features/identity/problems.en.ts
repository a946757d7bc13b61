import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  identity: {
    wrong_credentials: 'The name or the password is wrong.',
    country_not_served: 'This installation sends no text messages to numbers of this country.',
    password_change_required: 'Set a password of your own first.',
    proof_too_fresh:
      'It was changed a short while ago and confirms nothing yet. Use what you had before, or wait for the end of the cooling-off.',
    undo_over: 'The link is used, too old or was never sent.',
    wrong_code: 'The code is wrong, already used, too old, or was asked for in another browser.',
    wrong_password: 'The current password is wrong.',
    weak_password: 'The password does not follow the rules.',
    weak_password_too_short: 'A password needs at least 10 characters.',
    weak_password_same_as_name: 'The password may not be your username or e-mail.',
    weak_password_too_common: 'This password is among the first to be guessed. Choose another.',
    too_many_attempts: 'Too many attempts. Please wait before the next one.',
    username_taken: 'This username is taken.',
    username_lookalike: 'This username looks like one that is taken. Please choose another.',
    email_taken: 'This e-mail address is registered. Sign in, or recover the password.',
    phone_taken: 'This phone number is registered. You can sign in with it.',
    policy_outdated: 'The privacy policy has just changed. Please read the new version and accept it.',
    foreign_origin: 'The request did not come from this site. Reload the page and try again.',
    no_proven_contact: 'You have no confirmed phone or e-mail yet. Confirm with your password instead.',
    too_many_api_keys: 'You have as many keys as possible. Delete those you do not use.',
  },
};
