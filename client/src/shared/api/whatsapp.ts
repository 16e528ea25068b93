/** Names for the engine's shapes of WhatsApp, which are its document's. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type WhatsAppProvider = Schemas['WhatsappProvider'];
/** What stopped it is written as the engine keeps it. */
export type WhatsAppChannel = Omit<Schemas['WhatsappChannel'], 'last_error'> & {
  last_error?: { code: string; at: string; reason: string } | null;
};
export type NewChannel = Pick<Schemas['NewWhatsappChannel'], 'number'> &
  Partial<Schemas['NewWhatsappChannel']>;
export type ChannelChange = Schemas['WhatsappChannelPatch'];

export type MessageStatus = 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'uncertain';
export type ConversationStatus = Schemas['ConversationStatus'];
export type Conversation = Omit<Schemas['Conversation'], 'last_message'> & {
  last_message?: (Omit<Schemas['ConversationLast'], 'status'> & { status: MessageStatus }) | null;
};

export type MessageKind =
  | 'text'
  | 'image'
  | 'audio'
  | 'video'
  | 'document'
  | 'sticker'
  | 'location'
  | 'contacts'
  | 'interactive'
  | 'button'
  | 'template'
  | 'unsupported';
export type MessageMedia = Schemas['MessageMedia'];
/** With the words that the document leaves open. */
export type WhatsAppMessage = Omit<
  Schemas['Message'],
  'kind' | 'status' | 'location' | 'contacts' | 'template'
> & {
  kind: MessageKind;
  status: MessageStatus;
  location?: { latitude: number; longitude: number; name?: string | null; address?: string | null } | null;
  contacts?: { name?: string; phones?: string[]; emails?: string[] }[] | null;
  template?: TemplateGiven | null;
};
export interface MessagePage {
  items: WhatsAppMessage[];
  next?: number | null;
}

export type WhatsAppTemplate = Schemas['WhatsappTemplate'];
export type TemplateGiven = Schemas['FilledTemplate'];
/** What is sent, by the key of who sends it: the same key is the same message. */
export type MessageGiven = Schemas['MessageToSend'];
export type UploadedMedia = Schemas['KeptFile'];
export type CannedReply = Schemas['WhatsappReply'];
