/** What a key of the reminder does, by where it is on the keyboard: a Hebrew layout gives other letters. */
export type DueAction = 'primary' | 'whatsapp' | 'snooze5' | 'snooze15' | 'snooze60' | 'done' | 'seen';

const actions: Readonly<Record<string, DueAction>> = {
  Enter: 'primary',
  NumpadEnter: 'primary',
  KeyW: 'whatsapp',
  KeyS: 'snooze5',
  Digit1: 'snooze5',
  Numpad1: 'snooze5',
  Digit2: 'snooze15',
  Numpad2: 'snooze15',
  Digit3: 'snooze60',
  Numpad3: 'snooze60',
  KeyD: 'done',
  KeyA: 'seen',
};

type Pressed = Pick<
  KeyboardEvent,
  'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat' | 'isComposing' | 'target'
>;

/** Null when the key is somebody else's: a field's that is being typed in, or a button's that Enter presses. */
export function dueAction(event: Pressed): DueAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return null;
  const action = actions[event.code] ?? null;
  if (!(event.target instanceof Element)) return action;
  if (event.target.closest('input, textarea, select')) return null;
  if (action === 'primary' && event.target.closest('button, a, summary')) return null;
  return action;
}
