import type { door as he } from '../he/door';
import type { InOtherWords } from '../translate';

export const door: InOtherWords<typeof he> = {
  'login.title': 'Log in',
  'login.email': 'E-mail',
  'login.password': 'Password',
  'login.submit': 'Log in',
  'login.wrong': 'The e-mail or the password is not right.',
  'login.throttled': {
    one: 'Too many attempts. Try again in a second.',
    other: 'Too many attempts. Try again in {count} seconds.',
  },
  'login.help': 'Forgot the password? A manager of the business can send a reset link.',
  'login.showPassword': 'Show the password',
  'login.hidePassword': 'Hide the password',
  'login.side.1': 'Every call is answered, at night too',
  'login.side.2': 'Transcript, summary and tasks in one place',
  'login.side.3': 'See the call while it is happening',

  'firstRun.title': 'Welcome',
  'firstRun.text': 'Nobody is here yet. The first account runs the whole platform.',
  'firstRun.code': 'Start code',
  'firstRun.codeHint': 'The engine prints it in the window where it started.',
  'firstRun.badCode': 'The code is not right.',
  'firstRun.submit': 'Create the account',
  'firstRun.name': 'Full name',
  'firstRun.done': 'The system is already set up. Just log in.',
  'firstRun.toLogin': 'To log-in',

  'invite.title': 'Join {business}',
  'invite.text': 'You were invited as {role}. Choose a name and a password.',
  'invite.known': 'There is an account of this address already. Type its password to join.',
  'invite.submit': 'Join',
  'invite.bad': 'The invitation is not valid',
  'invite.badText': 'The link has expired, was revoked or was used. Ask its sender for a new one.',

  'reset.title': 'Choose a new password',
  'reset.text': 'Saving ends every earlier session.',
  'reset.submit': 'Save the password',
  'reset.done': 'The password was changed. You can log in.',
  'reset.bad': 'The link is not valid. Ask the business manager for a new one.',

  'password.hint': 'At least 8 characters.',
  'password.short': 'The password is shorter than 8 characters.',
  'password.long': 'The password is longer than 128 characters.',
  'password.unfit': 'This password is too easy to guess. A short sentence of your own is better.',
  'password.new': 'New password',
  'password.current': 'Current password',
  'password.again': 'New password again',
  'password.differs': 'The two passwords differ.',
};
