import { useSyncExternalStore } from 'react';
import { useErrorText } from '../api/use-error-text';
import { useToast } from './use-toast';

/**
 * Things that are gone from sight but not yet from the engine, while their undo is still offered: for what the engine
 * cannot bring back. Lists leave them out, so nothing that is fetched meanwhile flickers back.
 */
let gone: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function change(next: Set<string>) {
  gone = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The keys (`person:7`) that lists must leave out. */
export function useRemoved(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => gone);
}

interface Removal {
  key: string;
  text: string;
  /** Tells the engine; `leaving` when the page is being closed and the request must outlive it. */
  commit: (leaving: boolean) => Promise<unknown>;
}

/** Removes at once, tells the engine when the undo has run out or the page is left, and puts back what it refuses. */
export function useRemoval() {
  const toast = useToast();
  const errorText = useErrorText();
  return ({ key, text, commit }: Removal) => {
    let settled = false;
    const back = () => {
      const next = new Set(gone);
      next.delete(key);
      change(next);
    };
    const finish = async (leaving: boolean) => {
      if (settled) return;
      settled = true;
      window.removeEventListener('pagehide', onLeave);
      try {
        await commit(leaving);
      } catch (error) {
        toast.show({ tone: 'bad', text: errorText(error) });
      }
      back();
    };
    const onLeave = () => void finish(true);
    window.addEventListener('pagehide', onLeave);
    change(new Set(gone).add(key));
    toast.show({
      text,
      undo: () => {
        settled = true;
        window.removeEventListener('pagehide', onLeave);
        back();
      },
      onExpire: () => void finish(false),
    });
  };
}
