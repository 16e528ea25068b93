import { createContext, use } from 'react';

export interface Toast {
  text: string;
  tone?: 'good' | 'bad';
  lastsMs?: number;
  undo?: () => void;
  /** Called when the toast has gone without an undo. */
  onExpire?: () => void;
}

export const ToastContext = createContext<{ show: (toast: Toast) => () => void } | null>(null);

export function useToast() {
  const value = use(ToastContext);
  if (!value) throw new Error('useToast needs a ToastProvider above it');
  return value;
}
