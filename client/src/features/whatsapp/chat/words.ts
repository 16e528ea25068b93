import { isKey, type Translate } from '@/shared/i18n/translate';
import type { MessageMedia, WhatsAppMessage } from '@/shared/api/whatsapp';

/** Why a message did not arrive and what can be done: the engine's reasons have words here, never a provider's own. */
export function errorWords(t: Translate, error: NonNullable<WhatsAppMessage['error']>) {
  const reason = `whatsapp.reason.${error.reason_key}`;
  const action = `whatsapp.action.${error.action_key}`;
  return {
    reason: t(isKey(reason) ? reason : 'whatsapp.reason.unknown'),
    action: isKey(action) ? t(action) : null,
  };
}

export function refusedWords(t: Translate, media: MessageMedia): string {
  const key = `whatsapp.refused.${media.reason ?? ''}`;
  return t(isKey(key) ? key : 'whatsapp.refused.other');
}

/** What a message is, in a word: for its quote, and for who hears it. */
export function kindWords(t: Translate, message: WhatsAppMessage): string {
  return message.kind === 'text' ? '' : t(`whatsapp.kind.${message.kind}`);
}

export function sizeText(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
