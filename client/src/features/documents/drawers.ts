import type { DocumentKind, DocumentStatus, SigningStatus } from '@/shared/api/documents';
import type { Feature } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

/** Where papers of a kind are kept: the word of their address. */
export const drawers = ['quotes', 'contracts', 'invoices'] as const;
export type Drawer = (typeof drawers)[number];

export const drawerOf = (kind: DocumentKind): Drawer =>
  kind === 'quote' ? 'quotes' : kind === 'invoice' ? 'invoices' : 'contracts';

export const featureOf = (drawer: Drawer | 'signatures'): Feature =>
  drawer === 'invoices' ? 'invoices' : 'signatures';

export const isDrawer = (word: unknown): word is Drawer => drawers.some((one) => one === word);

export const statuses: Record<Drawer, readonly DocumentStatus[]> = {
  quotes: ['draft', 'issued', 'sent', 'viewed', 'signed', 'declined', 'expired', 'credited'],
  contracts: ['draft', 'issued', 'sent', 'viewed', 'signed', 'declined', 'expired', 'credited'],
  invoices: ['draft', 'issued', 'paid', 'credited'],
};

export const tones: Record<DocumentStatus | SigningStatus, Tone> = {
  draft: 'quiet',
  issued: 'info',
  sent: 'info',
  viewed: 'accent',
  signed: 'good',
  paid: 'good',
  declined: 'bad',
  expired: 'warn',
  credited: 'quiet',
  cancelled: 'quiet',
};
