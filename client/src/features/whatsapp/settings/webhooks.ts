import type { WhatsAppChannel } from '@/shared/api/whatsapp';

/** What is entered at the provider, so that it tells of messages and of what became of ours. */
export function webhooks({ provider, id }: Pick<WhatsAppChannel, 'provider' | 'id'>, origin: string) {
  const at = (path: string) => `${origin}/webhook/whatsapp/${path}`;
  switch (provider) {
    case 'twilio':
      return [
        { label: 'whatsapp.webhook.messages', address: at('twilio') },
        { label: 'whatsapp.webhook.status', address: at('status') },
      ] as const;
    case 'meta':
      return [{ label: 'whatsapp.webhook.both', address: at('meta') }] as const;
    default:
      return [{ label: 'whatsapp.webhook.both', address: at(`bridge/${id}`) }] as const;
  }
}
