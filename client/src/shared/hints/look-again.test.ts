import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { vi } from 'vitest';
import { lookAgain } from './look-again';

test('a first answer that is older than the news is asked for again', async () => {
  const client = new QueryClient();
  const answers: ((value: number) => void)[] = [];
  const observer = new QueryObserver(client, {
    queryKey: ['tasks', 'counts'],
    queryFn: () => new Promise<number>((resolve) => answers.push(resolve)),
  });
  const leave = observer.subscribe(() => undefined);
  lookAgain(client, ['tasks']);
  expect(answers).toHaveLength(1);
  answers[0]?.(0);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(1);
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe(1));
  lookAgain(client, ['calls']);
  expect(answers).toHaveLength(2);
  lookAgain(client, ['tasks']);
  await vi.waitFor(() => expect(answers).toHaveLength(3));
  leave();
  client.clear();
});
