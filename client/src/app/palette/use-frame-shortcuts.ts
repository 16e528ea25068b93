import { useNavigate } from '@tanstack/react-router';
import { useShortcuts } from '@/shared/keys/shortcuts';
import { useMe } from '@/shared/session/me';
import { openPlaces, type Place } from '../navigation';

const letters: Partial<Record<Place['to'], string>> = {
  '/live': 'KeyL',
  '/calls': 'KeyC',
  '/customers': 'KeyK',
  '/tasks': 'KeyT',
  '/settings': 'KeyS',
  '/people': 'KeyP',
};

export function useFrameShortcuts(open: { palette: () => void; sheet: () => void }) {
  const navigate = useNavigate();
  const me = useMe();
  useShortcuts([
    [{ code: 'KeyK', mod: true }, open.palette],
    [{ code: 'Slash', shift: true }, open.sheet],
    [{ code: 'Slash' }, () => document.querySelector<HTMLInputElement>('[data-list-search]')?.focus()],
    ...openPlaces(me).flatMap((place): [{ code: string; after: string }, () => void][] => {
      const code = letters[place.to];
      return code ? [[{ code, after: 'KeyG' }, () => void navigate({ to: place.to })]] : [];
    }),
  ]);
}
