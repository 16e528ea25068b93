import type { Conversation, WhatsAppMessage } from '@/shared/api/whatsapp';

/** A conversation as the engine answers with one; of tests. */
export const conversation = (more: Partial<Conversation> = {}): Conversation => ({
  id: 5,
  customer: { id: 7, name: 'דנה לוי', phone: '+972501234567' },
  channel: { id: 1, number: '+97249876543' },
  status: 'open',
  assignee: null,
  handled_by: 'person',
  unread: 0,
  snoozed_until: null,
  last_inbound_at: '2026-11-22T09:00:00Z',
  window_expires_at: '2999-11-23T09:00:00Z',
  window: true,
  last_message: null,
  updated_at: '2026-11-22T09:00:00Z',
  version: 1,
  ...more,
});

export const message = (more: Partial<WhatsAppMessage> = {}): WhatsAppMessage => ({
  id: 100,
  conversation_id: 5,
  direction: 'in',
  kind: 'text',
  body: 'שלום',
  media: null,
  location: null,
  contacts: null,
  reply_to: null,
  reactions: [],
  template: null,
  status: 'delivered',
  status_at: {},
  error: null,
  sender: { kind: 'customer', id: 7, name: 'דנה לוי' },
  client_key: null,
  created_at: '2026-11-22T09:00:00Z',
  ...more,
});
