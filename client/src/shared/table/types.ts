import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';

/** A column of the one DataTable. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** The engine's name to sort by; without it the column can't be sorted. */
  sort?: string;
  /** The first direction when sorted: newest or most first. */
  descFirst?: boolean;
  /** Its cell in an export; without it the column is not exported. */
  csv?: (row: T) => string | number | null | undefined;
  /** Of the row: `fit` as narrow as its content, `wide` takes what is left. */
  width?: 'fit' | 'wide';
  /** Hidden until asked for. */
  hidden?: boolean;
  /** Never hidden nor moved: what the row is called, and its actions. */
  fixed?: 'start' | 'end';
  /** On a phone, where a row is a card: its heading, beside the heading, or before it. */
  card?: 'title' | 'corner' | 'plain' | 'pick';
  /** Drawn in the head in place of its words. */
  head?: ReactNode;
}

export interface EmptyState {
  icon: LucideIcon;
  title: string;
  text: string;
  action?: ReactNode;
}
