import { useEffect, useRef, useSyncExternalStore } from 'react';

/**
 * Shortcuts are bound by the physical key (`KeyboardEvent.code`): on a Hebrew layout `event.key` gives other letters.
 * Single keys can be switched off (WCAG 2.1.4); combinations with Ctrl or ⌘ stay.
 */
export type Binding =
  | { code: string; mod: true }
  | { code: string; mod?: false; shift?: boolean; /** Pressed first, as in `g` then `c`. */ after?: string };

const KEY = 'al.singleKeys';
const listeners = new Set<() => void>();
const readSingle = () => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
};

export function setSingleKeys(on: boolean) {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Then they stay on.
  }
  for (const listener of listeners) listener();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, readSingle);
}

/** Named keys are the same on every layout, so for them the name is right. */
export function isKey(event: { key: string }, ...names: string[]): boolean {
  const { key } = event;
  return names.includes(key);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.role === 'textbox')
  );
}

const SEQUENCE_MS = 1200;

export function useShortcuts(bindings: readonly [Binding, () => void][]) {
  const current = useRef(bindings);
  useEffect(() => {
    current.current = bindings;
  });
  useEffect(() => {
    let first: { code: string; at: number } | null = null;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      // Shift is pressed before what it shifts: it is no key of a pair.
      if (/^(Shift|Control|Alt|Meta)(Left|Right)$/.test(event.code)) return;
      const mod = event.ctrlKey || event.metaKey;
      const typing = isTyping(event.target);
      const modal = document.querySelector('[data-modal]') !== null;
      for (const [binding, run] of current.current) {
        if (binding.code !== event.code) continue;
        if (binding.mod) {
          if (!mod || event.altKey || event.shiftKey) continue;
        } else {
          if (mod || event.altKey || typing || modal || !readSingle()) continue;
          if ((binding.shift ?? false) !== event.shiftKey) continue;
          const before = first && event.timeStamp - first.at < SEQUENCE_MS ? first.code : undefined;
          if (binding.after && binding.after !== before) continue;
        }
        event.preventDefault();
        first = null;
        run();
        return;
      }
      first = mod || typing ? null : { code: event.code, at: event.timeStamp };
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
