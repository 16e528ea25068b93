import { screen } from '@testing-library/react';
import type { Turn } from '@/shared/api/types';
import { show } from '@/test/world';
import { Conversation } from './conversation';

const turn = (more: Partial<Turn>): Turn => ({
  turn: 1,
  state: 'done',
  purpose: 'turn',
  received_at: '2026-11-21T10:00:00Z',
  took_ms: {},
  ...more,
});

test('what was heard and answered, in order', async () => {
  await show(() => (
    <Conversation live={false} turns={[turn({ heard: 'שלום', answered: 'במה אפשר לעזור?' })]} />
  ));
  expect(screen.getByRole('listitem')).toHaveTextContent(/שלום.*במה אפשר לעזור\?/);
});

test('one thing at a time: first it is heard, then an answer is prepared', async () => {
  const { unmount } = await show(() => <Conversation live turns={[turn({ state: 'downloaded' })]} />);
  expect(screen.getByText('מתמלל')).toBeInTheDocument();
  expect(screen.queryByText('מכין תשובה')).toBeNull();
  unmount();
  await show(() => <Conversation live turns={[turn({ state: 'transcribed', heard: 'שלום' })]} />);
  expect(screen.getByText('מכין תשובה')).toBeInTheDocument();
});

test('a turn in which nothing was heard never pretends', async () => {
  const turns = [turn({ state: 'rejected', reason: 'too short' })];
  const { unmount } = await show(() => <Conversation live={false} turns={turns} />);
  expect(screen.getByText('לא נשמע דיבור')).toBeInTheDocument();
  expect(screen.getByText('לא היה מה לענות.')).toBeInTheDocument();
  expect(screen.queryByText('too short')).toBeNull();
  unmount();
  await show(() => <Conversation live={false} full turns={turns} />);
  expect(screen.getByText('too short')).toBeInTheDocument();
});
