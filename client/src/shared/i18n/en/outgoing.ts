import type { outgoing as he } from '../he/outgoing';
import type { InOtherWords } from '../translate';

export const outgoing: InOtherWords<typeof he> = {
  'outgoing.event': 'Outgoing call: {outcome}',
  'outgoing.takeOver': 'Take over',
  'outgoing.taken': 'You have the call.',
  'outgoing.hangUp': 'Hang up',
  'outgoing.state.waiting': 'The call begins…',
  'outgoing.state.placing': 'The call begins…',
  'outgoing.state.ringing_agent': 'Your phone rings.',
  'outgoing.state.briefing': 'Answered: any key connects.',
  'outgoing.state.ringing_customer': 'The customer is on the line, or their phone rings.',
  'outgoing.state.ended': 'The call is over.',
  'outgoing.outcome.completed': 'The call took place.',
  'outgoing.outcome.agent_no_answer': 'Your phone was not answered.',
  'outgoing.outcome.agent_busy': 'Your phone was busy.',
  'outgoing.outcome.agent_declined': 'No key was pressed: the call was not connected.',
  'outgoing.outcome.agent_failed': 'Your phone could not be called.',
  'outgoing.outcome.agent_hung_up': 'The call was ended before the customer answered.',
  'outgoing.outcome.customer_no_answer': 'The customer did not answer.',
  'outgoing.outcome.customer_busy': 'The customer’s line was busy.',
  'outgoing.outcome.customer_failed': 'The customer’s number could not be called.',
  'outgoing.outcome.caller_hung_up': 'The customer hung up before the call was moved.',
  'outgoing.outcome.canceled': 'The call was called off.',
  'outgoing.outcome.carrier_refused': 'The carrier refused the call.',
  'outgoing.outcome.carrier_away': 'The carrier was not available.',
};
